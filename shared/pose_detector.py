"""Where to look for people first: the BlazePose person detector.

It answers with a box and four key points; the first two (hip centre, body extent) span the region.
"""

import numpy as np
from numpy.typing import NDArray

from shared.onnx import net
from shared.region import Region, crop, region_from_axis

INPUT_PX = 224
STRIDES_PX = (8, 16, 32, 32, 32)
ANCHORS_PER_CELL = 2
LEAST_SCORE, SAME_IOU = 0.5, 0.3
MARGIN = 0.25  # around a box that is looked into, as a part of its longer side


def detect(
    pixels: NDArray[np.uint8], *, within: tuple[float, float, float, float] | None = None
) -> list[Region]:
    """Return regions that may hold a person, the most certain first.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        within: Look only into this box (left, top, right, bottom in pixels), with a margin.
    """
    height, width = pixels.shape[:2]
    left, top, right, bottom = within or (0.0, 0.0, float(width), float(height))
    side = max(right - left, bottom - top) * (1 + 2 * MARGIN if within else 1)
    square = Region((left + right) / 2, (top + bottom) / 2, max(side, 1.0))
    picture = crop(pixels, square, INPUT_PX).astype(np.float32) / 127.5 - 1.0
    rows = net("blazepose_detector.onnx")(picture=picture[None])["persons"][0].astype(np.float64)
    score = 1.0 / (1.0 + np.exp(-np.clip(rows[:, 0], -100.0, 100.0)))
    kept = np.flatnonzero(score >= LEAST_SCORE)
    anchors = _anchors()[kept]
    boxes = rows[kept, 1:5].copy()
    boxes[:, :2] += anchors
    axes = rows[kept, 5:9].reshape(-1, 2, 2) + anchors[:, None]
    merged = _merge(boxes, axes, score[kept])
    return [region_from_axis(*square.to_photo(axis, INPUT_PX)) for axis in merged]


def _anchors() -> NDArray[np.float64]:
    """(2254, 2) centres in input pixels, in the order of the net's rows."""
    layers, start = [], 0
    while start < len(STRIDES_PX):
        stride = STRIDES_PX[start]
        same = STRIDES_PX.count(stride)
        cells = -(-INPUT_PX // stride)
        rows, columns = np.indices((cells, cells)).reshape(2, -1)
        centres = (np.stack([columns, rows], axis=1) + 0.5) * (INPUT_PX / cells)
        layers.append(centres.repeat(same * ANCHORS_PER_CELL, axis=0))
        start += same
    return np.concatenate(layers)


def _merge(
    boxes: NDArray[np.float64], axes: NDArray[np.float64], score: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Average the axes of overlapping boxes, weighted by score (MediaPipe's weighted suppression)."""
    low, high = boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, :2] + boxes[:, 2:] / 2
    area = np.prod(np.maximum(high - low, 0.0), axis=1)
    left = np.argsort(-score)
    merged = []
    while len(left):
        best = left[0]
        span = np.minimum(high[left], high[best]) - np.maximum(low[left], low[best])
        shared = np.prod(np.maximum(span, 0.0), axis=1)
        same = shared > SAME_IOU * np.maximum(area[left] + area[best] - shared, 1e-9)
        same[0] = True
        group = left[same]
        merged.append(np.average(axes[group], axis=0, weights=score[group]))
        left = left[~same]
    return merged
