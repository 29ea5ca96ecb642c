"""Read sound between its samples, at places that move."""

import numpy as np
from numpy.typing import NDArray

REACH = 2  # Samples beyond a place that the cubic looks at.
Numbers = NDArray[np.floating]


def read(line: Numbers, place: Numbers) -> NDArray[np.float64]:
    """Read (…, F) values at places of a (…, L) line; the places are the same for every row.

    Args:
        line: Samples.
        place: (F,) from 1 to L − 3.
    """
    index, weights = cubic(place)
    taps = line[..., index]
    return (taps * weights).sum(axis=-2)


def cubic(place: Numbers) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the four samples around each place, (4, F), and their weights (Catmull and Rom 1974)."""
    whole = np.floor(place).astype(np.int64)
    x = place - whole
    weights = np.stack(
        [
            0.5 * x * (x * (2 - x) - 1),
            0.5 * (x * x * (3 * x - 5) + 2),
            0.5 * x * (x * (4 - 3 * x) + 1),
            0.5 * x * x * (x - 1),
        ]
    )
    return whole + np.arange(-1, 3)[:, None], weights
