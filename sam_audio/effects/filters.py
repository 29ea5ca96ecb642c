"""Recursive filters with memory: second-order sections that run on from block to block.

The formulas are those of Robert Bristow-Johnson's Audio EQ Cookbook (W3C note, 2021).
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Sections = NDArray[np.float64]
HIGHEST = 0.49  # A corner above this share of the sample rate has nothing left to act on.


class Cascade:
    """Second-order sections over (C, F) blocks, in float64.

    Args:
        sections: (S, 6) b0 b1 b2 a0 a1 a2 with a0 = 1.
        channels: C.
    """

    def __init__(self, sections: Sections, channels: int) -> None:
        self._sections = np.atleast_2d(sections)
        self._state = np.zeros((len(self._sections), channels, 2))

    def __call__(self, block: NDArray[np.floating]) -> NDArray[np.float64]:
        """Filter one block; the state goes on into the next."""
        from scipy.signal import sosfilt

        if block.shape[1] == 0:
            return np.asarray(block, np.float64)
        filtered, self._state = sosfilt(self._sections, block, axis=1, zi=self._state)
        return filtered


def peak(frequency_hz: float, gain_db: float, quality: float, sample_rate_hz: int) -> Sections:
    """Bell of a gain around a frequency; `quality` is centre frequency over bandwidth."""
    a, w = 10 ** (gain_db / 40), 2 * np.pi * frequency_hz / sample_rate_hz
    alpha = np.sin(w) / (2 * quality)
    b = [1 + alpha * a, -2 * np.cos(w), 1 - alpha * a]
    return _section(b, [1 + alpha / a, -2 * np.cos(w), 1 - alpha / a])


def shelf(side: Literal["low", "high"], frequency_hz: float, gain_db: float, sample_rate_hz: int) -> Sections:
    """Shelf of a gain below ("low") or above ("high") a frequency, slope 1; half the gain (dB) is there."""
    a, w = 10 ** (gain_db / 40), 2 * np.pi * frequency_hz / sample_rate_hz
    sign = 1.0 if side == "low" else -1.0
    c, root = np.cos(w) * sign, np.sqrt(2 * a) * np.sin(w)
    b = [a * ((a + 1) - (a - 1) * c + root), sign * 2 * a * ((a - 1) - (a + 1) * c)]
    b.append(a * ((a + 1) - (a - 1) * c - root))
    bottom = [(a + 1) + (a - 1) * c + root, -sign * 2 * ((a - 1) + (a + 1) * c)]
    bottom.append((a + 1) + (a - 1) * c - root)
    return _section(b, bottom)


def butterworth(
    side: Literal["lowpass", "highpass"], frequency_hz: float, order: int, sample_rate_hz: int
) -> Sections:
    """Butterworth low- or high-pass; the corner is held below half the sample rate."""
    from scipy.signal import butter

    corner_hz = min(frequency_hz, HIGHEST * sample_rate_hz)
    return np.asarray(butter(order, corner_hz, side, fs=sample_rate_hz, output="sos"))


def _section(b: list[float], a: list[float]) -> Sections:
    return np.array([[*b, *a]]) / a[0]
