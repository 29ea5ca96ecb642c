"""Run one effect over samples, and measure what came out."""

import numpy as np

from sam_audio.effects.stream import BlockStream, Effect
from shared.media import Waveform


def applied(effect: Effect, samples: np.ndarray, rate_hz: int, *, block: int = 4096) -> np.ndarray:
    """(C, T) samples after the effect."""
    stream = effect(BlockStream.of(Waveform(samples, rate_hz), block_frames=block))
    return np.concatenate(list(stream.blocks), axis=1)


def sine(frequency_hz: float, rate_hz: int, *, seconds: float = 1.0, peak: float = 0.25) -> np.ndarray:
    """(1, T) float32 sine."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    return (peak * np.sin(2 * np.pi * frequency_hz * t)).astype(np.float32)[None]


def impulse(rate_hz: int, *, seconds: float = 1.0, at: int = 0, channels: int = 1) -> np.ndarray:
    """(C, T) float32: one sample of height 1."""
    sound = np.zeros((channels, round(seconds * rate_hz)), np.float32)
    sound[:, at] = 1
    return sound


def gain_db(effect: Effect, frequency_hz: float, rate_hz: int) -> float:
    """Level change of a steady sine."""
    before = sine(frequency_hz, rate_hz)
    after = applied(effect, before, rate_hz)
    settled = slice(rate_hz // 2, rate_hz * 9 // 10)
    return float(20 * np.log10(after[0, settled].std() / before[0, settled].std() + 1e-12))


def peak_hz(sound: np.ndarray, rate_hz: int, low_hz: float = 20, high_hz: float | None = None) -> float:
    """Frequency of the strongest partial, to about 0.01 Hz for a second of sound."""
    size = 1 << 20
    level = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), size))
    step_hz = rate_hz / size
    low, high = int(low_hz / step_hz), int((high_hz or rate_hz / 2) / step_hz)
    return float((low + np.argmax(level[low:high])) * step_hz)
