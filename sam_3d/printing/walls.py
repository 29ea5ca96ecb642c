"""How thick a solid's walls are, measured straight inwards from its surface."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.normals import weld

RAYS = 6000
_LIFT = 1e-6  # of the size: where rays start below the surface
_NEIGHBOURS = 4

Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Walls:
    """Wall thickness at places spread evenly over a surface.

    Args:
        points: (N, 3) places.
        thickness: (N,) way straight inwards to the next surface, in the unit of the points.
    """

    points: Points
    thickness: NDArray[np.float64]

    def percentile(self, percent: float) -> float:
        """Return the thickness that this percentage of the surface stays below."""
        return float(np.percentile(self.thickness, percent)) if len(self.thickness) else 0.0

    def at(self, points: Points) -> NDArray[np.float64]:
        """Return (M,) thickness at other places of the surface: the thinnest of the nearest measured ones."""
        from scipy.spatial import KDTree

        near = min(_NEIGHBOURS, len(self.points))
        _, which = KDTree(self.points).query(points, k=near)
        return self.thickness[np.reshape(which, (len(points), near))].min(1)


def walls(vertices: Points, faces: NDArray[np.int64], *, rays: int = RAYS, seed: int = 0) -> Walls:
    """Measure a closed surface by rays from evenly drawn places against their normals.

    Args:
        vertices: (V, 3).
        faces: (F, 3), counter-clockwise seen from outside.
        rays: How many places; a ray takes some 10 µs.
        seed: Of their choice.

    Returns:
        The places and thicknesses; none where the surface is no solid.
    """
    import manifold3d

    first, place = weld(vertices)
    solid = manifold3d.Manifold(manifold3d.Mesh64(vertices[first], place[faces].astype(np.uint64)))
    if solid.status() != manifold3d.Error.NoError:
        return Walls(np.zeros((0, 3)), np.zeros(0))
    points, inwards = _places(vertices, faces, rays, np.random.default_rng(seed))
    size = float(np.ptp(vertices, axis=0).max())
    starts, ends = points + _LIFT * size * inwards, points + 2 * size * inwards
    found = np.full(len(points), np.nan)
    for i, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        hits = solid.ray_cast(tuple(start), tuple(end))
        if hits:
            found[i] = hits[0].distance
    hit = np.isfinite(found)
    return Walls(points[hit], found[hit] * (2 - _LIFT) * size + _LIFT * size)


def _places(
    vertices: Points, faces: NDArray[np.int64], count: int, rng: np.random.Generator
) -> tuple[Points, Points]:
    """Return places (N, 3) on the surface and the directions straight inwards there."""
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    across = np.cross(b - a, c - a)
    areas = np.linalg.norm(across, axis=1)
    kept = areas > 1e-12 * max(float(areas.max(initial=0.0)), 1e-300)
    a, b, c, across, areas = (values[kept] for values in (a, b, c, across, areas))
    # Even steps through the summed area spread the places better than independent draws.
    spots = (np.arange(count) + rng.random(count)) / count * areas.sum()
    face = np.minimum(np.searchsorted(np.cumsum(areas), spots), len(areas) - 1)
    u, v = rng.random((2, count))
    u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
    points = a[face] + u[:, None] * (b[face] - a[face]) + v[:, None] * (c[face] - a[face])
    return points, -across[face] / areas[face][:, None]
