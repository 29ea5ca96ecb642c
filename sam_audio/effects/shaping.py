"""Bend the wave itself, oversampled, so that new harmonics do not fold back."""

from collections.abc import Callable, Iterator

import numpy as np

from sam_audio.effects.filters import HIGHEST, Cascade, butterworth
from sam_audio.effects.stream import Block, crossfade, reblocked
from sam_audio.streaming import Counted, Fifo, fitted, resampled, tapped

_BLOCK_FRAMES = 16384
_ENOUGH_HZ = 150_000  # Oversample until here, at most four times.
_LOWEST_HZ = 10.0


def bent(
    blocks: Iterator[Block],
    curve: Callable[[Block], Block],
    *,
    sample_rate_hz: int,
    channels: int,
    tone_hz: float,
    wet: float,
) -> Iterator[Block]:
    """Yield the sound through a curve, then a low-pass and a guard against offset, mixed with the sound.

    Args:
        blocks: (C, F) float32.
        curve: Maps samples; 0 stays 0.
        sample_rate_hz: Of the sound.
        channels: C.
        tone_hz: Corner of the low-pass, 6 dB per octave; from half the sample rate on it acts on nothing.
        wet: Share of the effect, 0..1, equal power.
    """
    sections = [butterworth("highpass", _LOWEST_HZ, 1, sample_rate_hz)]
    if tone_hz < HIGHEST * sample_rate_hz:
        sections.append(butterworth("lowpass", tone_hz, 1, sample_rate_hz))
    tone = Cascade(np.concatenate(sections), channels)
    dry, share = crossfade(wet)
    waiting = Fifo()
    for block in _oversampled(tapped(blocks, waiting), curve, sample_rate_hz):
        if block.shape[1]:
            sound = waiting.take(block.shape[1])
            yield (dry * sound + share * tone(block)).astype(np.float32)


def _oversampled(
    blocks: Iterator[Block], curve: Callable[[Block], Block], sample_rate_hz: int
) -> Iterator[Block]:
    times = next((t for t in (1, 2) if t * sample_rate_hz >= _ENOUGH_HZ), 4)
    given = Counted(reblocked(blocks, _BLOCK_FRAMES))
    dense = resampled(given, sample_rate_hz, times * sample_rate_hz)
    shaped = (curve(block) for block in dense)
    return fitted(resampled(shaped, times * sample_rate_hz, sample_rate_hz), given)
