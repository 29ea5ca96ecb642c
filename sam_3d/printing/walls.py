"""How thick a solid's walls are, measured straight inwards from its surface."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RAYS = 1500
MOST_FACES = 12_000
_PAIRS_AT_ONCE = 1_500_000
_LIFT = 1e-5  # of the size: where rays start below the surface
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

    Meshes of many triangles are simplified first, by at most a thousandth of their size, to bound the time.

    Args:
        vertices: (V, 3).
        faces: (F, 3), counter-clockwise seen from outside.
        rays: How many places.
        seed: Of their choice.
    """
    vertices, faces = _lighter(vertices, faces)
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    across = np.cross(b - a, c - a)
    areas = np.linalg.norm(across, axis=1)
    kept = areas > 1e-12 * max(float(areas.max(initial=0.0)), 1e-300)
    a, b, c, across, areas = (values[kept] for values in (a, b, c, across, areas))
    rng = np.random.default_rng(seed)
    # Even steps through the summed area spread the places better than independent draws.
    spots = (np.arange(rays) + rng.random(rays)) / rays * areas.sum()
    face = np.minimum(np.searchsorted(np.cumsum(areas), spots), len(areas) - 1)
    u, v = rng.random((2, rays))
    u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
    points = a[face] + u[:, None] * (b[face] - a[face]) + v[:, None] * (c[face] - a[face])
    inwards = -across[face] / areas[face][:, None]
    size = float(np.ptp(vertices, axis=0).max())
    found = _first_hit(points + _LIFT * size * inwards, inwards, a, b - a, c - a)
    hit = np.isfinite(found)
    return Walls(points[hit], found[hit] + _LIFT * size)


def _lighter(vertices: Points, faces: NDArray[np.int64]) -> tuple[Points, NDArray[np.int64]]:
    if len(faces) <= MOST_FACES:
        return vertices, faces
    import manifold3d

    from shared.normals import weld

    first, place = weld(vertices)
    solid = manifold3d.Manifold(manifold3d.Mesh64(vertices[first], place[faces].astype(np.uint64)))
    if solid.status() != manifold3d.Error.NoError:
        return vertices, faces
    simple = solid.simplify(1e-3 * float(np.ptp(vertices, axis=0).max())).to_mesh64()
    return np.asarray(simple.vert_properties)[:, :3], np.asarray(simple.tri_verts).astype(np.int64)


def _first_hit(starts: Points, lines: Points, a: Points, ab: Points, ac: Points) -> NDArray[np.float64]:
    """Return (N,) distance along each ray to the nearest triangle, inf where there is none.

    Source: Möller and Trumbore, "Fast, minimum storage ray/triangle intersection", 1997.
    """
    found = np.full(len(starts), np.inf)
    batch = max(1, _PAIRS_AT_ONCE // max(len(a), 1))
    corner, left, right = (np.ascontiguousarray(v.T, np.float64) for v in (a, ab, ac))
    for begin in range(0, len(starts), batch):
        start, line = starts[begin : begin + batch], lines[begin : begin + batch]
        x, y, z = (line[:, i, None] for i in range(3))
        px, py, pz = y * right[2] - z * right[1], z * right[0] - x * right[2], x * right[1] - y * right[0]
        scale = px * left[0] + py * left[1] + pz * left[2]
        tx, ty, tz = (start[:, i, None] - corner[i] for i in range(3))
        u = px * tx + py * ty + pz * tz
        qx, qy, qz = ty * left[2] - tz * left[1], tz * left[0] - tx * left[2], tx * left[1] - ty * left[0]
        v = x * qx + y * qy + z * qz
        away = qx * right[0] + qy * right[1] + qz * right[2]
        with np.errstate(divide="ignore", invalid="ignore"):
            u, v, away = u / scale, v / scale, away / scale
            inside = (u >= 0) & (v >= 0) & (u + v <= 1) & (away > 0)
        found[begin : begin + batch] = np.where(inside, away, np.inf).min(1)
    return found
