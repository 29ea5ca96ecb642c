"""Bitcrush: few levels, few samples."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from sam_audio.effects.stream import Block, Effect, crossfade, reblocked
from shared.params import Doc, Range

_HOLDS_A_BLOCK = 4096


@dataclass(frozen=True)
class Bitcrush(Effect):
    """An early sampler: few bits, and each sample held for several."""

    id: ClassVar[str] = "bitcrush"
    title: ClassVar[str] = "Bitcrush"

    bits: Annotated[int, Range(2, 16, "bits"), Doc("Bits of a sample.")] = 8
    rate_divider: Annotated[int, Range(1, 16), Doc("How many samples become one.")] = 1
    wet: Annotated[float, Range(0, 1), Doc("Share of the effect, 0 leaves the sound as it is.")] = 1.0

    @property
    def neutral(self) -> bool:
        """True when nothing of the effect is mixed in."""
        return self.wet == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield rounded and held samples; what is above full scale is clipped. Folded tones are the point."""
        dry, wet = (np.float32(share) for share in crossfade(self.wet))
        steps, hold = np.float32(2 ** (self.bits - 1)), self.rate_divider
        for block in reblocked(blocks, hold * _HOLDS_A_BLOCK):
            level = np.clip(np.round(block[:, ::hold] * steps), -steps, steps - 1) / steps
            held = np.repeat(level, hold, axis=1)[:, : block.shape[1]]
            yield (dry * block + wet * held).astype(np.float32)


EFFECTS = (Bitcrush,)
