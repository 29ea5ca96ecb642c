"""Gate: silence where there is only noise."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.envelope import STEP_S, gains, peaks_db
from sam_audio.effects.stream import Block, Effect, reblocked
from shared.params import Doc, Range

_STEPS_A_BLOCK = 512
_HYSTERESIS_DB = 3.0  # It closes this much below where it opens, so that it does not chatter.


@dataclass(frozen=True)
class Gate(Effect):
    """Lower what is softer than a threshold: breath, hum and spill between words; channels move together."""

    id: ClassVar[str] = "gate"
    title: ClassVar[str] = "Gate"

    threshold_db: Annotated[float, Range(-90, 0, "dBFS"), Doc("Peaks above this open the gate.")] = -45.0
    range_db: Annotated[float, Range(0, 80, "dB"), Doc("How far the sound is lowered when it is closed.")] = (
        60.0
    )
    attack_ms: Annotated[float, Range(1, 50, "ms"), Doc("How fast it opens.")] = 2.0
    hold_ms: Annotated[float, Range(0, 500, "ms"), Doc("How long it stays open after the last peak.")] = 60.0
    release_ms: Annotated[float, Range(5, 1000, "ms"), Doc("How fast it closes.")] = 100.0

    @property
    def neutral(self) -> bool:
        """True when the closed gate lowers nothing."""
        return self.range_db == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the blocks times a gain that is found each millisecond; at the start the gate is closed."""
        step = max(1, round(STEP_S * sample_rate_hz))
        state = _State(self, step / sample_rate_hz)
        for block in reblocked(blocks, step * _STEPS_A_BLOCK):
            before = state.reduction_db
            yield block * gains(before, state(peaks_db(block, step)), step, block.shape[1])


class _State:
    """Open, holding or closed, and the reduction that follows."""

    def __init__(self, gate: Gate, step_s: float) -> None:
        self._gate = gate
        self._hold = round(gate.hold_ms / 1000 / step_s)
        self._rise = float(1 - np.exp(-step_s / (gate.release_ms / 1000)))
        self._fall = float(1 - np.exp(-step_s / (gate.attack_ms / 1000)))
        self._left = -1  # steps that the gate stays open; below 0 it is closed
        self.reduction_db = gate.range_db

    def __call__(self, level_db: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the reductions of these steps; the last one goes on into the next call."""
        opens, closed_db, now = self._gate.threshold_db, self._gate.range_db, self.reduction_db
        found = []
        for level in level_db.tolist():
            if level > opens or (self._left >= 0 and level > opens - _HYSTERESIS_DB):
                self._left = self._hold
            elif self._left >= 0:
                self._left -= 1
            now += self._fall * -now if self._left >= 0 else self._rise * (closed_db - now)
            found.append(now)
        self.reduction_db = now
        return np.array(found)


EFFECTS = (Gate,)
