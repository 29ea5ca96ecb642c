"""Gain: a level change."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from sam_audio.effects.stream import Block, Effect
from shared.params import Doc, Range


@dataclass(frozen=True)
class Gain(Effect):
    """Make the sound louder or softer, −60 to 24 dB."""

    id: ClassVar[str] = "gain"
    title: ClassVar[str] = "Gain"

    gain_db: Annotated[float, Range(-60, 24, "dB"), Doc("Level change.")] = 0.0

    @property
    def neutral(self) -> bool:
        """True at 0 dB."""
        return self.gain_db == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the blocks times one factor."""
        factor = np.float32(10 ** (self.gain_db / 20))
        for block in blocks:
            yield block * factor


EFFECTS = (Gain,)
