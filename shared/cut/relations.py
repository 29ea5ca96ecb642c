"""How each cell of a photo relates to the clicks: alike, near, within the same edges, in the same box.

The numbers that `shared/cut/belief.py` weighs. None knows a position or a class by itself, so that few
photos are enough to learn from.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from shared.cut.cells import Cells
from shared.cut.maxflow import distances
from shared.cut.sight import Sight

COLOUR, FAR_COLOUR = 40.0, 2.5  # L*a*b* units; limit in those
FAR_WALK, NO_WALK = 300.0, 1e5
NEARLY = 0.03  # of the shorter side, added to distances before the logarithm
OUTSIDE = 3.0  # limit of a place in a box: 0 in its middle, 1 on its sides
THINGS = 2
AT_BORDER = 0.2  # of the picture's side
Values = NDArray[np.float64]


def relations(
    cells: Cells,
    sight: Sight,
    on: NDArray[np.int64],
    beside: NDArray[np.int64],
    before: Values | None,
) -> NDArray[np.float32]:
    """Return (n, 44) numbers a cell.

    Args:
        cells: The graph.
        sight: What the net saw.
        on: Cells clicked as part of the object, the first click first; at least one.
        beside: Cells clicked as not part of it.
        before: (n,) −1 outside the mask so far .. 1 inside; None without one.
    """
    count = len(cells)
    short = float(min(cells.labels.shape))

    def both(
        of: Callable[[int], NDArray[np.floating]], none: float, pick: np.ufunc
    ) -> list[NDArray[np.floating]]:
        against = pick.reduce([of(int(i)) for i in beside]) if len(beside) else np.full(count, none)
        return [pick.reduce([of(int(i)) for i in on]), against]

    found: list[NDArray[np.floating]] = []
    for unit in sight.alike:
        found += both(lambda i, unit=unit: unit @ unit[i], -1.0, np.maximum)
    for colours in (cells.lab, sight.wide_lab):
        found += both(lambda i, c=colours: _colour(c, i), FAR_COLOUR, np.minimum)
    found += both(lambda i: _far(cells.centre, i, short), 1.0, np.minimum)
    to_on = distances(cells, on)
    to_rest = distances(cells, beside) if len(beside) else np.full(count, FAR_WALK)
    walks = (to_on, to_rest, sight.to_border)
    found += [np.log(np.minimum(walk, FAR_WALK) + 3) - 3 for walk in walks]
    found.append(np.log((np.minimum(to_rest, sight.to_border) + 2) / (to_on + 2)))
    for boxes in sight.boxes:
        found += both(lambda i, b=boxes: _shared(b, b[i]), 0.0, np.maximum)
    for boxes in sight.boxes:
        found.append(np.minimum.reduce([_inside(sight.place, boxes[i]) for i in on]))
    for certain in sight.certain:
        found += [np.full(count, certain[on].max()), certain]
    found += both(lambda i: sight.kinds @ sight.kinds[i], 0.0, np.maximum)
    found += _things(sight, int(on[0]))
    found.append(np.minimum(np.minimum(sight.place, 1 - sight.place).min(axis=1), AT_BORDER) / AT_BORDER)
    found.append(np.zeros(count) if before is None else before)
    found.append(np.full(count, float(before is not None)))
    return np.stack(found, axis=1).astype(np.float32)


def _colour(colours: Values, cell: int) -> Values:
    return np.minimum(np.linalg.norm(colours - colours[cell], axis=1) / COLOUR, FAR_COLOUR)


def _far(centre: Values, cell: int, short: float) -> Values:
    return np.log(np.linalg.norm(centre - centre[cell], axis=1) / short + NEARLY)


def _shared(boxes: NDArray[np.float32], box: NDArray[np.float32]) -> NDArray[np.floating]:
    """(n,) intersection over union of n boxes with one."""
    low, high = np.maximum(boxes[:, :2], box[:2]), np.minimum(boxes[:, 2:], box[2:])
    common = np.maximum(high - low, 0).prod(axis=1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1) + (box[2:] - box[:2]).prod()
    return common / np.maximum(areas - common, 1e-6)


def _inside(place: Values, box: NDArray[np.floating]) -> Values:
    """(n,) how far out in a box places lie, `OUTSIDE` at most."""
    middle, half = (box[:2] + box[2:]) / 2, np.maximum((box[2:] - box[:2]) / 2, 1e-3)
    return np.minimum(np.abs((place - middle) / half).max(axis=1), OUTSIDE)


def _things(sight: Sight, cell: int) -> list[Values]:
    """Place in, and certainty of, the two most certain things around the first click."""
    x, y = sight.place[cell]
    boxes = sight.things
    around = boxes[(boxes[:, 0] <= x) & (x <= boxes[:, 2]) & (boxes[:, 1] <= y) & (y <= boxes[:, 3])]
    found: list[Values] = []
    for number in range(THINGS):
        held = number < len(around)
        found.append(_inside(sight.place, around[number, :4]) if held else np.full(len(sight.place), OUTSIDE))
        found.append(np.full(len(sight.place), around[number, 4] if held else 0.0))
    return found
