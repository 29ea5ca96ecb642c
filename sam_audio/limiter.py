"""Look-ahead limiter: lowers peaks, also those between samples, just as far and as long as they need.

The gain is found for each sample in dB, for all channels together. It recovers along a straight line, is held
over the look-ahead (sliding minimum) and rounded by a window of that length; both keep it at or below what
each peak asks for, so that no peak gets past.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.stream import advanced
from sam_audio.peak import OVERSAMPLING, REACH, interpolator, overshoot
from shared.encoders.audio import Block

LOOK_AHEAD_S = 0.005
RELEASE_DB_PER_S = 60.0
MARGIN_DB = 0.02  # changing the gain moves what lies between two samples by a little
FLUSH_FRAMES = 8192
QUIETEST = 1e-9


def limited(
    blocks: Iterator[Block], sample_rate_hz: int, *, ceiling_db: float, channels: int
) -> Iterator[Block]:
    """Yield sound whose true peak stays at the ceiling; what is softer is not changed.

    Args:
        blocks: (C, F) float32.
        sample_rate_hz: Of the blocks.
        ceiling_db: Highest true peak, dBTP.
        channels: Rows of each block.
    """
    return through(Limiter(sample_rate_hz, ceiling_db=ceiling_db, channels=channels), blocks)


def through(limiter: "Limiter", blocks: Iterator[Block]) -> Iterator[Block]:
    """Yield blocks through a limiter that is still unused, in time with them."""
    return advanced(blocks, limiter, latency_frames=limiter.latency_frames, flush_frames=FLUSH_FRAMES)


class Limiter:
    """Limits a stream, late by its look-ahead; keeps what it needs from block to block.

    Args:
        sample_rate_hz: Of the sound.
        ceiling_db: Highest true peak, dBTP.
        channels: Rows of each block.
    """

    def __init__(self, sample_rate_hz: int, *, ceiling_db: float, channels: int) -> None:
        self._ceiling_db = ceiling_db - MARGIN_DB
        self._ahead = max(1, round(LOOK_AHEAD_S * sample_rate_hz))
        self._slope_db = RELEASE_DB_PER_S / sample_rate_hz
        self._taps = interpolator()
        self._safe = 10 ** (self._ceiling_db / 20) / overshoot(self._taps)
        self._window = np.hanning(self._ahead + 3)[1:-1]
        self._window /= self._window.sum()
        self.latency_frames = self._ahead + REACH
        self._sound = np.zeros((channels, self.latency_frames), np.float32)
        self._before = np.zeros((channels, 2 * REACH), np.float32)
        self._recovered_db = 0.0
        self._asked_db = np.zeros(self._ahead)
        self._held_db = np.zeros(self._ahead)
        self.deepest_db = 0.0

    def __call__(self, block: Block) -> Block:
        """Take (C, F) frames and return as many, limited, `latency_frames` late."""
        frames = block.shape[1]
        gain_db = self._rounded(self._held(self._recovering(self._wanted_db(block))))
        delayed = np.concatenate([self._sound, block], axis=1)
        self._sound = delayed[:, frames:]
        if not gain_db.any():
            return delayed[:, :frames]
        self.deepest_db = min(self.deepest_db, float(gain_db.min()))
        return delayed[:, :frames] * (10 ** (gain_db / 20)).astype(np.float32)

    def _wanted_db(self, block: Block) -> NDArray[np.float64]:
        """Return the gain (F,) in dB, 0 or below, that each sample and its neighbourhood ask for."""
        seen = np.concatenate([self._before, block], axis=1)
        self._before = seen[:, block.shape[1] :]
        if float(np.abs(seen).max(initial=0.0)) <= self._safe:
            return np.zeros(block.shape[1])
        between = _between(seen, self._taps)
        around = np.maximum(between, np.roll(between, 1))
        peaks = np.maximum(np.abs(seen).max(axis=0), around)[REACH : REACH + block.shape[1]]
        return np.minimum(self._ceiling_db - 20 * np.log10(np.maximum(peaks, QUIETEST)), 0.0)

    def _recovering(self, wanted_db: NDArray[np.float64]) -> NDArray[np.float64]:
        """Let the gain rise by the slope at most: y[n] = min(wanted[n], y[n − 1] + slope)."""
        if not wanted_db.size or (self._recovered_db == 0 and not wanted_db.any()):
            return wanted_db
        ramp = self._slope_db * np.arange(1, len(wanted_db) + 1)
        lowest = np.minimum.accumulate(wanted_db - ramp)
        found = np.minimum(ramp + np.minimum(lowest, self._recovered_db), 0.0)
        self._recovered_db = float(found[-1])
        return found

    def _held(self, asked_db: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the least of each value and the look-ahead's worth of values after it, that much late."""
        from scipy.ndimage import minimum_filter1d

        seen = np.concatenate([self._asked_db, asked_db])
        self._asked_db = seen[len(asked_db) :]
        if not seen.any():
            return np.zeros(len(asked_db))
        size = self._ahead + 1
        return minimum_filter1d(seen, size)[size // 2 :][: len(asked_db)]

    def _rounded(self, held_db: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the weighted mean of each value and the look-ahead's worth of values before it."""
        seen = np.concatenate([self._held_db, held_db])
        self._held_db = seen[len(held_db) :]
        return np.convolve(seen, self._window, "valid") if seen.any() else np.zeros(len(held_db))


def _between(seen: Block, taps: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the greatest level between each sample and the next one, of all channels, (F,)."""
    from scipy.signal import upfirdn

    fine = np.abs(upfirdn(taps, seen, up=OVERSAMPLING, axis=1)).max(axis=0)
    start = REACH * OVERSAMPLING
    fine = fine[start : start + seen.shape[1] * OVERSAMPLING]
    return fine.reshape(-1, OVERSAMPLING).max(axis=1)
