"""Delay: echoes that repeat and grow darker."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.filters import HIGHEST, Cascade, butterworth
from sam_audio.effects.stream import Block, Effect, with_tail
from shared.params import Doc, Range

_FADE_S = 0.02


@dataclass(frozen=True)
class Delay(Effect):
    """Echoes after the sound, each softer and darker than the one before."""

    id: ClassVar[str] = "delay"
    title: ClassVar[str] = "Delay"

    time_ms: Annotated[float, Range(10, 2000, "ms"), Doc("Time from one echo to the next.")] = 350.0
    feedback: Annotated[float, Range(0, 0.9), Doc("Level of each echo relative to the last.")] = 0.35
    wet: Annotated[float, Range(0, 1), Doc("Level of the first echo relative to the sound.")] = 0.3
    tone_hz: Annotated[float, Range(500, 20000, "Hz"), Doc("Low-pass in each repeat.")] = 4000.0
    ping_pong: Annotated[bool, Doc("Echoes go round the channels, starting left; mono has but one.")] = False

    @property
    def neutral(self) -> bool:
        """True when no echo is mixed in."""
        return self.wet == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the sound with its echoes; the first echo is an unfiltered copy."""
        fade = max(1, round(_FADE_S * sample_rate_hz))
        yield from with_tail(self._echoes(blocks, sample_rate_hz, channels), fade_frames=fade)

    def _echoes(
        self, blocks: Iterator[Block], sample_rate_hz: int, channels: int
    ) -> Iterator[tuple[Block, Block]]:
        """Pairs of dry and wet blocks. The line holds sound plus feedback, and is read before written."""
        length = max(1, round(self.time_ms / 1000 * sample_rate_hz))
        line, head = np.zeros((channels, length)), 0
        open_loop = self.tone_hz >= HIGHEST * sample_rate_hz
        darken = Cascade(
            np.array([[1.0, 0, 0, 1, 0, 0]])
            if open_loop
            else butterworth("lowpass", self.tone_hz, 1, sample_rate_hz),
            channels,
        )
        for block in blocks:
            wet = np.zeros_like(block)
            start = 0
            while start < block.shape[1]:
                count = min(length - head, block.shape[1] - start)
                echo = line[:, head : head + count].copy()
                line[:, head : head + count] = self._fed(block[:, start : start + count], darken(echo))
                wet[:, start : start + count] = self.wet * echo
                head, start = (head + count) % length, start + count
            yield block, wet

    def _fed(self, sound: Block, echo: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return what goes into the line: with ping-pong the sound goes left, and each echo one further."""
        if not self.ping_pong:
            return sound + self.feedback * echo
        fed = self.feedback * np.roll(echo, 1, axis=0)
        fed[0] += sound.mean(axis=0)
        return fed


EFFECTS = (Delay,)
