"""How loud any mix of some stems would be, without making it: for comparing at equal loudness."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_audio.loudness import LEAST_RATE_HZ, k_weighting

WINDOWS, WINDOW_S, WARM_UP_S = 100, 0.4, 0.1  # 40 s in all: of longer sounds, evenly spread samples


def loudness_products(paths: Sequence[Path]) -> NDArray[np.float64]:
    """Return the mean products of all channels of some sounds, K-weighted (ITU-R BS.1770-4).

    A mix whose output channels are rows g of gains over all those channels has the power Σ g·P·g; its
    decibels are an ungated loudness. Below 8000 Hz nothing is weighted.

    Args:
        paths: WAV or FLAC files of one length, rate and number of channels.

    Returns:
        (N·C, N·C), in the order of the files, then of their channels.
    """
    import soundfile

    files = [soundfile.SoundFile(path) for path in paths]
    try:
        total, frames = np.zeros((1, 1)), 0
        shortest = min(file.frames for file in files)  # a lossy codec may add a few
        for start, warm, length in _windows(shortest, files[0].samplerate):
            sound = np.concatenate([_read(file, start, length) for file in files])
            heard = _weighted(sound, files[0].samplerate)[:, warm:]
            total = total + heard @ heard.T
            frames += heard.shape[1]
        return total / max(frames, 1)
    finally:
        for file in files:
            file.close()


def _windows(frames: int, rate_hz: int) -> list[tuple[int, int, int]]:
    """Return start, frames to warm up, and length of what is read."""
    length = round(WINDOW_S * rate_hz)
    if frames <= WINDOWS * length:
        return [(0, 0, frames)]
    warm = round(WARM_UP_S * rate_hz)
    starts = np.linspace(warm, frames - length, WINDOWS).astype(int)
    return [(int(start) - warm, warm, length + warm) for start in starts]


def _read(file: Any, start: int, frames: int) -> NDArray[np.float64]:
    file.seek(start)
    return file.read(frames, dtype="float64", always_2d=True).T


def _weighted(sound: NDArray[np.float64], rate_hz: int) -> NDArray[np.float64]:
    from scipy.signal import sosfilt

    return np.asarray(sosfilt(k_weighting(rate_hz), sound, axis=1)) if rate_hz >= LEAST_RATE_HZ else sound
