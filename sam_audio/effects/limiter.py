"""Limiter: no peak above a ceiling, also between the samples."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from sam_audio.effects.stream import Block, Effect
from shared.params import Doc, Range


@dataclass(frozen=True)
class Limiter(Effect):
    """Hold the true peak below a ceiling: the level goes down 5 ms ahead of each peak, without a click."""

    id: ClassVar[str] = "limiter"
    title: ClassVar[str] = "Limiter"

    ceiling_db: Annotated[float, Range(-24, 0, "dBTP"), Doc("No peak is higher.")] = -1.0
    gain_db: Annotated[float, Range(0, 24, "dB"), Doc("Gain before: makes the whole louder.")] = 0.0

    @property
    def neutral(self) -> bool:
        """Never by its settings alone: it is the sound below the ceiling that passes as it is."""
        return False

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the blocks through `sam_audio.limiter`."""
        from sam_audio.limiter import limited

        gain = np.float32(10 ** (self.gain_db / 20))
        louder = (block * gain if self.gain_db else block for block in blocks if block.shape[1])
        return limited(louder, sample_rate_hz, ceiling_db=self.ceiling_db, channels=channels)


EFFECTS = (Limiter,)
