"""De-esser: softer s and sh."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.convolution import PartitionedConvolution
from sam_audio.effects.envelope import STEP_S, Smoother, gains, peaks_db
from sam_audio.effects.filters import HIGHEST
from sam_audio.effects.stream import Block, Effect, advanced, reblocked
from shared.params import Doc, Range

_STEPS_A_BLOCK = 128
_ATTACK_S, _RELEASE_S = 0.001, 0.05
_TAPS_S = 0.003
_SLOPE = 0.8  # dB less for each dB above the threshold.


@dataclass(frozen=True)
class DeEsser(Effect):
    """Lower the hiss of s and sh while it is loud, and nothing else; channels move together."""

    id: ClassVar[str] = "deesser"
    title: ClassVar[str] = "De-esser"

    frequency_hz: Annotated[float, Range(2000, 12000, "Hz"), Doc("Where the hiss begins.")] = 5000.0
    threshold_db: Annotated[
        float, Range(-60, 0, "dBFS"), Doc("Peaks of the hiss above this are lowered.")
    ] = -30.0
    most_db: Annotated[float, Range(0, 24, "dB"), Doc("It is never lowered by more than this.")] = 10.0

    @property
    def neutral(self) -> bool:
        """True when nothing may be lowered."""
        return self.most_db == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the sound less a share of what a linear-phase high-pass hears; that is timed exactly."""
        if self.frequency_hz >= HIGHEST * sample_rate_hz:
            yield from blocks
            return
        hiss = _Hiss(self, sample_rate_hz, channels)
        cut = reblocked(blocks, hiss.size)
        yield from advanced(cut, hiss, latency_frames=hiss.late, flush_frames=hiss.size)


class _Hiss:
    """Take so many frames, give as many that are late by half the filter."""

    def __init__(self, effect: DeEsser, sample_rate_hz: int, channels: int) -> None:
        from scipy.signal import firwin

        self._effect = effect
        self._step = max(1, round(STEP_S * sample_rate_hz))
        self.size = self._step * _STEPS_A_BLOCK
        self.late = max(2, round(_TAPS_S * sample_rate_hz / 2))
        taps: Any = firwin(2 * self.late + 1, effect.frequency_hz, pass_zero=False, fs=sample_rate_hz)
        response = np.tile(np.asarray(taps, np.float32), (channels, 1))
        self._band = PartitionedConvolution(response, self.size)
        self._smoother = Smoother(self._step / sample_rate_hz, _ATTACK_S, _RELEASE_S)
        self._line = np.zeros((channels, self.late), np.float32)

    def __call__(self, block: Block) -> Block:
        """Return sound that is `late` frames late, its hiss lowered."""
        fresh = np.pad(block, ((0, 0), (0, self.size - block.shape[1])))
        heard = np.concatenate([self._line, fresh], axis=1)
        self._line = heard[:, self.size :]
        band = self._band(fresh)
        before = self._smoother.reduction_db
        reduction_db = self._smoother(self._wanted_db(peaks_db(band, self._step)))
        kept = gains(before, reduction_db, self._step, self.size)
        return np.asarray(heard[:, : self.size] - band * (1 - kept), np.float32)

    def _wanted_db(self, level_db: NDArray[np.floating]) -> NDArray[np.floating]:
        over = np.maximum(level_db - self._effect.threshold_db, 0)
        return np.minimum(_SLOPE * over, self._effect.most_db)


EFFECTS = (DeEsser,)
