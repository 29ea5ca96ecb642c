"""The nearest point of a surface, and what its texture or colour is there."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from shared.mesh import Mesh
from shared.normals import weld

Points = NDArray[np.float64]
_SAMPLES = 60_000
_CANDIDATES = 5
_AT_ONCE = 100_000


@dataclass(frozen=True, eq=False)
class Nearest:
    """Where points (N, 3) meet a surface.

    Args:
        face: (N,) int64 triangle.
        weights: (N, 3) barycentric weights in it.
        points: (N, 3) the nearest points themselves.
        distance: (N,) how far away they are.
    """

    face: NDArray[np.int64]
    weights: Points
    points: Points
    distance: NDArray[np.float64]


class Surface:
    """Triangles that can be asked for their point nearest to others.

    Args:
        vertices: (V, 3).
        faces: (F, 3), F ≥ 1.
    """

    def __init__(self, vertices: Points, faces: NDArray[np.int64]) -> None:
        from scipy import spatial

        self._corners = vertices[faces]
        spots, self._owner = _samples(self._corners)
        self._tree = spatial.cKDTree(spots)  # type: ignore[attr-defined]

    def nearest(self, points: Points) -> Nearest:
        """Find the point of the surface nearest to each of (N, 3) points, to the fineness of the sampling."""
        parts = [self._nearest(points[i : i + _AT_ONCE]) for i in range(0, max(len(points), 1), _AT_ONCE)]
        return Nearest(*(np.concatenate(both) for both in zip(*parts, strict=True)))

    def _nearest(self, points: Points) -> tuple[NDArray[np.int64], Points, Points, NDArray[np.float64]]:
        count = min(_CANDIDATES, len(self._owner))
        _, found = self._tree.query(points, k=np.arange(1, count + 1))
        faces = self._owner[found]
        best = np.full(len(points), np.inf)
        face = faces[:, 0].copy()
        weights = np.zeros((len(points), 3))
        for column in range(count):
            inner = _closest(points, self._corners[faces[:, column]])
            away = np.einsum("nij,ni->nj", self._corners[faces[:, column]], inner) - points
            distance = np.einsum("ij,ij->i", away, away)
            nearer = distance < best
            best[nearer], face[nearer], weights[nearer] = (
                distance[nearer],
                faces[nearer, column],
                inner[nearer],
            )
        places = np.einsum("nij,ni->nj", self._corners[face], weights)
        return face, weights, places, np.sqrt(best)


def carried(vertices: Points, faces: NDArray[np.int64], like: Mesh) -> Mesh:
    """Give a new surface the texture or colours of an old one that lies near to it.

    Each triangle takes one piece of the texture; where pieces meet, vertices are doubled.

    Args:
        vertices: (V, 3) of the new surface.
        faces: (F, 3) of the new surface.
        like: The old one, with texture, colours or neither; it also gives scale and seen parts.
    """
    surface = Surface(like.vertices, like.faces)
    at = surface.nearest(vertices)
    if like.uv is None:
        plain = replace(like, vertices=vertices, faces=faces, colors=None, seen=None)
        return _with_flags(plain, like, at)
    pieces = _pieces(like)
    middle = surface.nearest(vertices[faces].mean(axis=1))
    wanted = pieces[middle.face]
    keys, place = np.unique(
        np.stack([faces.ravel(), np.repeat(wanted, 3)], axis=1), axis=0, return_inverse=True
    )
    source, piece = keys[:, 0], keys[:, 1]
    uv = np.empty((len(keys), 2))
    for number in np.unique(piece):
        chosen = np.flatnonzero(piece == number)
        own = np.flatnonzero(pieces == number)
        inside = Surface(like.vertices, like.faces[own]).nearest(vertices[source[chosen]])
        uv[chosen] = np.einsum("nij,ni->nj", like.uv[like.faces[own[inside.face]]], inside.weights)
    doubled = Nearest(at.face[source], at.weights[source], at.points[source], at.distance[source])
    made = replace(like, vertices=vertices[source], faces=place.reshape(-1, 3), uv=uv, colors=None, seen=None)
    return _with_flags(made, like, doubled)


def _with_flags(made: Mesh, like: Mesh, at: Nearest) -> Mesh:
    """Add colours and seen parts, blended inside the triangles that were nearest."""
    corners = like.faces[at.face]
    if like.colors is not None:
        mixed = np.einsum("nij,ni->nj", like.colors[corners].astype(np.float64), at.weights)
        made = replace(made, colors=np.clip(mixed + 0.5, 0, 255).astype(np.uint8))
    if like.seen is not None:
        made = replace(made, seen=(like.seen[corners] * at.weights).sum(1) > 0.5)
    return made


def _pieces(mesh: Mesh) -> NDArray[np.int64]:
    """Return the piece of the texture (F,) that each triangle lies in: they share vertices inside one."""
    from scipy import sparse
    from scipy.sparse import csgraph

    first, place = weld(np.hstack([mesh.uv, np.zeros((len(mesh.vertices), 1))]))  # type: ignore[arg-type]
    corners = place[mesh.faces]
    edges = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]]])
    links = sparse.coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (len(first), len(first)))
    return csgraph.connected_components(links, directed=False)[1][corners[:, 0]].astype(np.int64)


def _samples(corners: Points) -> tuple[Points, NDArray[np.int64]]:
    """Spread points evenly over triangles (F, 3, 3); return them and the triangle of each."""
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(across, axis=1)
    share = area / max(float(area.sum()), 1e-300)
    counts = np.ceil(share * _SAMPLES).astype(np.int64) + 1
    owner = np.repeat(np.arange(len(corners)), counts)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    # The plastic number's sequence covers a square evenly; folding makes that a triangle.
    u, v = (0.5 + number * 0.7548776662466927) % 1, (0.5 + number * 0.5698402909980532) % 1
    over = u + v > 1
    u, v = np.where(over, 1 - u, u), np.where(over, 1 - v, v)
    inner = np.stack([1 - u - v, u, v], axis=1)
    return np.einsum("nij,ni->nj", corners[owner], inner), owner


def _closest(points: Points, corners: Points) -> Points:
    """Return the barycentric weights (N, 3) of the point of triangle i nearest to point i."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    best = np.full(len(points), np.inf)
    weights = np.zeros((len(points), 3))
    for first, second in ((0, 1), (1, 2), (2, 0)):
        start, along = corners[:, first], corners[:, second] - corners[:, first]
        length = np.maximum(np.einsum("ij,ij->i", along, along), 1e-300)
        t = np.clip(np.einsum("ij,ij->i", points - start, along) / length, 0, 1)
        away = start + t[:, None] * along - points
        distance = np.einsum("ij,ij->i", away, away)
        nearer = distance < best
        best[nearer] = distance[nearer]
        weights[nearer] = 0
        weights[nearer, first], weights[nearer, second] = 1 - t[nearer], t[nearer]
    normal = np.cross(b - a, c - a)
    size = np.einsum("ij,ij->i", normal, normal)
    safe = np.maximum(size, 1e-300)
    v = np.einsum("ij,ij->i", np.cross(points - a, c - a), normal) / safe
    w = np.einsum("ij,ij->i", np.cross(b - a, points - a), normal) / safe
    inside = (v >= 0) & (w >= 0) & (v + w <= 1) & (size > 0)
    weights[inside] = np.stack([1 - v - w, v, w], axis=1)[inside]
    return weights
