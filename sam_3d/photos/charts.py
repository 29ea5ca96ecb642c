"""Unfold a surface into an atlas: pieces that face one of six directions, flattened and packed on shelves."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.mesh import Camera
from shared.raster import Fragments, rasterise

_DIRECTIONS = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], float)
_ROUNDS = 4
_EDGE_ON = 0.25
PADDING_PX = 4
_CONTINUED_PX, _WILDEST = 2.0, 4.0
_DEEPEST = 6


@dataclass(frozen=True, eq=False)
class Atlas:
    """A surface cut into charts.

    Args:
        source: (V,) index of the vertex that each atlas vertex is a copy of.
        faces: (F, 3) indices of atlas vertices, in the order of the surface's faces.
        spots: (V, 2) places in the atlas, pixels, column and row.
        size_px: Side of the square atlas.
    """

    source: NDArray[np.int64]
    faces: NDArray[np.int64]
    spots: NDArray[np.float64]
    size_px: int

    @property
    def uv(self) -> NDArray[np.float64]:
        """(V, 2) texture coordinates, origin at the lower left."""
        return np.stack([self.spots[:, 0], self.size_px - self.spots[:, 1]], axis=1) / self.size_px

    def texels(self) -> Fragments:
        """Return which face, and where on it, each pixel of the atlas shows.

        Pixels just beside a chart continue its outermost faces (weights below 0 or above 1), so that colours
        read between pixels are the same on both sides of a cut.
        """
        flat = np.stack([self.spots[:, 0], -self.spots[:, 1], -np.ones(len(self.spots))], axis=1)
        inner = rasterise(flat, self.faces, Camera(1.0, (0.0, 0.0), (self.size_px, self.size_px)))
        return self._continued(inner)

    def _continued(self, inner: Fragments) -> Fragments:
        from scipy import ndimage

        found: Any = ndimage.distance_transform_edt(inner.face < 0, return_indices=True)
        away, nearest = found
        row, column = np.nonzero((away > 0) & (away <= _CONTINUED_PX))
        near = nearest[0][row, column], nearest[1][row, column]
        face = inner.face[near]
        a, b, c = (self.spots[self.faces[face, i]] for i in range(3))
        spot = np.stack([column, row], axis=1) + 0.5
        area = _across(b - a, c - a)
        with np.errstate(divide="ignore", invalid="ignore"):
            second, third = _across(spot - a, c - a) / area, _across(b - a, spot - a) / area
            weights = np.stack([1 - second - third, second, third], axis=1)
        wild = ~(np.abs(weights) < _WILDEST).all(1)  # slivers tell no place beside them
        weights[wild] = inner.weights[near][wild]
        faces, every = inner.face.copy(), inner.weights.copy()
        faces[row, column], every[row, column] = face, weights
        return replace(inner, face=faces, weights=every)


def unfold(vertices: NDArray[np.float64], faces: NDArray[np.int64], *, size_px: int) -> Atlas:
    """Cut and flatten a closed surface so that no two places share a pixel.

    Args:
        vertices: (V, 3).
        faces: (F, 3).
        size_px: Side of the atlas.
    """
    labels = _labels(vertices, faces)
    flat = _flattened(vertices, labels, faces)
    chart = _charts(faces, labels, flat)
    order = np.argsort(chart, kind="stable")
    # One copy of a vertex for each chart that it takes part in.
    keys = chart[:, None] * len(vertices) + faces
    unique, where = np.unique(keys, return_inverse=True)
    corner = where.reshape(-1, 3)
    spots = np.zeros((len(unique), 2))
    spots[corner] = flat
    owner = unique // len(vertices)
    spots = _packed(spots, owner, int(chart[order[-1]]) + 1, size_px)
    return Atlas(unique % len(vertices), corner, spots, size_px)


def _across(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (N,) the areas that (N, 2) pairs span."""
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def _normals(vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> NDArray[np.float64]:
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    across = np.cross(b - a, c - a)
    return across / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-15)


