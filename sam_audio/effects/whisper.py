"""Whisper: the voice's vowels on breath instead of vocal cords."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.stream import Block, Effect, crossfade
from sam_audio.effects.vocoder import vocoded
from shared.params import Doc, Range


@dataclass(frozen=True)
class Whisper(Effect):
    """A voice that whispers: its band levels on noise."""

    id: ClassVar[str] = "whisper"
    title: ClassVar[str] = "Whisper"

    bands: Annotated[int, Range(8, 40), Doc("Bands of the vocoder: more are clearer.")] = 32
    wet: Annotated[float, Range(0, 1), Doc("Share of the effect, 0 leaves the sound as it is.")] = 1.0

    @property
    def neutral(self) -> bool:
        """True when nothing of the effect is mixed in."""
        return self.wet == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the whisper, mixed with the sound at equal power."""
        dry, wet = crossfade(self.wet)
        breath = _Breath()
        for block, voice in vocoded(blocks, sample_rate_hz, channels, carrier=breath, bands=self.bands):
            yield (dry * block + wet * voice).astype(np.float32)


class _Breath:
    """White noise, the same every time."""

    def __init__(self) -> None:
        self._rng = np.random.default_rng(1941)

    def __call__(self, frames: int) -> NDArray[np.float64]:
        """Return the next (1, frames) samples."""
        return self._rng.standard_normal((1, frames))


EFFECTS = (Whisper,)
