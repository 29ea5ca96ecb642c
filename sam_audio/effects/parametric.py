"""Parametric equalizer: one band, anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from sam_audio.effects.filters import HIGHEST, Cascade, peak, shelf
from sam_audio.effects.stream import Block, Effect
from shared.params import Choice, Doc, Range


@dataclass(frozen=True)
class Parametric(Effect):
    """Raise or lower one band of frequencies, narrow or wide; use several for several bands."""

    id: ClassVar[str] = "parametric"
    title: ClassVar[str] = "Parametric EQ"

    frequency_hz: Annotated[
        float, Range(20, 20000, "Hz"), Doc("Centre of the bell, or corner of the shelf.")
    ] = 1000.0
    gain_db: Annotated[float, Range(-24, 24, "dB"), Doc("Gain at the centre, or well inside the shelf.")] = (
        0.0
    )
    quality: Annotated[float, Range(0.1, 20), Doc("Centre over bandwidth of the bell.")] = 1.0
    shape: Annotated[str, Choice(("bell", "low_shelf", "high_shelf")), Doc("What is raised or lowered.")] = (
        "bell"
    )

    @property
    def neutral(self) -> bool:
        """True at 0 dB."""
        return self.gain_db == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the equalized blocks; a frequency above half the sample rate acts on nothing."""
        if self.frequency_hz >= HIGHEST * sample_rate_hz:
            yield from blocks
            return
        if self.shape == "bell":
            sections = peak(self.frequency_hz, self.gain_db, self.quality, sample_rate_hz)
        else:
            side = "low" if self.shape == "low_shelf" else "high"
            sections = shelf(side, self.frequency_hz, self.gain_db, sample_rate_hz)
        cascade = Cascade(sections, channels)
        for block in blocks:
            yield cascade(block).astype(np.float32)


EFFECTS = (Parametric,)
