"""Flanger: a comb that sweeps."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from sam_audio.effects.stream import Block, Effect, crossfade, reblocked
from sam_audio.effects.varying_delay import REACH, cubic
from shared.params import Doc, Range

_LEAST_S = 0.001
_BLOCK_FRAMES = 16384


@dataclass(frozen=True)
class Flanger(Effect):
    """The whoosh of a jet: the sound on top of a copy, a few milliseconds late, that comes and goes."""

    id: ClassVar[str] = "flanger"
    title: ClassVar[str] = "Flanger"

    rate_hz: Annotated[float, Range(0.05, 10, "Hz"), Doc("Sweeps per second.")] = 0.2
    depth_ms: Annotated[float, Range(0.1, 8, "ms"), Doc("How far the delay sweeps, from 1 ms on.")] = 4.0
    feedback: Annotated[float, Range(-0.9, 0.9), Doc("How much of the copy is copied again.")] = 0.5
    wet: Annotated[float, Range(0, 1), Doc("Share of the copy; the comb is deepest at 0.5.")] = 0.5

    @property
    def neutral(self) -> bool:
        """True when no copy is mixed in."""
        return self.wet == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the sound and its copy; the line holds sound plus feedback, and is read before written."""
        dry, wet = crossfade(self.wet)
        least = max(_LEAST_S * sample_rate_hz, REACH + 2.0)
        depth = self.depth_ms / 1000 * sample_rate_hz
        turn = 2 * np.pi * self.rate_hz / sample_rate_hz
        reach = int(least + depth) + REACH + 2
        past, start = np.zeros((channels, reach)), 0
        for block in reblocked(blocks, _BLOCK_FRAMES):
            now = np.arange(block.shape[1])
            delay = least + depth * (0.5 - 0.5 * np.cos(turn * (start + now)))
            copy, past = self._copy(block, past, reach + now - delay, stride=int(least) - REACH)
            start += block.shape[1]
            yield (dry * block + wet * copy).astype(np.float32)

    def _copy(
        self, block: Block, past: np.ndarray, place: np.ndarray, *, stride: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Read the line at each place; no place of a stride looks at what that stride writes."""
        index, weights = cubic(place)
        line = np.concatenate([past, block], axis=1)
        copy = np.empty(block.shape)
        reach = past.shape[1]
        for start in range(0, block.shape[1], stride):
            part = slice(start, start + stride)
            copy[:, part] = (line[:, index[:, part]] * weights[:, part]).sum(axis=1)
            line[:, reach + start : reach + start + stride] += self.feedback * copy[:, part]
        return copy, line[:, -reach:]


EFFECTS = (Flanger,)
