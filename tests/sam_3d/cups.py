"""A cup seen from above at a known angle, with a handle: its photo and its masks."""

import numpy as np
from numpy.typing import NDArray

from shared.media import Image

Mask = NDArray[np.bool_]
HEIGHT_PX, WIDTH_PX, MIDDLE_PX = 300, 340, 150.0
RIM_PX, FOOT_PX = (75.0, 78.0), (215.0, 58.0)


def cup(tilt_deg: float = 30.0) -> tuple[Mask, Mask]:
    """Return the masks of a conical cup and of its handle, which touch and do not overlap."""
    y, x = np.mgrid[:HEIGHT_PX, :WIDTH_PX] + 0.5
    sine = np.sin(np.radians(tilt_deg))
    part = np.clip((y - RIM_PX[0]) / (FOOT_PX[0] - RIM_PX[0]), 0, 1)
    radius = RIM_PX[1] + (FOOT_PX[1] - RIM_PX[1]) * part
    sides = (np.abs(x - MIDDLE_PX) < radius) & (y > RIM_PX[0]) & (y < FOOT_PX[0])
    body = sides | _ellipse(x, y, RIM_PX, sine) | _ellipse(x, y, FOOT_PX, sine)
    away = np.hypot(x - 228, (y - 140) / 1.2)
    return np.asarray(body), np.asarray((away > 28) & (away < 43) & ~body)


def cup_photo() -> Image:
    """A red cup with a yellow handle before green."""
    body, handle = cup()
    pixels = np.full((HEIGHT_PX, WIDTH_PX, 3), (60, 120, 70), np.uint8)
    pixels[body], pixels[handle] = (200, 50, 40), (230, 200, 60)
    return Image(pixels)


def _ellipse(x: NDArray[np.float64], y: NDArray[np.float64], place: tuple[float, float], sine: float) -> Mask:
    middle, radius = place
    return np.asarray(((x - MIDDLE_PX) / radius) ** 2 + ((y - middle) / (radius * max(sine, 1e-3))) ** 2 < 1)
