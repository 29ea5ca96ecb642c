"""Chorus: several voices instead of one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.stream import Block, Effect, crossfade
from sam_audio.effects.varying_delay import read
from shared.params import Doc, Range

_BASE_S = 0.018
_VOICES = 3


@dataclass(frozen=True)
class Chorus(Effect):
    """Several voices instead of one: three copies whose delays waver."""

    id: ClassVar[str] = "chorus"
    title: ClassVar[str] = "Chorus"

    rate_hz: Annotated[float, Range(0.05, 10, "Hz"), Doc("How fast the copies waver.")] = 0.6
    depth_ms: Annotated[float, Range(0.1, 8, "ms"), Doc("How far they waver.")] = 3.0
    wet: Annotated[float, Range(0, 1), Doc("Share of the copies.")] = 0.5

    @property
    def neutral(self) -> bool:
        """True when no copy is mixed in."""
        return self.wet == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the sound and its copies, 10 to 26 ms late; each channel wavers at its own time."""
        dry, wet = crossfade(self.wet)
        reach = int((_BASE_S + self.depth_ms / 1000) * sample_rate_hz) + 4
        past = np.zeros((channels, reach))
        start = 0
        for block in blocks:
            line = np.concatenate([past, block], axis=1)
            copies = np.zeros(block.shape)
            for channel in range(channels):
                for voice in range(_VOICES):
                    turn = voice / _VOICES + 0.25 * channel
                    delay = self._delay(start, block.shape[1], turn, sample_rate_hz)
                    copies[channel] += read(line[channel], reach + np.arange(block.shape[1]) - delay)
            yield (dry * block + wet / np.sqrt(_VOICES) * copies).astype(np.float32)
            past, start = line[:, line.shape[1] - reach :], start + block.shape[1]

    def _delay(self, start: int, frames: int, turn: float, sample_rate_hz: int) -> NDArray[np.floating]:
        """Delay of each sample, in samples."""
        time_s = (start + np.arange(frames)) / sample_rate_hz
        waver = np.sin(2 * np.pi * (self.rate_hz * time_s + turn))
        return (_BASE_S + self.depth_ms / 1000 * waver) * sample_rate_hz


EFFECTS = (Chorus,)
