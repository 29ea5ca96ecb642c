"""Parts of a print that begin in mid-air: islands, which fall down without supports."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_LAYERS = 90
_LEAST_AREA_MM2 = 0.3


def islands_mm(solid: Any) -> list[float]:
    """Return the heights above the bed at which islands begin, in the solid's own millimetres.

    Args:
        solid: A `manifold3d.Manifold`, z up. It is looked at in up to 90 layers; what begins in the lowest
            stands on the bed.
    """
    _, _, low, _, _, high = solid.bounding_box()
    levels: NDArray[np.float64] = np.linspace(low, high, _LAYERS + 1)[:-1] + (high - low) / _LAYERS / 2
    below, found = solid.slice(float(levels[0])), []
    for level in levels[1:]:
        layer = solid.slice(float(level))
        for part in layer.decompose():
            if part.area() >= _LEAST_AREA_MM2 and (part ^ below).is_empty():
                found.append(round(float(level - low), 1))
        below = layer
    return found
