"""Overdrive: soft and lopsided, as a valve."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from sam_audio.effects.shaping import bent
from sam_audio.effects.stream import Block, Effect
from shared.params import Doc, Range


@dataclass(frozen=True)
class Overdrive(Effect):
    """A warm amplifier: one half of the wave is bent sooner than the other, which adds even harmonics."""

    id: ClassVar[str] = "overdrive"
    title: ClassVar[str] = "Overdrive"

    drive_db: Annotated[float, Range(0, 40, "dB"), Doc("How hard it is driven.")] = 12.0
    asymmetry: Annotated[float, Range(0, 1), Doc("How much sooner one half is bent.")] = 0.4
    tone_hz: Annotated[float, Range(500, 20000, "Hz"), Doc("Low-pass afterwards.")] = 8000.0
    wet: Annotated[float, Range(0, 1), Doc("Share of the effect, 0 leaves the sound as it is.")] = 1.0

    @property
    def neutral(self) -> bool:
        """True without drive, or when nothing of the effect is mixed in."""
        return self.drive_db == 0 or self.wet == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield tanh(g (x + b)) less its value at rest, scaled so that full scale spans full scale."""
        g, bias = 10 ** (self.drive_db / 20) - 1, 0.5 * self.asymmetry
        rest = np.float32(np.tanh(g * bias))
        scale = np.float32(2 / (np.tanh(g * (1 + bias)) + np.tanh(g * (1 - bias))))
        return bent(
            blocks,
            lambda dense: (np.tanh(np.float32(g) * (dense + np.float32(bias))) - rest) * scale,
            sample_rate_hz=sample_rate_hz,
            channels=channels,
            tone_hz=self.tone_hz,
            wet=self.wet,
        )


EFFECTS = (Overdrive,)
