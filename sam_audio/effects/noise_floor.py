"""Find steady noise in short-time spectra by its minima, and lower it.

The noise power of a bin is the minimum of its smoothed power over three seconds, corrected for being a
minimum (Martin, "Noise power spectral density estimation based on optimal smoothing and minimum
statistics", 2001, with fixed smoothing). The gain is Wiener's, from an a-priori ratio that remembers the
frame before (Ephraim and Malah 1984), which keeps single bins from ringing.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from shared.encoders.audio import Frames

REACH_S = 1.5  # the minimum looks this far to either side
SMOOTHING_S = 0.12
MEMORY = 0.96  # share of the frame before in the a-priori ratio
# Mean power of white noise over the minimum that is found in it, Hann windows at a quarter: measured 1.57,
# 1.85 and 1.67 at frames of 8, 16 and 10.7 ms; taken a little higher, as a floor that is too low rings.
BIAS = 2.0
_TINY = 1e-20
_LEAST_FRAMES = 32  # fewer wait for more: each call looks at the whole reach


class NoiseGate:
    """Frames in, as many frames out, each decided with the frames around it; one gain for all channels.

    Args:
        frame_s: Time from one frame to the next.
        floor: Least gain.
    """

    def __init__(self, *, frame_s: float, floor: float) -> None:
        self._reach = max(1, round(REACH_S / frame_s))
        self._keep = float(np.exp(-frame_s / SMOOTHING_S))
        self._floor = floor

    def __call__(self, frames: Iterator[Frames]) -> Iterator[Frames]:
        """Yield (C, F, bins) frames with their steady noise lowered."""
        smoother, gate = _Smoothed(self._keep), _Wiener(self._floor)
        heard: Frames | None = None  # frames whose gain is still to come
        smooth = np.zeros((0, 0))  # smoothed powers, from `reach` frames before the first of `heard` on
        behind = 0
        for block in frames:
            power = smoother(_power(block))
            heard = block if heard is None else np.concatenate([heard, block], axis=1)
            smooth = np.concatenate([smooth, power]) if smooth.size else power
            ready = heard.shape[1] - self._reach
            if ready >= _LEAST_FRAMES:
                yield gate(heard[:, :ready], self._noise(smooth, behind, ready))
                heard = heard[:, ready:]
                drop = max(0, behind + ready - self._reach)
                smooth, behind = smooth[drop:], behind + ready - drop
        if heard is not None and heard.shape[1]:
            yield gate(heard, self._noise(smooth, behind, heard.shape[1]))

    def _noise(self, smooth: NDArray[np.floating], behind: int, count: int) -> NDArray[np.floating]:
        """Return the noise power of frames `behind` .. `behind + count`; beyond the ends nothing counts."""
        from scipy.ndimage import minimum_filter1d

        lowest = minimum_filter1d(smooth, 2 * self._reach + 1, axis=0, mode="constant", cval=np.inf)
        return BIAS * lowest[behind : behind + count]


def _power(frames: Frames) -> NDArray[np.float64]:
    """Return (F, bins) power of all channels together."""
    return (np.abs(frames).astype(np.float64) ** 2).sum(axis=0)


class _Smoothed:
    """One pole over frames; it starts at the first frame's own power."""

    def __init__(self, keep: float) -> None:
        self._keep = keep
        self._state: NDArray[np.floating] | None = None

    def __call__(self, power: NDArray[np.floating]) -> NDArray[np.floating]:
        from scipy.signal import lfilter

        if self._state is None:
            self._state = self._keep * power[:1]
        smooth, self._state = lfilter([1 - self._keep], [1, -self._keep], power, axis=0, zi=self._state)
        return smooth


class _Wiener:
    """Gains from frame to frame."""

    def __init__(self, floor: float) -> None:
        self._floor = floor
        self._ratio_before: NDArray[np.floating] | float = 0.0

    def __call__(self, frames: Frames, noise: NDArray[np.floating]) -> Frames:
        """Return the frames times their gains."""
        ratio = _power(frames) / (noise + _TINY)
        gains = np.empty_like(ratio)
        before = self._ratio_before
        for index, now in enumerate(ratio):
            likely = MEMORY * before + (1 - MEMORY) * np.maximum(now - 1, 0)
            gain = likely / (1 + likely)
            gains[index] = gain
            before = gain * gain * now
        self._ratio_before = before
        return (frames * np.maximum(gains, self._floor)).astype(np.complex64)
