"""From the values of pictures to amounts of light."""

import numpy as np
from numpy.typing import NDArray


def linear(srgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return linear light in 0..1 of sRGB values in 0..1 (IEC 61966-2-1)."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