def _neighbours(faces: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return (E, 2) pairs of faces that share an edge of a closed surface."""
    edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    owner = np.tile(np.arange(len(faces)), 3)
    order = np.lexsort((edges[:, 1], edges[:, 0]))
    same = (edges[order][1:] == edges[order][:-1]).all(1)
    return np.stack([owner[order][:-1][same], owner[order][1:][same]], axis=1)


def _labels(vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the direction (0..5) that each face is flattened along; neighbours are drawn to agree."""
    facing = _normals(vertices, faces) @ _DIRECTIONS.T
    pairs = _neighbours(faces)
    labels = facing.argmax(1)
    for _ in range(_ROUNDS):
        votes = np.zeros((len(faces), 6))
        np.add.at(votes, (pairs[:, 0], labels[pairs[:, 1]]), 0.4)
        np.add.at(votes, (pairs[:, 1], labels[pairs[:, 0]]), 0.4)
        labels = np.where(facing > _EDGE_ON, facing + votes, -9).argmax(1)
    return labels


def _flattened(
    vertices: NDArray[np.float64], labels: NDArray[np.int64], faces: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return (F, 3, 2): the corners of each face seen along its direction, upright and unmirrored."""
    corners = vertices[faces]
    x, y, z = (corners[..., i] for i in range(3))
    columns = np.stack([-z, z, x, x, x, -x])
    rows = np.stack([-y, -y, z, -z, -y, -y])
    index = np.arange(len(faces))
    return np.stack([columns[labels, index], rows[labels, index]], axis=-1)


def _charts(
    faces: NDArray[np.int64], labels: NDArray[np.int64], flat: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the chart of each face: connected faces of one direction that do not lie over one another."""
    pairs = _neighbours(faces)
    chart = _connected(pairs[labels[pairs[:, 0]] == labels[pairs[:, 1]]], len(faces))
    for _ in range(_DEEPEST):
        over = _covered(flat, chart)
        if not over.any():
            return chart
        mark = chart * 2 + over
        chart = _connected(pairs[mark[pairs[:, 0]] == mark[pairs[:, 1]]], len(faces))
    alone = _covered(flat, chart)
    chart[alone] = chart.max() + 1 + np.arange(int(alone.sum()))
    return chart


def _connected(pairs: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    from scipy import sparse
    from scipy.sparse import csgraph

    links = sparse.coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (count, count))
    return csgraph.connected_components(links, directed=False)[1].astype(np.int64)


def _covered(flat: NDArray[np.float64], chart: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which faces lie under another one of their chart: their middle falls into it."""
    middles = flat.mean(1)
    found = np.zeros(len(flat), bool)
    low, high = flat.min(1), flat.max(1)
    cell = float(np.median((high - low).max(1))) * 2 + 1e-12
    # Each face is entered into all cells that its box touches, and looked up by its middle.
    first, last = np.floor(low / cell).astype(np.int64), np.floor(high / cell).astype(np.int64)
    spans = last - first + 1
    counts = spans.prod(1)
    face = np.repeat(np.arange(len(flat)), counts)
    place = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    cells = first[face] + np.stack([place % spans[face, 0], place // spans[face, 0]], axis=1)
    key = _key(cells, chart[face])
    order = np.argsort(key, kind="stable")
    wanted = _key(np.floor(middles / cell).astype(np.int64), chart)
    start, stop = (np.searchsorted(key[order], wanted, side=s) for s in ("left", "right"))
    reach = int((stop - start).max(initial=0))
    for step in range(reach):
        mine = np.flatnonzero(start + step < stop)
        other = face[order[start[mine] + step]]
        inside = _holds(flat[other], middles[mine]) & (other != mine)
        # Of two faces one over the other, one must go: the later one.
        found[mine[inside & (other < mine)]] = True
        found[other[inside & (other > mine)]] = True
    return found


def _key(cells: NDArray[np.int64], chart: NDArray[np.int64]) -> NDArray[np.int64]:
    return (chart * 1_000_003 + cells[:, 0]) * 1_000_003 + cells[:, 1]


def _holds(corners: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    def side(i: int) -> NDArray[np.float64]:
        a, b = corners[:, i], corners[:, (i + 1) % 3]
        return (b[:, 0] - a[:, 0]) * (points[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (points[:, 0] - a[:, 0])

    turns = np.stack([side(i) for i in range(3)])
    return np.asarray((turns > 0).all(0) | (turns < 0).all(0))


def _packed(
    spots: NDArray[np.float64], owner: NDArray[np.int64], charts: int, size_px: int
) -> NDArray[np.float64]:
    """Scale all charts alike and set them on shelves, as large as fits."""
    low, high = np.full((charts, 2), np.inf), np.full((charts, 2), -np.inf)
    np.minimum.at(low, owner, spots)
    np.maximum.at(high, owner, spots)
    extent = high - low
    small, large = 0.0, size_px / float(extent.max())
    best = np.zeros((charts, 2))
    for _ in range(24):
        scale = (small + large) / 2
        found = _shelves(extent * scale + 2 * PADDING_PX, size_px)
        if found is None:
            large = scale
        else:
            small, best = scale, found
    return (spots - low[owner]) * small + best[owner] + PADDING_PX


def _shelves(boxes: NDArray[np.float64], size_px: int) -> NDArray[np.float64] | None:
    places = np.zeros_like(boxes)
    column = row = height = 0.0
    for i in np.argsort(-boxes[:, 1], kind="stable"):
        wide, high = boxes[i]
        if column + wide > size_px:
            column, row, height = 0.0, row + height, 0.0
        if wide > size_px or row + high > size_px:
            return None
        places[i] = column, row
        column, height = column + wide, max(height, high)
    return places
