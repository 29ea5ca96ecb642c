"""Compressor: evens out loud and soft."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.envelope import STEP_S, Smoother, gains, peaks_db
from sam_audio.effects.stream import Block, Effect, reblocked
from shared.params import Doc, Range

_STEPS_A_BLOCK = 512
_KNEE_DB = 6.0


@dataclass(frozen=True)
class Compressor(Effect):
    """Lower what is louder than a threshold, so that the whole can be made louder; channels move together."""

    id: ClassVar[str] = "compressor"
    title: ClassVar[str] = "Compressor"

    threshold_db: Annotated[float, Range(-60, 0, "dBFS"), Doc("Peaks above this are lowered.")] = -20.0
    ratio: Annotated[float, Range(1, 20), Doc("dB in for one dB out above the threshold.")] = 4.0
    attack_ms: Annotated[float, Range(1, 200, "ms"), Doc("How fast it grips.")] = 5.0
    release_ms: Annotated[float, Range(10, 2000, "ms"), Doc("How fast it lets go.")] = 120.0
    makeup_db: Annotated[float, Range(0, 24, "dB"), Doc("Gain afterwards.")] = 0.0

    @property
    def neutral(self) -> bool:
        """True at ratio 1 without gain afterwards."""
        return self.ratio == 1 and self.makeup_db == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the blocks times a gain that is found each millisecond and glides in between.

        Within a millisecond the gain glides to what the peak of that same millisecond asks for.
        """
        step = max(1, round(STEP_S * sample_rate_hz))
        smoother = Smoother(step / sample_rate_hz, self.attack_ms / 1000, self.release_ms / 1000)
        makeup = np.float32(10 ** (self.makeup_db / 20))
        for block in reblocked(blocks, step * _STEPS_A_BLOCK):
            before = smoother.reduction_db
            reduction_db = smoother(self._wanted_db(peaks_db(block, step)))
            yield block * gains(before, reduction_db, step, block.shape[1]) * makeup

    def _wanted_db(self, level_db: NDArray[np.floating]) -> NDArray[np.floating]:
        """Static curve with a soft knee (Giannoulis, Massberg and Reiss 2012): reduction for a level."""
        over = level_db - self.threshold_db
        knee = np.clip(over + _KNEE_DB / 2, 0, _KNEE_DB) ** 2 / (2 * _KNEE_DB)
        return (1 - 1 / self.ratio) * np.where(over > _KNEE_DB / 2, over, knee)


EFFECTS = (Compressor,)
