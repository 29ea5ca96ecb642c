"""True peak: the greatest level between the samples as well as on them."""

import numpy as np
from numpy.typing import NDArray

from shared.encoders.audio import Block

OVERSAMPLING = 4
REACH = 12  # Samples to either side that the interpolator looks at.
_PIECE = 4096


class TruePeak:
    """Measure the peak of a stream, oversampled four times (ITU-R BS.1770-5, annex 2).

    Pieces that cannot hold a new peak, by the bound |interpolated| <= max |sample| · sum |taps|, are skipped.

    Args:
        channels: Rows of each block.
    """

    def __init__(self, channels: int) -> None:
        self._taps = interpolator()
        self._bound = overshoot(self._taps)
        self._waiting = np.zeros((channels, 2 * REACH), np.float32)
        self._peak = 0.0

    def add(self, block: Block) -> None:
        """Take (C, F) more samples into account."""
        self._peak = max(self._peak, float(np.abs(block).max(initial=0.0)))
        self._waiting = np.concatenate([self._waiting, block], axis=1)
        while self._waiting.shape[1] >= _PIECE:
            self._measure(self._waiting[:, :_PIECE])
            self._waiting = self._waiting[:, _PIECE - 2 * REACH :]

    def value(self) -> float:
        """Return the true peak of everything added so far, linear (1.0 is full scale)."""
        self._measure(np.pad(self._waiting, ((0, 0), (0, 2 * REACH))))
        return self._peak

    def _measure(self, piece: Block) -> None:
        from scipy.signal import upfirdn

        if float(np.abs(piece).max(initial=0.0)) * self._bound <= self._peak:
            return
        between = upfirdn(self._taps, piece, up=OVERSAMPLING, axis=1)
        edge = 2 * REACH * OVERSAMPLING
        inside = between[:, edge - OVERSAMPLING : between.shape[1] - edge + OVERSAMPLING]
        self._peak = max(self._peak, float(np.abs(inside).max(initial=0.0)))


def overshoot(taps: NDArray[np.float32]) -> float:
    """Return the highest level that the interpolator can find between samples of at most 1."""
    return float(np.abs(taps.reshape(-1, OVERSAMPLING)).sum(axis=0).max())


def interpolator() -> NDArray[np.float32]:
    """Windowed sinc, 4 · 24 taps, that passes the samples themselves unchanged."""
    place = np.arange(-REACH * OVERSAMPLING, REACH * OVERSAMPLING) / OVERSAMPLING
    taps = np.sinc(place) * np.kaiser(len(place) + 1, 8.0)[:-1]
    return taps.astype(np.float32)
