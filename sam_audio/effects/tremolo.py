"""Tremolo: a level that swells and falls."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from sam_audio.effects.stream import Block, Effect
from shared.params import Doc, Range


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


EFFECTS = (Tremolo,)
