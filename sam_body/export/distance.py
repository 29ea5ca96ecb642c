"""How far points are from a surface of triangles."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_PARTS = 4
"""Each side of a triangle is cut into so many parts, whose small triangles stand for it in the search."""
_AT_ONCE = 200_000


def distances(points: Array, vertices: Array, faces: NDArray[np.int64]) -> Array:
    """Return (N,) distances of points from the triangle that seems nearest.

    That is the one with the nearest of 16 places spread over each triangle, so that the distance is exact but
    where two triangles are about equally near.

    Args:
        points: (N, 3).
        vertices: (V, 3).
        faces: (F, 3).
    """
    from scipy.spatial import KDTree

    corners = vertices[faces]
    spots = np.einsum("sk,fkd->fsd", _spread(), corners).reshape(-1, 3)
    tree, found = KDTree(spots), np.empty(len(points))
    for start in range(0, len(points), _AT_ONCE):
        part = points[start : start + _AT_ONCE]
        nearest = tree.query(part)[1] // len(_spread())
        found[start : start + _AT_ONCE] = _to_triangles(part, corners[nearest])
    return found


def _spread() -> Array:
    """(16, 3) weights of the corners at the middles of the small triangles."""
    thirds = 3 * _PARTS
    places = [
        (i + shift, j + shift)
        for shift in (1, 2)
        for i in range(0, thirds, 3)
        for j in range(0, thirds, 3)
        if i + j + 2 * shift < thirds
    ]
    first = np.array(places, np.float64) / thirds
    return np.column_stack([first, 1 - first.sum(1)])


def _to_triangles(points: Array, corners: Array) -> Array:
    """(N,) distance of each point from its own triangle, (N, 3, 3)."""
    best = np.full(len(points), np.inf)
    above = np.ones(len(points), bool)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    size = np.linalg.norm(normal, axis=1)
    for i in range(3):
        side = corners[:, (i + 1) % 3] - corners[:, i]
        away = points - corners[:, i]
        length = np.maximum((side**2).sum(1), 1e-30)
        along = np.clip((away * side).sum(1) / length, 0, 1)
        best = np.minimum(best, np.linalg.norm(away - along[:, None] * side, axis=1))
        above &= (np.cross(side, away) * normal).sum(1) >= 0
    flat = np.abs(((points - corners[:, 0]) * normal).sum(1)) / np.maximum(size, 1e-30)
    return np.where(above & (size > 0), flat, best)
