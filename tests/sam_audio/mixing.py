"""Mixtures with known parts, and how near an estimate comes to them."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np

from shared.loading import load_audio
from shared.media import Waveform

EXAMPLES = Path(__file__).parents[2] / "examples" / "audio"


@cache
def clip(name: str, rate_hz: int, seconds: float) -> np.ndarray:
    """Return the start of a shipped clip as mono at a rate, (1, T)."""
    import soxr

    source = load_audio(EXAMPLES / name)
    sound = np.concatenate(list(source.blocks(1 << 16)), axis=1).mean(0)
    return soxr.resample(sound, source.sample_rate_hz, rate_hz)[None, : int(seconds * rate_hz)]


def mixture(target: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scale two sounds to equal power; return mix, target, other as (C, T) float32."""
    frames = min(target.shape[1], other.shape[1])
    a, b = (x[:, :frames] / np.sqrt((x[:, :frames] ** 2).mean()) * 0.08 for x in (target, other))
    a, b = np.broadcast_arrays(a, b)
    a, b = a.astype(np.float32), b.astype(np.float32)
    return a + b, a, b


def si_sdr(estimate: np.ndarray, reference: np.ndarray) -> float:
    """Return the scale-invariant signal-to-distortion ratio in dB, all channels together."""
    estimate, reference = (x.astype(np.float64).ravel() - x.mean() for x in (estimate, reference))
    wanted = reference * (estimate @ reference) / (reference @ reference)
    return float(10 * np.log10((wanted @ wanted) / ((estimate - wanted) @ (estimate - wanted))))


def streamed(engine, sound: np.ndarray, rate_hz: int, concept: str, size: int = 48_000) -> np.ndarray:
    """Run an engine over blocks of a size."""
    blocks: Iterator[np.ndarray] = Waveform(sound, rate_hz).blocks(size)
    return np.concatenate(list(engine.stream(blocks, rate_hz, concept=concept)), axis=1)
