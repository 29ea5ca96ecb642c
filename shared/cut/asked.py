"""What is asked of a photo, as numbers a cell: relations to the clicks, and the place in a box.

A box without clicks counts as spots: some inside it, taken for the object, and some around it, which are not.
"""

import numpy as np
from numpy.typing import NDArray

from shared.cut.canvas import Canvas, Clicks, Mask
from shared.cut.relations import OUTSIDE, inside, relations
from shared.cut.sight import Sight

Share = tuple[float, float, float, float]  # left, top, right, bottom in shares of the width and height
COUNT = 46
WITHIN = ((0.5, 0.5), (0.3, 0.5), (0.7, 0.5), (0.5, 0.3), (0.5, 0.7))
AROUND = ((0, 0), (0.5, 0), (1, 0), (0, 0.5), (1, 0.5), (0, 1), (0.5, 1), (1, 1))
BEYOND = 0.08  # of the box's sides, how far out the spots around it lie


def described(
    canvas: Canvas, sight: Sight, clicks: Clicks, *, box: Share | None = None, before: Mask | None = None
) -> NDArray[np.float32]:
    """Return (n, 46) numbers a cell of the canvas.

    Args:
        canvas: The whole photo.
        sight: What the detector's net saw of it.
        clicks: All clicks, the first one on the object first; may be none when there is a box.
        box: What holds the object; None without one.
        before: (h, w) mask that the earlier clicks gave; None at the first click.
    """
    cells, size = canvas.cells, np.array(canvas.shape[::-1], np.float64)
    at = cells.at(clicks.xy)
    on, beside = at[clicks.keep], at[~clicks.keep]
    place = np.full(len(cells), OUTSIDE)
    if box is not None:
        low, side = np.array(box[:2]), np.array(box[2:]) - box[:2]
        if not len(on):
            on = cells.at((low + np.array(WITHIN) * side) * size - 0.5)
        ring = low + (np.array(AROUND) * (1 + 2 * BEYOND) - BEYOND) * side
        seen = ((ring > 0) & (ring < 1)).all(axis=1)
        beside = np.concatenate([beside, cells.at(ring[seen] * size - 0.5)])
        place = inside(sight.place, np.array(box))
    so_far = None if before is None else 2 * cells.mean(before.astype(np.float64)) - 1
    told = np.stack([place, np.full(len(cells), float(box is not None))], axis=1)
    return np.concatenate([relations(cells, sight, on, beside, so_far), told], axis=1, dtype=np.float32)


def grid_of(canvas: Canvas, values: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Bring (n, C) numbers a cell to a (C, side, side) grid over the whole photo."""
    height, width = canvas.shape
    middle = (np.arange(side) + 0.5) / side
    rows, columns = (np.minimum((middle * length).astype(np.int64), length - 1) for length in (height, width))
    return np.ascontiguousarray(values[canvas.cells.labels[rows[:, None], columns]].transpose(2, 0, 1))
