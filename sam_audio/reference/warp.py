"""Read a reference in the time of a mix: another rate, another start, a clock that runs at another speed."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sam_audio.streaming import resampled
from shared.encoders.audio import Block
from shared.media import AudioSource

HALF_TAPS = 16
PHASES = 512
KAISER_BETA = 7.0  # −70 dB; flat to 0.43 of the rate with 32 taps
CHUNK_FRAMES = 16_384
Times = NDArray[np.float64]


@dataclass(frozen=True)
class TimeMap:
    """Where in the reference each moment of the mix is: straight lines between known places.

    Args:
        mix_s: Moments of the mix, seconds, at least two, rising.
        reference_s: The same moments in the reference, seconds, rising.
    """

    mix_s: tuple[float, ...]
    reference_s: tuple[float, ...]

    def at(self, mix_s: Times) -> Times:
        """Return the reference's times; the first and the last line go on for ever."""
        mix, reference = np.array(self.mix_s), np.array(self.reference_s)
        line = np.clip(np.searchsorted(mix, mix_s) - 1, 0, len(mix) - 2)
        slopes = np.diff(reference) / np.diff(mix)
        return reference[line] + (mix_s - mix[line]) * slopes[line]


class AlignedReference:
    """A reference at the mix's rate and in its time, read from start to end; silence where it has none.

    Args:
        source: The reference.
        sample_rate_hz: The mix's rate.
        times: From the mix's time to the reference's.
    """

    def __init__(self, source: AudioSource, sample_rate_hz: int, times: TimeMap) -> None:
        self.channels = source.channels
        self._rate_hz = sample_rate_hz
        self._times = times
        block_frames = max(1024, source.sample_rate_hz)
        blocks = source.blocks(block_frames)
        self._blocks: Iterator[Block] = resampled(blocks, source.sample_rate_hz, sample_rate_hz)
        self._held = np.zeros((source.channels, 0), np.float32)
        self._first = 0  # frame of the reference that is held first
        self._ended = False

    def read(self, start: int, stop: int) -> Block:
        """Return (K, stop − start) float32 of mix frames start..stop; starts never go back."""
        parts = [self._part(at, min(at + CHUNK_FRAMES, stop)) for at in range(start, stop, CHUNK_FRAMES)]
        self._forget(self._places(start, start + 1)[0])
        return np.concatenate(parts, axis=1)

    def _places(self, start: int, stop: int) -> Times:
        return self._times.at(np.arange(start, stop) / self._rate_hz) * self._rate_hz

    def _part(self, start: int, stop: int) -> Block:
        places = self._places(start, stop)
        whole = np.floor(places).astype(np.int64)
        low, high = int(whole[0]) - HALF_TAPS + 1, int(whole[-1]) + HALF_TAPS + 1
        samples = self._samples(low, high)
        windows = np.lib.stride_tricks.sliding_window_view(samples, 2 * HALF_TAPS, axis=1)
        kernels = _kernels(places - whole)
        picked = whole - whole[0]
        return np.stack([np.einsum("nt,nt->n", channel[picked], kernels) for channel in windows])

    def _samples(self, low: int, high: int) -> Block:
        """Return frames low..high of the reference, zeros before its start and after its end."""
        self._fill(low, high)
        start, stop = max(low, self._first), min(high, self._first + self._held.shape[1])
        middle = self._held[:, start - self._first : max(stop - self._first, start - self._first)]
        before = min(max(start - low, 0), high - low)
        return np.pad(middle, ((0, 0), (before, high - low - before - middle.shape[1])))

    def _fill(self, low: int, high: int) -> None:
        """Read on until frame `high` is held; what lies before `low` is passed over."""
        while not self._ended and self._first + self._held.shape[1] < high:
            block = next(self._blocks, None)
            if block is None:
                self._ended = True
                break
            self._held = np.concatenate([self._held, block], axis=1)
            self._drop(low - self._first)

    def _drop(self, frames: int) -> None:
        if frames > 0:
            self._first += min(frames, self._held.shape[1])
            self._held = self._held[:, frames:].copy()

    def _forget(self, place: float) -> None:
        """Drop what lies before the window around a place."""
        self._drop(int(np.floor(place)) - 2 * HALF_TAPS - self._first)


def _kernels(fractions: Times) -> Block:
    """Return windowed-sinc weights for each fraction of a sample, (N, 2·HALF_TAPS)."""
    table = _table()
    row = fractions * PHASES
    lower = np.minimum(row.astype(np.int64), PHASES - 1)
    part = (row - lower).astype(np.float32)[:, None]
    return np.asarray(table[lower] + part * (table[lower + 1] - table[lower]), np.float32)


@cache
def _table() -> Block:
    """Return (PHASES + 1, 2·HALF_TAPS) weights, row r for the fraction r / PHASES (Kaiser 1974)."""
    fractions = np.arange(PHASES + 1)[:, None] / PHASES
    distance = np.arange(1 - HALF_TAPS, HALF_TAPS + 1)[None, :] - fractions
    inside = np.clip(1 - (distance / HALF_TAPS) ** 2, 0, None)
    window = np.i0(KAISER_BETA * np.sqrt(inside)) / np.i0(KAISER_BETA) * (np.abs(distance) <= HALF_TAPS)
    return (np.sinc(distance) * window).astype(np.float32)
