"""Mixes that hold a known recording, small enough for quick tests: 16 kHz, one channel."""

from functools import cache

import numpy as np

from sam_audio.reference.warp import AlignedReference, TimeMap
from shared import synth_music
from shared.media import Waveform
from tests.sam_audio.mixing import clip

RATE_HZ = 16_000


@cache
def tune(seconds: float = 12.0, seed: int = 3) -> np.ndarray:
    """Return a stereo beat with small differences from bar to bar, (2, T)."""
    beat = synth_music.drums(seconds, sample_rate_hz=RATE_HZ, seed=seed)
    strings = synth_music.guitar(("Am", "F", "C", "G"), sample_rate_hz=RATE_HZ, bars=5, seed=seed)
    frames = min(beat.shape[1], strings.shape[1])
    return (0.3 * beat[:, :frames] + 0.5 * strings[:, :frames]).astype(np.float32)


@cache
def talk(seconds: float) -> np.ndarray:
    """Return a spoken sentence, repeated, (1, T)."""
    voice = clip("speech_product.flac", RATE_HZ, 5.0)
    frames = int(seconds * RATE_HZ)
    return np.tile(voice, (1, -(-frames // voice.shape[1])))[:, :frames].astype(np.float32)


def played(
    reference: np.ndarray, *, start_s: float = 0.5, drift: float = 0.0, seconds: float = 8.0
) -> np.ndarray:
    """Return a recording as a mix hears it: from `start_s` on, by a clock of another speed."""
    times = TimeMap((0.0, 1.0), (start_s, start_s + 1 + drift))
    return AlignedReference(Waveform(reference, RATE_HZ), RATE_HZ, times).read(0, int(seconds * RATE_HZ))


def filtered(sound: np.ndarray, seconds: float = 0.1, seed: int = 0) -> np.ndarray:
    """Return a sound through a small room: a direct path and a decaying tail."""
    from scipy.signal import oaconvolve

    frames = int(seconds * RATE_HZ)
    tail = np.random.default_rng(seed).standard_normal(frames) * 10 ** (-3 * np.arange(frames) / frames)
    tail = 0.15 * tail
    tail[0] = 1.0
    return oaconvolve(sound, tail[None], axes=1)[:, : sound.shape[1]].astype(np.float32)
