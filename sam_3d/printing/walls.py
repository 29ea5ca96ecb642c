"""How thick a solid's walls are, measured straight inwards from its surface."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.normals import weld

RAYS = 3000
_PIECES = 24
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
        rays: How many places; a ray takes 10 to 200 µs.
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
    found = [_first_hit(solid, start, line, size) for start, line in zip(points, inwards, strict=True)]
    thickness = np.array(found)
    hit = np.isfinite(thickness)
    return Walls(points[hit], thickness[hit])


def _first_hit(solid: Any, start: NDArray[np.float64], line: NDArray[np.float64], size: float) -> float:
    """Return how far a ray goes until it leaves the solid; nan where it never does.

    The way is gone in short pieces: manifold3d compares a ray with all that its box touches.
    """
    here = start + _LIFT * size * line
    piece = size / _PIECES * line
    for number in range(2 * _PIECES):
        begin = here + number * piece
        hits = solid.ray_cast(tuple(begin.tolist()), tuple((begin + piece).tolist()))
        if hits:
            return float((number + hits[0].distance) * size / _PIECES + _LIFT * size)
    return float("nan")


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
