"""Fade: in at the start, out at the end."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.stream import Block, Effect
from sam_audio.spill import Spill
from shared.params import Choice, Doc, Range

_SHAPES = ("smooth", "linear")


@dataclass(frozen=True)
class Fade(Effect):
    """Let the sound come out of silence and go back into it."""

    id: ClassVar[str] = "fade"
    title: ClassVar[str] = "Fade"

    in_s: Annotated[float, Range(0, 30, "s"), Doc("Length of the fade at the start.")] = 0.02
    out_s: Annotated[float, Range(0, 30, "s"), Doc("Length of the fade at the end.")] = 0.02
    shape: Annotated[str, Choice(_SHAPES), Doc("Course of the level: an S or a line.")] = "smooth"

    @property
    def neutral(self) -> bool:
        """True when both fades have no length."""
        return self.in_s == self.out_s == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the blocks, the last of them once the end is known; a short sound fades out whole."""
        coming, going = round(self.in_s * sample_rate_hz), round(self.out_s * sample_rate_hz)
        held, start = Spill(channels), 0
        for block in blocks:
            place = np.arange(start, start + block.shape[1])
            start += block.shape[1]
            held.put(
                block if not coming or place.size and place[0] >= coming else self._at(place, coming) * block
            )
            if held.frames > going:
                yield held.take(held.frames - going)
        going = frames = held.frames
        for first in range(0, frames, sample_rate_hz):
            block = held.take(min(sample_rate_hz, frames - first))
            left = frames - 1 - first - np.arange(block.shape[1])
            yield self._at(left, going) * block

    def _at(self, place: NDArray[np.integer], length: int) -> NDArray[np.float32]:
        """Return the level at places of a fade that reaches 1 after `length` samples."""
        level = np.clip(place / max(length, 1), 0, 1)
        return (level if self.shape == "linear" else 0.5 - 0.5 * np.cos(np.pi * level)).astype(np.float32)


EFFECTS = (Fade,)
