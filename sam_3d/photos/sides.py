"""How far the object reaches to its sides and up: between where outlines force it to, and what they leave.

Between two photos, outlines leave a ridge over what may be flat or round. On each ray through an outline's
edge the object touches somewhere between two places. At a corner both are near to one another, and the face
between corners is taken for flat; on a round thing the lower one lies about as far below the middle of both
as the ridge above it, and then the ridge stays.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.carving import Field, Grid
from sam_3d.photos.levels import Contacts

_STEPS = 120  # directions around
_LEAST = 0.004  # of the extent: lower ridges stay
_SKIPPED = 1  # outlines that may be wrong
_FEWEST = 8  # photos: with six around it, a ball lost an eighth of its width
_FLAT, _ROUND = 0.2, 0.45  # measured: 0 to 0.23 at corners, 0.46 to 1 on a vase and a teapot's belly


def side_limits(
    touched: Sequence[Contacts], vertices: NDArray[np.float64], grid: Grid, extent: float
) -> Field | None:
    """Return (X, Z) how far inside the limits of all sides the grid's columns lie; None where there are none.

    Args:
        touched: Where the edges of the outlines may touch.
        vertices: (V, 3) of the surface that the outlines leave.
        grid: The grid of its field.
        extent: Longest edge of the object.
    """
    if len(touched) < _FEWEST:
        return None
    x, z = (grid.low[axis] + grid.step * np.arange(grid.cells[axis]) for axis in (0, 2))
    found: Field | None = None
    for angle in np.arange(_STEPS) * 2 * np.pi / _STEPS:
        way = np.array([np.sin(angle), 0.0, np.cos(angle)])
        left = float((vertices @ way).max())
        reach = reached(touched, way, left)
        if left - reach < _LEAST * extent:
            continue
        limit = (reach - way[0] * x[:, None] - way[2] * z[None]).astype(np.float32)
        found = limit if found is None else np.minimum(found, limit)
    return found


def reached(touched: Sequence[Contacts], way: NDArray[np.float64], left: float) -> float:
    """Return how far along a (3,) unit direction the object is taken to reach.

    Args:
        touched: Where the edges of the outlines, at least three, may touch.
        way: The direction.
        left: How far what the outlines leave reaches.
    """
    told = []
    for item in touched:
        least, most = item.reach(way)
        ray = int(least.argmax())
        told.append((float(least[ray]), float(min(most[ray], left))))
    least_sure, most_sure = sorted(told)[-1 - _SKIPPED]
    middle = (least_sure + most_sure) / 2
    ridge = left - middle
    if ridge <= 0:
        return left
    round_ = np.clip(((middle - least_sure) / ridge - _FLAT) / (_ROUND - _FLAT), 0, 1)
    return middle + float(round_) * ridge
