"""Cells: thousands of small regions between edges, so that a cut takes milliseconds.

A watershed of the edge map grown from a regular grid (compact superpixels; Neubert & Protzel, 2014).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.cut.picture import Picture

STEP_PX = 4
SHARPNESS, FLOOR = 6.0, 0.03
# 8 neighbours; diagonal ones count less, as they are further away
DIRECTIONS = ((0, 1, 1.0), (1, 0, 1.0), (1, 1, 0.7), (1, -1, 0.7))


@dataclass(frozen=True, eq=False)
class Cells:
    """A picture as a graph of cells.

    Args:
        labels: (h, w) int32, cell of each pixel, 0..n−1.
        sizes: (n,) pixels a cell.
        lab: (n, 3) mean colour.
        first: (m,) one cell of each neighbouring pair.
        second: (m,) the other.
        price: (m,) 0..: length of their common border, cheap where it runs along an edge.
        step: (m,) cost of walking from one to the other; dear across an edge.
        centre: (n, 2) mean (x, y).
    """

    labels: NDArray[np.int32]
    sizes: NDArray[np.float64]
    lab: NDArray[np.float64]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    price: NDArray[np.float64]
    step: NDArray[np.float64]
    centre: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.sizes)

    def at(self, xy: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the cell under each (x, y); positions outside count as at the border."""
        height, width = self.labels.shape
        columns = np.clip(np.rint(xy[:, 0]), 0, width - 1).astype(int)
        rows = np.clip(np.rint(xy[:, 1]), 0, height - 1).astype(int)
        return self.labels[rows, columns].astype(np.int64)

    def total(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """Sum a (h, w) map over each cell."""
        return np.bincount(self.labels.ravel(), values.ravel(), len(self)).astype(np.float64)

    def mean(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """Average a (h, w) map over each cell."""
        return self.total(values) / self.sizes


def cells(picture: Picture) -> Cells:
    """Divide a picture into cells of about 4 × 4 pixels that respect its edges."""
    from skimage.segmentation import watershed

    height, width = picture.shape
    seeds = np.zeros((height, width), np.int32)
    top, left = (min(STEP_PX // 2, (n - 1) // 2) for n in (height, width))
    grid = seeds[top::STEP_PX, left::STEP_PX]
    grid[:] = np.arange(1, grid.size + 1).reshape(grid.shape)
    labels = np.asarray(watershed(picture.edges, seeds), np.int32) - 1
    flat, count = labels.ravel(), int(labels.max()) + 1
    sizes = np.bincount(flat, minlength=count).astype(np.float64)
    lab = np.stack([np.bincount(flat, c.ravel(), count) / sizes for c in np.moveaxis(picture.lab, 2, 0)], 1)
    rows, columns = np.indices((height, width))
    centre = np.stack([np.bincount(flat, a.ravel(), count) / sizes for a in (columns, rows)], 1)
    first, second, price, length = _borders(labels, picture.edges, count)
    mean_price = price / length
    across = -np.log(np.clip((mean_price - FLOOR) / (1 - FLOOR), 1e-3, 1.0)) / SHARPNESS
    apart = np.linalg.norm(centre[first] - centre[second], axis=1)
    colour = np.linalg.norm(lab[first] - lab[second], axis=1) / 40.0
    return Cells(labels, sizes, lab, first, second, price, apart * (0.02 + across + colour), centre)


def _borders(
    labels: NDArray[np.int32], edges: NDArray[np.float32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return each neighbouring pair once, with the price and the length of its border."""
    from scipy.sparse import coo_array

    height, width = labels.shape
    low, high, prices, lengths = [], [], [], []
    for down, right, weight in DIRECTIONS:
        start, stop = max(0, -right), min(width, width - right)
        here = (slice(0, height - down), slice(start, stop))
        there = (slice(down, height), slice(start + right, stop + right))
        a, b = labels[here].ravel(), labels[there].ravel()
        differ = a != b
        strength = np.maximum(edges[here].ravel(), edges[there].ravel())[differ].astype(np.float64)
        low.append(np.minimum(a, b)[differ])
        high.append(np.maximum(a, b)[differ])
        prices.append(weight * ((1 - FLOOR) * np.exp(-SHARPNESS * strength) + FLOOR))
        lengths.append(np.full(len(strength), weight))
    pair = (np.concatenate(low), np.concatenate(high))
    summed = [
        coo_array((np.concatenate(v), pair), shape=(count, count)).tocsr().tocoo() for v in (prices, lengths)
    ]
    first, second = (np.asarray(i, np.int64) for i in summed[0].coords)
    price, length = (np.asarray(total.data, np.float64) for total in summed)
    return first, second, price, length
