"""Chorus and tremolo: slow movement."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.stream import Block, Effect, crossfade
from shared.params import Doc, Range

_BASE_S = 0.018
_VOICES = 3


@dataclass(frozen=True)
class Chorus(Effect):
    """Several voices instead of one: three copies whose delays waver."""

    id: ClassVar[str] = "chorus"
    title: ClassVar[str] = "Chorus"

    rate_hz: Annotated[float, Range(0.05, 5, "Hz"), Doc("How fast the copies waver.")] = 0.6
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
                    copies[channel] += _read(line[channel], reach + np.arange(block.shape[1]) - delay)
            yield (dry * block + wet / np.sqrt(_VOICES) * copies).astype(np.float32)
            past, start = line[:, line.shape[1] - reach :], start + block.shape[1]

    def _delay(self, start: int, frames: int, turn: float, sample_rate_hz: int) -> NDArray[np.floating]:
        """Delay of each sample, in samples."""
        time_s = (start + np.arange(frames)) / sample_rate_hz
        waver = np.sin(2 * np.pi * (self.rate_hz * time_s + turn))
        return (_BASE_S + self.depth_ms / 1000 * waver) * sample_rate_hz


def _read(line: NDArray[np.floating], place: NDArray[np.floating]) -> NDArray[np.floating]:
    """Read between samples with a cubic through the four nearest (Catmull and Rom 1974)."""
    whole = np.floor(place).astype(int)
    x = place - whole
    a, b, c, d = (line[whole + step] for step in (-1, 0, 1, 2))
    return b + 0.5 * x * (c - a + x * (2 * a - 5 * b + 4 * c - d + x * (3 * (b - c) + d - a)))


@dataclass(frozen=True)
class Tremolo(Effect):
    """A level that swells and falls."""

    id: ClassVar[str] = "tremolo"
    title: ClassVar[str] = "Tremolo"

    rate_hz: Annotated[float, Range(0.1, 20, "Hz"), Doc("Swells per second.")] = 5.0
    depth: Annotated[float, Range(0, 1), Doc("How far the level falls, 1 is to silence.")] = 0.6

    @property
    def neutral(self) -> bool:
        """True when the level stays."""
        return self.depth == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the blocks times 1 − depth · (1 − cos) / 2: it begins at full level."""
        start = 0
        for block in blocks:
            time_s = (start + np.arange(block.shape[1])) / sample_rate_hz
            start += block.shape[1]
            level = 1 - self.depth * (0.5 - 0.5 * np.cos(2 * np.pi * self.rate_hz * time_s))
            yield (block * level).astype(np.float32)


EFFECTS = (Chorus, Tremolo)
