"""Draw triangles with numpy alone: a z-buffer, for machines without OpenGL and for measuring silhouettes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.mesh import Camera

_PAIRS_AT_ONCE = 2_000_000


@dataclass(frozen=True, eq=False)
class Fragments:
    """What each pixel sees.

    Args:
        face: (H, W) int32 index of the nearest triangle, −1 where there is none.
        weights: (H, W, 3) float32 perspective-correct barycentric weights.
        depth: (H, W) float32 distance along the viewing axis, infinity where there is nothing.
    """

    face: NDArray[np.int32]
    weights: NDArray[np.float32]
    depth: NDArray[np.float32]


def rasterise(points: NDArray[np.float64], faces: NDArray[np.int64], camera: Camera) -> Fragments:
    """Find the nearest triangle at each pixel centre.

    Args:
        points: (V, 3) in the camera's frame (it looks along −z, y up).
        faces: (F, 3); both sides are drawn. Triangles that reach behind the camera are left out.
        camera: Pinhole camera; pixel (column i, row j) covers i..i+1, j..j+1.
    """
    width, height = camera.size_px
    depth = np.full(height * width, np.inf, np.float32)
    face = np.full(height * width, -1, np.int32)
    weights = np.zeros((height * width, 3), np.float32)
    distance = -points[:, 2][faces]
    for found in _hits(points, faces, camera):
        _keep_nearest(found, distance, width, depth, face, weights)
    shape = (height, width)
    return Fragments(face.reshape(shape), weights.reshape(*shape, 3), depth.reshape(shape))


def covered(points: NDArray[np.float64], faces: NDArray[np.int64], camera: Camera) -> NDArray[np.bool_]:
    """Return (H, W) bool where `rasterise` finds a triangle, without asking which is nearest.

    Args:
        points: (V, 3) in the camera's frame.
        faces: (F, 3).
        camera: Pinhole camera.
    """
    width, height = camera.size_px
    silhouette = np.zeros((height, width), bool)
    for _, column, row, _ in _hits(points, faces, camera):
        silhouette[row, column] = True
    return silhouette


_Found = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def _hits(points: NDArray[np.float64], faces: NDArray[np.int64], camera: Camera) -> Iterator[_Found]:
    """Yield triangles, pixels and weights of all hits, some millions of tests at a time."""
    width, height = camera.size_px
    distance = -points[:, 2]
    safe = points.copy()
    safe[:, 2] = -np.maximum(distance, 1e-9)
    corners = camera.project(safe)[faces]
    a, b, c = (corners[:, i] for i in range(3))  # reducing an axis of three is ten times slower
    least, most = np.minimum(np.minimum(a, b), c), np.maximum(np.maximum(a, b), c)
    low = np.clip(np.ceil(least - 0.5), 0, (width, height)).astype(np.int64)
    high = np.clip(np.floor(most - 0.5) + 1, 0, (width, height)).astype(np.int64)
    spans = np.maximum(high - low, 0)
    spans[(distance[faces] <= 1e-9).any(1)] = 0
    counts = spans[:, 0] * spans[:, 1]
    drawn = np.flatnonzero(counts)
    planes = _edge_functions(corners)
    batch = np.cumsum(counts[drawn]) // _PAIRS_AT_ONCE
    for chosen in np.split(drawn, np.flatnonzero(np.diff(batch)) + 1):
        if len(chosen):
            yield _fragments(chosen, low, spans, planes)


def _edge_functions(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (F, 3, 3): the screen-space weight of corner i at (x, y) is p[i, 0] x + p[i, 1] y + p[i, 2]."""
    a, b, c = (corners[:, i] for i in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    over = 1 / np.where(area == 0, np.nan, area)  # a triangle seen edge-on covers nothing
    planes = np.empty((len(corners), 3, 3))
    for i, (start, end) in enumerate(((b, c), (c, a), (a, b))):
        slope_x, slope_y = start[:, 1] - end[:, 1], end[:, 0] - start[:, 0]
        planes[:, i, 0], planes[:, i, 1] = slope_x * over, slope_y * over
        planes[:, i, 2] = -(slope_x * start[:, 0] + slope_y * start[:, 1]) * over
    return planes


def _fragments(
    chosen: NDArray[np.int64], low: NDArray[np.int64], spans: NDArray[np.int64], planes: NDArray[np.float64]
) -> _Found:
    """Test the pixel centres in the triangles' boxes; give triangle, column, row and weights of the hits."""
    counts = spans[chosen, 0] * spans[chosen, 1]
    place = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    triangle = np.repeat(chosen, counts)
    across = np.repeat(spans[chosen, 0], counts)
    row, column = np.divmod(place, across)
    column += np.repeat(low[chosen, 0], counts)
    row += np.repeat(low[chosen, 1], counts)
    inner = np.empty((len(triangle), 3))
    hit = np.ones(len(triangle), bool)
    for i in range(3):
        p = np.repeat(planes[chosen, i], counts, axis=0)
        inner[:, i] = p[:, 0] * (column + 0.5) + p[:, 1] * (row + 0.5) + p[:, 2]
        hit &= inner[:, i] >= -1e-9
    return triangle[hit], column[hit], row[hit], inner[hit]


def _keep_nearest(
    found: _Found,
    corner_distance: NDArray[np.float64],
    width: int,
    depth: NDArray[np.float32],
    face: NDArray[np.int32],
    weights: NDArray[np.float32],
) -> None:
    triangle, column, row, screen = found
    # Screen-space weights divided by depth are linear in space (perspective correction).
    over_depth = screen / corner_distance[triangle]
    distance = 1 / over_depth.sum(1)
    inner = over_depth * distance[:, None]
    pixel = row * width + column
    nearer = np.flatnonzero(distance < depth[pixel])
    order = nearer[np.lexsort((distance[nearer], pixel[nearer]))]
    target, first = np.unique(pixel[order], return_index=True)
    best = order[first]
    depth[target], face[target], weights[target] = distance[best], triangle[best], inner[best]
