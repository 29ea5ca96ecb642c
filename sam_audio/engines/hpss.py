"""Drums, and the melody beside them: harmonic–percussive separation by median filters.

Fitzgerald, "Harmonic/Percussive Separation using Median Filtering" (DAFx 2010). On long frames
(0.37 s) what rings is a line along time and what is struck is a line along frequency; a median filter along
each axis keeps one and drops the other, and their powers are shared out as a soft mask. Blocks carry as many
frames on each side as the filter reaches, so that the result is that of one pass over the whole sound.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np

from sam_audio.streaming import through_frames
from shared.encoders.audio import Block, Frames, Stft
from shared.prompts import Text
from shared.registry import EngineSpec

FRAME_S = 0.37  # 16384 samples at 44.1 and 48 kHz; longest of those tried that still gained
HARMONIC_FRAMES, PERCUSSIVE_BINS = 11, 21  # filter lengths: about 1 s along time, 57 Hz along frequency
POWER = 1.5  # exponent of the soft mask; these three by trial, benchmarks/audio_bars.py
REACH_FRAMES = HARMONIC_FRAMES // 2
BLOCK_FRAMES = 32
LEAST_FFT = 128


def stft(sample_rate_hz: int) -> Stft:
    """Return frames of about 0.37 s, a power of two, every quarter of that."""
    n_fft = max(LEAST_FFT, 2 ** round(np.log2(sample_rate_hz * FRAME_S)))
    return Stft(n_fft, n_fft // 4)


class Hpss:
    """Drums or melody at any rate, each channel on its own."""

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, *, concept: str) -> Iterator[Block]:
        """Yield the drums, or the input less the drums for the concept "melody"."""
        process = partial(_process, melody=concept == "melody")
        cut = stft(sample_rate_hz)
        return through_frames(blocks, sample_rate_hz, stft=cut, rate_hz=sample_rate_hz, process=process)


def _process(frames: Iterator[Frames], *, melody: bool) -> Iterator[Frames]:
    for wide, start, stop in _with_surroundings(frames):
        masks = drum_masks(wide)[:, start:stop]
        yield wide[:, start:stop] * (1 - masks if melody else masks)


def _with_surroundings(frames: Iterator[Frames]) -> Iterator[tuple[Frames, int, int]]:
    """Yield frames with up to REACH_FRAMES more on each side; start and stop say which are meant."""
    waiting: list[Frames] = []
    start = 0
    for block in frames:
        waiting.append(block)
        if sum(part.shape[1] for part in waiting) < start + BLOCK_FRAMES + REACH_FRAMES:
            continue
        joined = np.concatenate(waiting, axis=1)
        while joined.shape[1] >= start + BLOCK_FRAMES + REACH_FRAMES:
            stop = start + BLOCK_FRAMES
            yield joined[:, : stop + REACH_FRAMES], start, stop
            joined, start = joined[:, stop - REACH_FRAMES :], REACH_FRAMES
        waiting = [joined.copy()]
    if waiting:
        joined = np.concatenate(waiting, axis=1)
        if joined.shape[1] > start:
            yield joined, start, joined.shape[1]


def drum_masks(frames: Frames) -> Block:
    """Return the share of what is struck in each bin, (C, F, bins) in 0..1; a half where nothing sounds.

    The same numbers as librosa's `decompose.hpss(..., mask=True)` (a test compares them), without the 220 MB
    that importing that module takes: it would break the limit of long runs.
    """
    from scipy.ndimage import median_filter

    magnitudes = np.abs(frames)
    ringing = median_filter(magnitudes, size=(1, HARMONIC_FRAMES, 1), mode="reflect")
    struck = median_filter(magnitudes, size=(1, 1, PERCUSSIVE_BINS), mode="reflect")
    loudest = np.maximum(np.maximum(ringing, struck), np.finfo(np.float32).tiny)
    ringing, struck = (ringing / loudest) ** POWER, (struck / loudest) ** POWER
    total = ringing + struck
    return np.divide(struck, total, out=np.full_like(total, 0.5), where=total > 0)


def load(device: str) -> Hpss:
    """Return the engine; it has no weights and runs on the processor."""
    return Hpss()


SPECS = (
    EngineSpec(
        id="hpss",
        task="separate",
        tier="embedded",
        title="Harmonic–percussive median filters",
        summary="Takes drums out of music, or the melody without them; no training, 6 s of work a minute.",
        accepts=frozenset({Text}),
        least_rate_hz=1000,
        licence="Apache-2.0",
        version="1",
        load=load,
        concepts=("drums", "melody"),
        default=True,
    ),
)
