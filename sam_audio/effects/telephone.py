"""Telephone: the narrow band and the slight distortion of an old line."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.filters import Cascade, butterworth
from sam_audio.effects.stream import Block, Effect, crossfade
from shared.params import Doc, Range

_LOW_HZ, _HIGH_HZ = 300.0, 3400.0  # The voice band of ITU-T G.120 and G.711.
_ORDER = 4
_MU, _STEPS = 255.0, 127  # The companding law of G.711, 8 bits with sign.


@dataclass(frozen=True)
class Telephone(Effect):
    """A voice as on an old telephone: 300 to 3400 Hz, a little saturation, 8 bits."""

    id: ClassVar[str] = "telephone"
    title: ClassVar[str] = "Telephone"

    drive_db: Annotated[float, Range(0, 30, "dB"), Doc("How far the line is overdriven.")] = 6.0
    codec: Annotated[bool, Doc("Round to the 8 bits of a digital line, finer where it is soft.")] = True
    wet: Annotated[float, Range(0, 1), Doc("Share of the effect, 0 leaves the sound as it is.")] = 1.0

    @property
    def neutral(self) -> bool:
        """True when nothing of the effect is mixed in."""
        return self.wet == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield band-limited, saturated, rounded and again band-limited blocks."""
        band = np.concatenate(
            [
                butterworth("highpass", _LOW_HZ, _ORDER, sample_rate_hz),
                butterworth("lowpass", _HIGH_HZ, _ORDER, sample_rate_hz),
            ]
        )
        before, after = Cascade(band, channels), Cascade(band, channels)
        drive = 10 ** (self.drive_db / 20)
        dry, wet = crossfade(self.wet)
        for block in blocks:
            driven = np.tanh(drive * before(block))
            line = after((_companded(driven) if self.codec else driven) / np.sqrt(drive))
            yield (dry * block + wet * line).astype(np.float32)


def _companded(line: NDArray[np.floating]) -> NDArray[np.floating]:
    """Round on the mu-law scale (ITU-T G.711, as the formula that its segments follow)."""
    place = np.log1p(_MU * np.abs(line)) / np.log1p(_MU)
    return np.sign(line) * np.expm1(np.round(place * _STEPS) / _STEPS * np.log1p(_MU)) / _MU


EFFECTS = (Telephone,)
