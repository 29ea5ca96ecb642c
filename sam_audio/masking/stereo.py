"""A window of the stereo field as a soft gate on the bins of two channels."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sam_audio.masking.intervals import raised
from shared.encoders.audio import Block, Frames
from shared.prompts import Pan

EDGE = 0.2  # of a raised cosine over each edge of a window, of a field that is 2 wide


def pan_gains(frames: Frames, windows: Sequence[Pan]) -> Block:
    """Return how much of each bin comes from the windows kept, less those dropped.

    A source panned by levels alone, L = s · cos θ and R = s · sin θ, lies at θ = ½ atan2(2 Re LR*,
    |L|² − |R|²), the main axis of the two channels in the bin, at pan 4θ/π − 1. The more two channels are
    out of step (room, several sources), the less a place can be told: such bins are split by the share of
    the field. When no window is kept, everything is.

    Args:
        frames: (2, F, bins) left and right.
        windows: At least one.

    Returns:
        (F, bins) in 0..1.
    """
    left, right = (np.abs(channel) ** 2 for channel in frames)
    shared = 2 * (frames[0] * frames[1].conj()).real
    total = np.maximum(left + right, np.finfo(np.float32).tiny)
    place = np.arctan2(shared, left - right) * (2 / np.pi) - 1
    place = np.where(place < -2, place + 4, place)
    sure = np.minimum(np.hypot(shared, left - right) / total, 1) * np.clip(2 - np.abs(place), 0, 1)
    place = np.clip(place, -1, 1)
    kept = [window for window in windows if window.keep]
    dropped = [window for window in windows if not window.keep]
    gain = _union(place, sure, kept) if kept else np.ones(place.shape)
    return (gain * (1 - _union(place, sure, dropped))).astype(np.float32)


def _union(
    place: NDArray[np.float64], sure: NDArray[np.float64], windows: Sequence[Pan]
) -> NDArray[np.float64]:
    total = np.zeros(place.shape)
    for window in windows:
        total += sure * _inside(place, window) + (1 - sure) * (window.right - window.left) / 2
    return np.minimum(total, 1)


def _inside(place: NDArray[np.float64], window: Pan) -> NDArray[np.float64]:
    width = min(EDGE, window.right - window.left)
    gain = np.ones(place.shape)
    if window.left > -1:
        gain = gain * raised(place - window.left, width)
    if window.right < 1:
        gain = gain * raised(window.right - place, width)
    return gain
