"""Time ranges united and subtracted, and the soft gate that they make."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.encoders.audio import Block

FADE_S = 0.02  # of a raised cosine over each edge; no click, and short beside a syllable
Interval = tuple[float, float]


def united(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the same times as ranges that neither overlap nor touch, in order."""
    joined: list[Interval] = []
    for start, end in sorted(intervals):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def subtracted(intervals: Iterable[Interval], dropped: Iterable[Interval]) -> list[Interval]:
    """Return what is in the first ranges and not in the others, in order."""
    left = united(intervals)
    for start, end in united(dropped):
        pieces = ((a, min(b, start), max(a, end), b) for a, b in left)
        left = [piece for a, b, c, d in pieces for piece in ((a, b), (c, d)) if piece[1] > piece[0]]
    return left


def raised(distance: NDArray[np.floating], width: float) -> NDArray[np.float64]:
    """Return a raised cosine from 0 to 1 around distance 0; two that face each other add up to 1.

    Args:
        distance: How far inside an edge; negative outside.
        width: From 0 to 1, in the same unit; a step when 0.
    """
    if width <= 0:
        return (distance >= 0).astype(np.float64)
    return 0.5 - 0.5 * np.cos(np.pi * np.clip(distance / width + 0.5, 0, 1))


@dataclass(frozen=True)
class TimeGate:
    """Lets ranges of time pass.

    Args:
        kept: Ranges in seconds, as `subtracted` gives them.
        duration_s: Length of the sound; ranges that reach its ends have no edge there.
    """

    kept: tuple[Interval, ...]
    duration_s: float

    def gains(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the gain at each time, 0..1; edges are 20 ms long, or as long as a shorter range."""
        total = np.zeros(times_s.shape)
        for start_s, end_s in self.kept:
            near = slice(*np.searchsorted(times_s, (start_s - FADE_S, end_s + FADE_S)))
            if near.start < near.stop:
                total[near] += _hump(times_s[near], start_s, end_s, self.duration_s)
        return np.minimum(total, 1)

    def samples(self, start: int, count: int, sample_rate_hz: int) -> Block:
        """Return the gain of each of `count` samples from number `start` on, (count,) float32."""
        times_s = (np.arange(start, start + count) + 0.5) / sample_rate_hz
        return self.gains(times_s).astype(np.float32)


def _hump(
    times_s: NDArray[np.float64], start_s: float, end_s: float, duration_s: float
) -> NDArray[np.float64]:
    width_s = min(FADE_S, end_s - start_s)
    gain = np.ones(times_s.shape)
    if start_s > 0:
        gain *= raised(times_s - start_s, width_s)
    if end_s < duration_s:
        gain *= raised(end_s - times_s, width_s)
    return gain
