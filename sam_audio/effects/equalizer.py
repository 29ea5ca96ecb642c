"""Three-band equalizer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from sam_audio.effects.filters import HIGHEST, Cascade, Sections, peak, shelf
from sam_audio.effects.stream import Block, Effect
from shared.params import Doc, Range

_DB = Range(-18, 18, "dB")


@dataclass(frozen=True)
class Equalizer(Effect):
    """Raise or lower lows, mids and highs: a low shelf, a bell and a high shelf in series."""

    id: ClassVar[str] = "eq"
    title: ClassVar[str] = "Three-band EQ"

    low_db: Annotated[float, _DB, Doc("Gain well below the low corner.")] = 0.0
    mid_db: Annotated[float, _DB, Doc("Gain at the middle frequency.")] = 0.0
    high_db: Annotated[float, _DB, Doc("Gain well above the high corner.")] = 0.0
    low_hz: Annotated[float, Range(40, 500, "Hz"), Doc("Corner of the low shelf.")] = 120.0
    mid_hz: Annotated[float, Range(200, 8000, "Hz"), Doc("Centre of the bell.")] = 1000.0
    mid_quality: Annotated[float, Range(0.3, 8), Doc("Centre over bandwidth of the bell.")] = 0.8
    high_hz: Annotated[float, Range(1500, 16000, "Hz"), Doc("Corner of the high shelf.")] = 6000.0

    @property
    def neutral(self) -> bool:
        """True when all three gains are 0 dB."""
        return self.low_db == self.mid_db == self.high_db == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the equalized blocks; a corner above half the sample rate acts on nothing."""
        limit_hz = HIGHEST * sample_rate_hz
        sections: list[Sections] = []
        if self.low_db and self.low_hz < limit_hz:
            sections.append(shelf("low", self.low_hz, self.low_db, sample_rate_hz))
        if self.mid_db and self.mid_hz < limit_hz:
            sections.append(peak(self.mid_hz, self.mid_db, self.mid_quality, sample_rate_hz))
        if self.high_db and self.high_hz < limit_hz:
            sections.append(shelf("high", self.high_hz, self.high_db, sample_rate_hz))
        if not sections:
            yield from blocks
            return
        cascade = Cascade(np.concatenate(sections), channels)
        for block in blocks:
            yield cascade(block).astype(np.float32)


EFFECTS = (Equalizer,)
