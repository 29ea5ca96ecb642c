"""De-noise: take away what is always there, or all that is not speech."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np

from sam_audio.effects.noise_floor import NoiseGate
from sam_audio.effects.stream import Block, Effect
from sam_audio.streaming import Fifo, tapped, through_frames
from shared.encoders.audio import Stft
from shared.errors import EngineUnavailable
from shared.params import Choice, Doc, Range
from shared.registry import EngineSpec, engines, loaded

_SPEECH_ENGINE = "deepfilternet"
_WINDOW_S = 0.043


@dataclass(frozen=True)
class DeNoise(Effect):
    """Lower noise: steady noise by its spectrum in any sound, or all that is not speech by DeepFilterNet3."""

    id: ClassVar[str] = "denoise"
    title: ClassVar[str] = "De-noise"

    method: Annotated[
        str, Choice(("steady", "speech")), Doc("Whether steady noise goes, or all but speech.")
    ] = "steady"
    most_db: Annotated[float, Range(0, 100, "dB"), Doc("Noise is lowered by no more than this.")] = 18.0

    @property
    def neutral(self) -> bool:
        """True when nothing may be lowered."""
        return self.most_db == 0

    def accept(self, sample_rate_hz: int, channels: int) -> None:
        """Refuse the method "speech" where its engine cannot run."""
        super().accept(sample_rate_hz, channels)
        if self.method == "speech":
            _speech_engine()

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the sound with its noise lowered."""
        floor = np.float32(10 ** (-self.most_db / 20))
        if self.method == "speech":
            return _but_speech(blocks, sample_rate_hz, floor)
        hop = max(4, 1 << round(np.log2(_WINDOW_S * sample_rate_hz / 4)))
        stft = Stft(4 * hop, hop)
        gate = NoiseGate(frame_s=hop / sample_rate_hz, floor=float(floor))
        return through_frames(blocks, sample_rate_hz, stft=stft, rate_hz=sample_rate_hz, process=gate)


def _but_speech(blocks: Iterator[Block], sample_rate_hz: int, floor: np.float32) -> Iterator[Block]:
    """Yield speech, and the rest times a floor."""
    engine: Any = loaded(_speech_engine())
    waiting = Fifo()
    for speech in engine.stream(tapped(blocks, waiting), sample_rate_hz, concept="speech"):
        if speech.shape[1]:
            yield speech + floor * (waiting.take(speech.shape[1]) - speech)


def _speech_engine() -> EngineSpec:
    """Return the engine that takes speech out, found as any engine is.

    Raises:
        EngineUnavailable: It is not there, or cannot run here.
    """
    found = [spec for spec in engines("sam_audio.engines") if spec.id == _SPEECH_ENGINE]
    missing = found[0].missing() if found else None
    if not found or missing:
        raise EngineUnavailable(
            f"denoise: {_SPEECH_ENGINE} cannot run here. {missing.reason if missing else ''}".strip(),
            'Take the method "steady".',
        )
    return found[0]


EFFECTS = (DeNoise,)
