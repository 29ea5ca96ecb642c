"""The frequency bands of the sound net: 64 single bins to 1 kHz, then 64 spaced by logarithm to 12 kHz."""

from functools import cache
from typing import Any

import numpy as np

from shared.encoders.audio import Block

BANDS, LINEAR_BANDS = 128, 64
NET_RATE_HZ, NET_BINS = 24_000, 769
FRAMES_A_COLUMN = 16  # of the tagger: 0.256 s
FLOOR = 1e-6  # power, of the window's mean: below it the net sees nothing
SPREAD = 6.0  # natural logarithms from the mean to where features reach a half more or less
RESTING = 1e-12


@cache
def edges() -> Any:
    """Return the first bin of each band, and one past the last bin: (129,) int64."""
    found = list(range(LINEAR_BANDS + 1))
    for value in np.geomspace(LINEAR_BANDS, NET_BINS, BANDS - LINEAR_BANDS + 1)[1:]:
        found.append(max(found[-1] + 1, round(value)))
    found[-1] = NET_BINS
    return np.array(found)


def features(frames_power: Block) -> Block:
    """Return what the net sees of a window.

    Args:
        frames_power: (F, bins) power of each bin, at least 769 bins of 15.625 Hz.

    Returns:
        (128, F) float32: log of each band's mean power over the window's mean level.
    """
    summed = np.add.reduceat(frames_power[:, :NET_BINS], edges()[:-1], axis=1)
    power = summed / np.diff(edges())
    level = power.mean() + RESTING
    return (np.log(power / level + FLOOR) / SPREAD + 0.5).T.astype(np.float32)


def widened(mask: Block, bins: int) -> Block:
    """Spread a mask a band (F, 128) over `bins` bins; above the net's 12 kHz the top band's mask goes on."""
    wide = np.repeat(mask, np.diff(edges()), axis=1)
    return np.pad(wide, ((0, 0), (0, bins - wide.shape[1])), mode="edge")
