"""Levels each millisecond, and gains that follow them: what compressor, gate and de-esser share."""

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.stream import Block

STEP_S = 0.001


class Smoother:
    """One pole that rises with the attack and falls with the release."""

    def __init__(self, step_s: float, attack_s: float, release_s: float) -> None:
        self._rise, self._fall = 1 - np.exp(-step_s / attack_s), 1 - np.exp(-step_s / release_s)
        self.reduction_db = 0.0

    def __call__(self, wanted_db: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the smoothed reductions; the last one goes on into the next call."""
        rise, fall, now = float(self._rise), float(self._fall), self.reduction_db
        found = []
        for wanted in wanted_db.tolist():
            now += (rise if wanted > now else fall) * (wanted - now)
            found.append(now)
        self.reduction_db = now
        return np.array(found)


def peaks_db(block: Block, step: int) -> NDArray[np.float64]:
    """Return the peak of each step over all channels of a (C, F) block, dBFS."""
    count = -(-block.shape[1] // step)
    padded = np.pad(np.abs(block).max(axis=0), (0, count * step - block.shape[1]))
    return 20 * np.log10(padded.reshape(count, step).max(axis=1) + 1e-9)


def gains(
    before_db: float, reduction_db: NDArray[np.floating], step: int, frames: int
) -> NDArray[np.float32]:
    """Return a factor for each of `frames` samples; within each step it glides, in dB, to that step's value.

    Args:
        before_db: Reduction before the first step.
        reduction_db: One a step.
        step: Samples in a step.
        frames: At most `step` times the number of steps.
    """
    knots = np.concatenate([[before_db], reduction_db])
    glide = np.interp(np.arange(frames) / step, np.arange(len(knots)), knots)
    return (10 ** (-glide / 20)).astype(np.float32)
