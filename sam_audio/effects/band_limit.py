"""Low-pass, high-pass and band-pass filters."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np

from sam_audio.effects.filters import HIGHEST, Cascade, butterworth
from sam_audio.effects.stream import Block, Effect
from shared.params import Doc, Range

_ORDER = Annotated[int, Range(1, 8), Doc("Order of the filter, 6 dB per octave each.")]


@dataclass(frozen=True)
class _Corner(Effect):
    """One side of a band: subclasses name the side, and declare `cutoff_hz` with its range."""

    side: ClassVar[Literal["lowpass", "highpass"]]

    cutoff_hz: float = 1000.0
    order: _ORDER = 4

    @property
    def neutral(self) -> bool:
        """Never: even a corner far out takes something away."""
        return False

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the filtered blocks; a low-pass above half the sample rate acts on nothing."""
        if self.side == "lowpass" and self.cutoff_hz >= HIGHEST * sample_rate_hz:
            yield from blocks
            return
        cascade = Cascade(butterworth(self.side, self.cutoff_hz, self.order, sample_rate_hz), channels)
        for block in blocks:
            yield cascade(block).astype(np.float32)


@dataclass(frozen=True)
class Lowpass(_Corner):
    """Take the highs away: as through a wall, or under water."""

    id: ClassVar[str] = "lowpass"
    title: ClassVar[str] = "Low-pass"
    side = "lowpass"

    cutoff_hz: Annotated[float, Range(50, 20000, "Hz"), Doc("Corner, 3 dB down there.")] = 3000.0


@dataclass(frozen=True)
class Highpass(_Corner):
    """Take the lows away: rumble, wind, the boom of a near microphone."""

    id: ClassVar[str] = "highpass"
    title: ClassVar[str] = "High-pass"
    side = "highpass"

    cutoff_hz: Annotated[float, Range(20, 8000, "Hz"), Doc("Corner, 3 dB down there.")] = 100.0


@dataclass(frozen=True)
class Bandpass(Effect):
    """Keep a band and take away what is below and above it."""

    id: ClassVar[str] = "bandpass"
    title: ClassVar[str] = "Band-pass"

    centre_hz: Annotated[float, Range(40, 16000, "Hz"), Doc("Middle of the band, in octaves.")] = 1000.0
    width_octaves: Annotated[
        float, Range(0.2, 8, "octaves"), Doc("From one corner, 3 dB down, to the other.")
    ] = 2.0
    order: _ORDER = 4

    @property
    def neutral(self) -> bool:
        """Never: even a wide band takes something away."""
        return False

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the filtered blocks; a corner above half the sample rate acts on nothing."""
        half = 2 ** (self.width_octaves / 2)
        sections = [butterworth("highpass", self.centre_hz / half, self.order, sample_rate_hz)]
        if self.centre_hz * half < HIGHEST * sample_rate_hz:
            sections.append(butterworth("lowpass", self.centre_hz * half, self.order, sample_rate_hz))
        cascade = Cascade(np.concatenate(sections), channels)
        for block in blocks:
            yield cascade(block).astype(np.float32)


EFFECTS = (Lowpass, Highpass, Bandpass)
