"""Normalise: one gain for the whole, so that loudness or peak is what was asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from sam_audio.effects.stream import BLOCK_FRAMES, Block, Effect
from sam_audio.spill import Spill
from shared.errors import InputError
from shared.params import Choice, Doc, Range

_MOST_DB = 60.0
_LEAST_RATE_HZ = 8000  # BS.1770's filters want it.


@dataclass(frozen=True)
class Normalise(Effect):
    """Bring the sound to a loudness or a peak with one gain; all of it is read first."""

    id: ClassVar[str] = "normalise"
    title: ClassVar[str] = "Normalise"

    to: Annotated[str, Choice(("loudness", "peak")), Doc("What is brought to its value.")] = "loudness"
    loudness_lufs: Annotated[
        float, Range(-40, -5, "LUFS"), Doc("Integrated loudness (ITU-R BS.1770) to reach.")
    ] = -16.0
    peak_db: Annotated[float, Range(-40, 0, "dBTP"), Doc("True peak to reach.")] = -1.0

    @property
    def neutral(self) -> bool:
        """Never: what it does depends on the sound."""
        return False

    def accept(self, sample_rate_hz: int, channels: int) -> None:
        """Refuse to measure loudness where the standard knows none."""
        super().accept(sample_rate_hz, channels)
        if self.to == "loudness" and sample_rate_hz < _LEAST_RATE_HZ:
            raise InputError(
                f"Loudness wants at least {_LEAST_RATE_HZ} Hz, but got {sample_rate_hz} Hz.",
                "Normalise to peak instead.",
            )

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Measure while the sound goes into memory or a temporary file, then yield it times the gain.

        At most 60 dB are added. Silence, and sound shorter than 0.4 s where loudness is asked, stay as they
        are: they have none.
        """
        from sam_audio.loudness import LoudnessMeter
        from sam_audio.peak import TruePeak

        loudness, peak = LoudnessMeter(sample_rate_hz, channels), TruePeak(channels)
        held = Spill(channels)
        meter = peak if self.to == "peak" else loudness
        for block in blocks:
            meter.add(block)
            held.put(block)
        if self.to == "peak":
            found = peak.value()
            gain_db = self.peak_db - 20 * np.log10(found) if found > 0 else 0.0
        else:
            lufs = loudness.integrated_lufs()
            gain_db = 0.0 if lufs is None else self.loudness_lufs - lufs
        gain = np.float32(10 ** (min(gain_db, _MOST_DB) / 20))
        while held.frames:
            yield held.take(min(held.frames, BLOCK_FRAMES)) * gain


EFFECTS = (Normalise,)
