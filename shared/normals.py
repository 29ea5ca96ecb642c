"""Vertex normals that do not show texture seams."""

import numpy as np
from numpy.typing import NDArray


def weld(vertices: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find vertices at exactly the same place (such as both sides of a texture seam).

    Returns:
        One representative index for each place (P,), and the place of each vertex (V,).
    """
    plain = np.ascontiguousarray(vertices + 0.0)  # −0 becomes 0
    keys = plain.view([("", plain.dtype)] * 3).ravel()
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    return first.astype(np.int64), place.astype(np.int64)


def vertex_normals(vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return (V, 3) unit normals: the mean of the faces around each place, weighted by area and angle.

    Area keeps slivers from showing, the angle at the corner makes it not matter how a face is cut up.
    Vertices at the same place share a normal. Where no face gives a direction, it is (0, 0, 1).
    """
    first, place = weld(vertices)
    points, corners = vertices[first], place[faces]
    a, b, c = (points[corners[:, i]] for i in range(3))
    across = np.cross(b - a, c - a)
    sums = np.zeros_like(points)
    for i, (here, left, right) in enumerate(((a, b, c), (b, c, a), (c, a, b))):
        angle = _angle(left - here, right - here)
        for axis in range(3):
            sums[:, axis] += np.bincount(corners[:, i], angle * across[:, axis], len(points))
    length = np.linalg.norm(sums, axis=1, keepdims=True)
    normals = np.where(length > 1e-18, sums / np.maximum(length, 1e-300), (0.0, 0.0, 1.0))
    return normals[place]


def _angle(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.arctan2(np.linalg.norm(np.cross(a, b), axis=1), np.einsum("ij,ij->i", a, b))
