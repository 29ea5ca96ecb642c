"""Phaser: notches that wander."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from sam_audio.effects.filters import HIGHEST
from sam_audio.effects.stream import Block, Effect, crossfade, reblocked
from shared.params import Doc, Range

_SEGMENT_S = 1 / 1500
_SEGMENTS_A_BLOCK = 256


@dataclass(frozen=True)
class Phaser(Effect):
    """Notches that wander through the sound: it is mixed with itself behind a row of all-pass filters."""

    id: ClassVar[str] = "phaser"
    title: ClassVar[str] = "Phaser"

    rate_hz: Annotated[float, Range(0.05, 10, "Hz"), Doc("Sweeps per second.")] = 0.4
    centre_hz: Annotated[float, Range(200, 4000, "Hz"), Doc("Middle of the sweep.")] = 800.0
    octaves: Annotated[float, Range(0, 4), Doc("Width of the sweep.")] = 2.0
    notches: Annotated[int, Range(1, 4), Doc("Number of notches, one for two all-pass filters.")] = 2
    wet: Annotated[float, Range(0, 1), Doc("Share behind the filters; the notches are deepest at 0.5.")] = 0.5

    @property
    def neutral(self) -> bool:
        """True when nothing of the effect is mixed in."""
        return self.wet == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the mix; the filters, (a + z⁻¹) / (1 + a z⁻¹) each, stand still for 0.7 ms at a time."""
        from scipy.signal import sosfilt

        dry, wet = crossfade(self.wet)
        segment = max(1, round(_SEGMENT_S * sample_rate_hz))
        state, start = np.zeros((self.notches, channels, 2)), 0
        for block in reblocked(blocks, segment * _SEGMENTS_A_BLOCK):
            behind = np.empty(block.shape)
            for index, a in enumerate(self._allpass(start, block.shape[1], segment, sample_rate_hz)):
                part = slice(index * segment, (index + 1) * segment)
                pair = np.array([[a * a, 2 * a, 1.0, 1.0, 2 * a, a * a]]).repeat(self.notches, axis=0)
                behind[:, part], state = sosfilt(pair, block[:, part], axis=1, zi=state)
            start += block.shape[1]
            yield (dry * block + wet * behind).astype(np.float32)

    def _allpass(self, start: int, frames: int, segment: int, sample_rate_hz: int) -> list[float]:
        """Return the coefficient of each segment; the corner sweeps evenly in octaves."""
        time_s = (start + np.arange(0, frames, segment)) / sample_rate_hz
        octave = self.octaves / 2 * np.sin(2 * np.pi * self.rate_hz * time_s)
        corner_hz = np.minimum(self.centre_hz * 2**octave, HIGHEST * sample_rate_hz)
        tangent = np.tan(np.pi * corner_hz / sample_rate_hz)
        return ((tangent - 1) / (tangent + 1)).tolist()


EFFECTS = (Phaser,)
