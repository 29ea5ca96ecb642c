"""Count the triangles of a posed skin that run through one another."""

import numpy as np
from numpy.typing import NDArray

from sam_body.types import Body

Array = NDArray[np.float64]

_CELL_M, _CELL_SHARE = 0.008, 1.5
"""Largest cell of the search, and its size as a share of the triangles'."""


def crossings(body: Body) -> int:
    """Return how many triangles of the posed skin cut another one that they share no corner with.

    Args:
        body: Eyes and mouth parts are left out.
    """
    skin = body.skin
    faces = skin.faces[(skin.parts[skin.faces] == 0).all(1)]
    return len(crossing_faces(body.posed_vertices(), faces))


def crossing_faces(vertices: Array, faces: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the faces that cut another one: an edge of one of the two goes through the other.

    Args:
        vertices: (V, 3).
        faces: (F, 3).
    """
    corners = vertices[faces]
    low, high = corners.min(1), corners.max(1)
    first, second = _neighbours(low, high)
    touching = (faces[first][:, :, None] == faces[second][:, None, :]).any((1, 2))
    apart = (low[first] > high[second]).any(1) | (low[second] > high[first]).any(1)
    kept = np.logical_not(touching | apart)
    first, second = first[kept], second[kept]
    hit = np.zeros(len(first), bool)
    for i in range(3):
        j = (i + 1) % 3
        hit |= _pierces(corners[first, i], corners[first, j], corners[second])
        hit |= _pierces(corners[second, i], corners[second, j], corners[first])
    return np.unique(np.concatenate([first[hit], second[hit]]))


def _neighbours(low: Array, high: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of boxes that share a cell of a grid, each told by the lowest cell that it shares."""
    cell_m = min(_CELL_M, _CELL_SHARE * float(np.median((high - low).max(1))))
    start, stop = (np.floor(edge / cell_m).astype(np.int64) for edge in (low, high))
    origin = start.min(0)
    start, stop = start - origin, stop - origin
    spans = stop - start + 1
    counts = spans.prod(1)
    owner = np.repeat(np.arange(len(low)), counts)
    place = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    x, rest = np.divmod(place, (spans[:, 1] * spans[:, 2])[owner])
    y, z = np.divmod(rest, spans[:, 2][owner])
    cell = start[owner] + np.stack([x, y, z], 1)
    size = stop.max(0) + 1
    key = (cell[:, 0] * size[1] + cell[:, 1]) * size[2] + cell[:, 2]
    order = np.argsort(key, kind="stable")
    key, owner = key[order], owner[order]
    last = np.searchsorted(key, key, side="right")
    after = last - np.arange(len(key)) - 1
    one = np.repeat(np.arange(len(key)), after)
    other = one + 1 + np.arange(int(after.sum())) - np.repeat(np.cumsum(after) - after, after)
    a, b = owner[one], owner[other]
    corner = np.maximum(start[a], start[b])
    once = (corner[:, 0] * size[1] + corner[:, 1]) * size[2] + corner[:, 2] == key[one]
    return a[once], b[once]


def _pierces(start: Array, end: Array, triangle: Array) -> NDArray[np.bool_]:
    """(N,) whether segments go through triangles (Möller and Trumbore 1997)."""
    along = end - start
    side, other = triangle[:, 1] - triangle[:, 0], triangle[:, 2] - triangle[:, 0]
    across = np.cross(along, other)
    determinant = (side * across).sum(1)
    over = 1 / np.where(np.abs(determinant) < 1e-18, np.inf, determinant)
    from_corner = start - triangle[:, 0]
    u = (from_corner * across).sum(1) * over
    turned = np.cross(from_corner, side)
    v = (along * turned).sum(1) * over
    t = (other * turned).sum(1) * over
    return (u > 0) & (v > 0) & (u + v < 1) & (t > 0) & (t < 1) & (np.abs(determinant) > 1e-18)
