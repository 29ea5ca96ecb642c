"""Distortion: hard and even."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from sam_audio.effects.shaping import bent
from sam_audio.effects.stream import Block, Effect
from shared.params import Doc, Range


@dataclass(frozen=True)
class Distortion(Effect):
    """A fuzz box: the wave is driven against a wall, which adds odd harmonics."""

    id: ClassVar[str] = "distortion"
    title: ClassVar[str] = "Distortion"

    drive_db: Annotated[float, Range(0, 40, "dB"), Doc("How hard it is driven.")] = 20.0
    tone_hz: Annotated[float, Range(500, 20000, "Hz"), Doc("Low-pass afterwards.")] = 6000.0
    level_db: Annotated[float, Range(-24, 0, "dB"), Doc("Level of the distorted sound.")] = -6.0
    wet: Annotated[float, Range(0, 1), Doc("Share of the effect, 0 leaves the sound as it is.")] = 1.0

    @property
    def neutral(self) -> bool:
        """True without drive, or when nothing of the effect is mixed in."""
        return self.drive_db == 0 or self.wet == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield tanh(g x) / tanh(g), which passes full scale at any drive; g = 10^(drive / 20) − 1."""
        g = 10 ** (self.drive_db / 20) - 1
        level = np.float32(10 ** (self.level_db / 20) / np.tanh(g))
        return bent(
            blocks,
            lambda dense: np.tanh(np.float32(g) * dense) * level,
            sample_rate_hz=sample_rate_hz,
            channels=channels,
            tone_hz=self.tone_hz,
            wet=self.wet,
        )


EFFECTS = (Distortion,)
