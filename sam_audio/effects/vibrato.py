"""Vibrato: a pitch that swings."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from sam_audio.effects.stream import Block, Effect, advanced
from sam_audio.effects.varying_delay import REACH, read
from shared.params import Doc, Range

_FLUSH_FRAMES = 4096


@dataclass(frozen=True)
class Vibrato(Effect):
    """A pitch that swings up and down around its own, as a singer's does."""

    id: ClassVar[str] = "vibrato"
    title: ClassVar[str] = "Vibrato"

    rate_hz: Annotated[float, Range(0.1, 12, "Hz"), Doc("Swings per second.")] = 5.0
    depth_cents: Annotated[float, Range(0, 100, "cents"), Doc("How far the pitch swings.")] = 30.0

    @property
    def neutral(self) -> bool:
        """True when the pitch stays."""
        return self.depth_cents == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Read the sound at places that swing around now.

        A place that moves by swing · sin(2π · rate · t) passes the sound at 1 + 2π · rate · swing times its
        speed at most, which is the highest pitch.
        """
        turn = 2 * np.pi * self.rate_hz / sample_rate_hz
        swing = (2 ** (self.depth_cents / 1200) - 1) / turn
        late = int(np.ceil(swing)) + REACH + 1
        line, start = np.zeros((channels, 2 * late)), -late

        def swung(block: Block) -> Block:
            nonlocal line, start
            heard = np.concatenate([line, block], axis=1)
            now = np.arange(block.shape[1])
            answer = read(heard, now + late + swing * np.sin(turn * (start + now)))
            line, start = heard[:, block.shape[1] :], start + block.shape[1]
            return answer.astype(np.float32)

        return advanced(blocks, swung, latency_frames=late, flush_frames=_FLUSH_FRAMES)


EFFECTS = (Vibrato,)
