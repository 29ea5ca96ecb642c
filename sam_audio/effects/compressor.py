"""Compressor: evens out loud and soft."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.stream import Block, Effect, reblocked
from shared.params import Doc, Range

_STEP_S = 0.001
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
        step = max(1, round(_STEP_S * sample_rate_hz))
        smoother = _Smoother(step / sample_rate_hz, self.attack_ms / 1000, self.release_ms / 1000)
        makeup = np.float32(10 ** (self.makeup_db / 20))
        for block in reblocked(blocks, step * _STEPS_A_BLOCK):
            before = smoother.reduction_db
            reduction_db = smoother(self._wanted_db(_peaks_db(block, step)))
            knots = np.concatenate([[before], reduction_db])
            glide = np.interp(np.arange(block.shape[1]) / step, np.arange(len(knots)), knots)
            yield block * (10 ** (-glide / 20)).astype(np.float32) * makeup

    def _wanted_db(self, level_db: NDArray[np.floating]) -> NDArray[np.floating]:
        """Static curve with a soft knee (Giannoulis, Massberg and Reiss 2012): reduction for a level."""
        over = level_db - self.threshold_db
        knee = np.clip(over + _KNEE_DB / 2, 0, _KNEE_DB) ** 2 / (2 * _KNEE_DB)
        return (1 - 1 / self.ratio) * np.where(over > _KNEE_DB / 2, over, knee)


class _Smoother:
    """One pole that rises with the attack and falls with the release."""

    def __init__(self, step_s: float, attack_s: float, release_s: float) -> None:
        self._rise, self._fall = 1 - np.exp(-step_s / attack_s), 1 - np.exp(-step_s / release_s)
        self.reduction_db = 0.0

    def __call__(self, wanted_db: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the smoothed reductions; the last one goes on into the next call."""
        rise, fall, now = float(self._rise), float(self._fall), self.reduction_db
        found = []
        for wanted in wanted_db.tolist():
            now += (rise if wanted > now else fall) * (wanted - now)
            found.append(now)
        self.reduction_db = now
        return np.array(found)


def _peaks_db(block: Block, step: int) -> NDArray[np.floating]:
    """Peak of each step over all channels, dBFS."""
    count = -(-block.shape[1] // step)
    padded = np.pad(np.abs(block).max(axis=0), (0, count * step - block.shape[1]))
    return 20 * np.log10(padded.reshape(count, step).max(axis=1) + 1e-9)


EFFECTS = (Compressor,)
