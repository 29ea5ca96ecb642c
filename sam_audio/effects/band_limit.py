"""Low-pass and high-pass filters."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from sam_audio.effects.filters import HIGHEST, Cascade, butterworth
from sam_audio.effects.stream import Block, Effect
from shared.params import Doc, Range

_SLOPE = Annotated[int, Range(1, 8), Doc("Order of the filter, 6 dB per octave each.")]


@dataclass(frozen=True)
class Lowpass(Effect):
    """Take the highs away: as through a wall, or under water."""

    id: ClassVar[str] = "lowpass"
    title: ClassVar[str] = "Low-pass"

    cutoff_hz: Annotated[float, Range(50, 20000, "Hz"), Doc("Corner, 3 dB down there.")] = 3000.0
    order: _SLOPE = 4

    @property
    def neutral(self) -> bool:
        """Never: even a high corner takes something away."""
        return False

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the filtered blocks; a corner above half the sample rate acts on nothing."""
        if self.cutoff_hz >= HIGHEST * sample_rate_hz:
            yield from blocks
            return
        cascade = Cascade(butterworth("lowpass", self.cutoff_hz, self.order, sample_rate_hz), channels)
        for block in blocks:
            yield cascade(block).astype(np.float32)


@dataclass(frozen=True)
class Highpass(Effect):
    """Take the lows away: rumble, wind, the boom of a near microphone."""

    id: ClassVar[str] = "highpass"
    title: ClassVar[str] = "High-pass"

    cutoff_hz: Annotated[float, Range(20, 8000, "Hz"), Doc("Corner, 3 dB down there.")] = 100.0
    order: _SLOPE = 4

    @property
    def neutral(self) -> bool:
        """Never: even a low corner takes something away."""
        return False

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the filtered blocks."""
        cascade = Cascade(butterworth("highpass", self.cutoff_hz, self.order, sample_rate_hz), channels)
        for block in blocks:
            yield cascade(block).astype(np.float32)


EFFECTS = (Lowpass, Highpass)
