"""Time: another speed at the same pitch."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from sam_audio.effects.pitch_shift import Stretcher
from sam_audio.effects.stream import Block, Effect, reblocked, with_tail
from sam_audio.spill import Spill
from shared.params import Doc, Range

_BLOCK_FRAMES = 16384
_FADE_S = 0.02


@dataclass(frozen=True)
class TimeStretch(Effect):
    """Slower or faster at the same pitch and length: cut at the end, or followed by silence."""

    id: ClassVar[str] = "time"
    title: ClassVar[str] = "Time stretch"

    speed: Annotated[float, Range(0.5, 2), Doc("2 is twice as fast.")] = 1.0

    @property
    def neutral(self) -> bool:
        """True at the speed that it has."""
        return self.speed == 1

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the sound at its new speed; what is cut fades out over 20 ms."""
        fade = max(1, round(_FADE_S * sample_rate_hz))
        stretched = self._stretched(blocks, Stretcher(1 / self.speed, sample_rate_hz, channels), channels)
        yield from with_tail(((np.zeros_like(b), b) for b in stretched), fade_frames=fade)

    def _stretched(self, blocks: Iterator[Block], stretcher: Stretcher, channels: int) -> Iterator[Block]:
        """Never give more frames than came in, and never stretch more than is given: the rest waits."""
        waiting, ready = Spill(channels), Spill(channels)
        owed = 0
        for block in reblocked(blocks, _BLOCK_FRAMES):
            waiting.put(block)
            owed += block.shape[1]
            while waiting.frames and ready.frames < owed:
                ready.put(stretcher(waiting.take(min(_BLOCK_FRAMES, waiting.frames)), last=False))
            count = min(owed, ready.frames)
            owed -= count
            yield ready.take(count)
        while owed:
            last = not waiting.frames
            ready.put(stretcher(waiting.take(min(_BLOCK_FRAMES, waiting.frames)), last=last))
            missing = owed - ready.frames if last else 0
            count = min(owed, ready.frames)
            owed -= count + max(missing, 0)
            yield np.pad(ready.take(count), ((0, 0), (0, max(missing, 0))))


EFFECTS = (TimeStretch,)
