"""What the detector's net saw at each cell of a photo: kinds of surface, kinds of thing, and boxes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.cut.canvas import Canvas
from shared.cut.maxflow import distances
from shared.detector import Look

WIDE_PX = 6.0  # blur of the colours around a cell, in canvas pixels
LEAST_SEEN = 1e-3  # length of the certainties below which nothing is seen
Plane = NDArray[np.float32]
Scaling = Sequence[tuple[Plane, Plane]]


@dataclass(frozen=True, eq=False)
class Sight:
    """Descriptions of the n cells of a canvas.

    Args:
        place: (n, 2) centre, in shares of the width and height.
        alike: Five (n, C) float32 maps of the net, fine to coarse, whose rows have length 1: the product of
            two rows tells how alike the cells are.
        boxes: For strides 8, 16, 32: (n, 4) box of the thing that the net sees there, in shares.
        certain: For the same strides: (n,) certainty of the likeliest class, 0..1.
        kinds: (n, 80) certainties of all classes, scaled to a length of 1 (less where nothing is seen).
        wide_lab: (n, 3) mean L*a*b* around a cell.
        to_border: (n,) cheapest walk to the picture's border.
        things: (m, 5) boxes in shares and certainties of what was found, the most certain first.
    """

    place: NDArray[np.float64]
    alike: tuple[Plane, ...]
    boxes: tuple[Plane, ...]
    certain: tuple[Plane, ...]
    kinds: Plane
    wide_lab: NDArray[np.float64]
    to_border: NDArray[np.float64]
    things: NDArray[np.float64]


def sight(canvas: Canvas, look: Look, size_px: tuple[int, int], scaling: Scaling) -> Sight:
    """Bring what the net saw of a whole photo to the cells of a canvas that shows all of it.

    Args:
        canvas: Where cuts are made.
        look: What the net saw.
        size_px: (width, height) of the photo that it saw.
        scaling: (C,) mean and (C,) spread of each of the five maps over many photos.
    """
    import cv2

    cells, (height, width) = canvas.cells, canvas.shape
    place = (cells.centre + 0.5) / [width, height]
    boxes, scores = [], []
    for grid, classes in zip(look.boxes, look.scores, strict=True):
        side = round(len(grid) ** 0.5)
        column, row = np.clip((place * side).astype(np.int64), 0, side - 1).T
        boxes.append(grid[row * side + column])
        scores.append(classes[row * side + column])
    best = np.maximum.reduce(scores)
    lab = canvas.picture.lab
    wide = [cv2.GaussianBlur(np.ascontiguousarray(lab[:, :, i]), (0, 0), WIDE_PX) for i in range(3)]
    sides = cells.labels[[0, -1]].ravel(), cells.labels[:, [0, -1]].ravel()
    found = [[*np.array(t.box_xyxy) / [*size_px, *size_px], t.score] for t in look.things]
    return Sight(
        place,
        tuple(
            _unit((_sampled(features, place) - mean) / spread)
            for features, (mean, spread) in zip(look.features, scaling, strict=True)
        ),
        tuple(boxes),
        tuple(classes.max(axis=1) for classes in scores),
        best / np.maximum(np.linalg.norm(best, axis=1, keepdims=True), LEAST_SEEN),
        np.stack([cells.mean(np.asarray(channel, np.float64)) for channel in wide], axis=1),
        distances(cells, np.unique(np.concatenate(sides)).astype(np.int64)),
        np.array(found, np.float64).reshape(-1, 5),
    )


def _unit(rows: Plane) -> Plane:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


def _sampled(features: Plane, place: NDArray[np.float64]) -> Plane:
    """(C, h, w) map to (n, C), bilinear at places in shares."""
    channels, height, width = features.shape
    rows = features.reshape(channels, -1).T
    x = np.clip(place[:, 0] * width - 0.5, 0, width - 1)
    y = np.clip(place[:, 1] * height - 0.5, 0, height - 1)
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    right, low = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    u, v = ((t - n)[:, None].astype(np.float32) for t, n in ((x, left), (y, top)))
    above = rows[top * width + left] * (1 - u) + rows[top * width + right] * u
    below = rows[low * width + left] * (1 - u) + rows[low * width + right] * u
    return np.asarray(above * (1 - v) + below * v, np.float32)
