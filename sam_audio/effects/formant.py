"""Formants: a larger or smaller throat at the same pitch."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.stream import Block, Effect, crossfade
from sam_audio.streaming import Fifo, tapped, through_frames
from shared.encoders.audio import Frames, Stft
from shared.params import Doc, Range

_WINDOW_S = 0.043
_LIFTER_S = 0.0024  # Shorter than the period of a voice up to 400 Hz: the pitch is not in the envelope.
_ROUNDS = 4
_LIMIT = 30.0  # A gain of 30 dB either way.


@dataclass(frozen=True)
class Formant(Effect):
    """Move the formants of a voice and leave its pitch: down for a giant, up for a child."""

    id: ClassVar[str] = "formant"
    title: ClassVar[str] = "Formant shift"

    semitones: Annotated[float, Range(-12, 12, "st"), Doc("How far the formants move.")] = 0.0
    wet: Annotated[float, Range(0, 1), Doc("Share of the effect, 0 leaves the sound as it is.")] = 1.0

    @property
    def neutral(self) -> bool:
        """True at 0 semitones, or when nothing of the effect is mixed in."""
        return self.semitones == 0 or self.wet == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the sound with its formants elsewhere, mixed with the sound at equal power."""
        dry, wet = crossfade(self.wet)
        waiting = Fifo()
        for voice in formants_moved(
            tapped(blocks, waiting), sample_rate_hz, ratio=2 ** (self.semitones / 12)
        ):
            if voice.shape[1]:
                yield (dry * waiting.take(voice.shape[1]) + wet * voice).astype(np.float32)


def formants_moved(blocks: Iterator[Block], sample_rate_hz: int, *, ratio: float) -> Iterator[Block]:
    """Yield sound whose spectral envelope is stretched in frequency, and whose partials stay.

    The envelope is the smooth part of the log spectrum (cepstral lifter), drawn up to the partials' tips in
    a few rounds (true envelope: Röbel and Rodet, DAFx 2005); each bin is multiplied by the envelope there
    after the stretch over that before. One gain serves all channels.

    Args:
        blocks: (C, F) float32.
        sample_rate_hz: Of the sound.
        ratio: Where a formant goes to over where it was.
    """
    hop = max(4, 1 << round(np.log2(_WINDOW_S * sample_rate_hz / 4)))
    stft = Stft(4 * hop, hop)
    lifter = max(2, round(_LIFTER_S * sample_rate_hz))

    def process(frames: Iterator[Frames]) -> Iterator[Frames]:
        for block in frames:
            yield (block * _gains(block, ratio, lifter)).astype(np.complex64)

    return through_frames(blocks, sample_rate_hz, stft=stft, rate_hz=sample_rate_hz, process=process)


def _gains(frames: Frames, ratio: float, lifter: int) -> NDArray[np.floating]:
    """Return (F, bins) gains that stretch the envelope of (C, F, bins) frames."""
    from scipy.fft import irfft, rfft

    bins = frames.shape[2]
    size = 2 * (bins - 1)
    level = np.log((np.abs(frames) ** 2).sum(axis=0) + 1e-12) / 2
    window = np.zeros(size, np.float32)
    window[: lifter + 1] = np.clip(2 - 2 * np.arange(lifter + 1) / (lifter + 1), 0, 1)
    window[-lifter:] = window[lifter:0:-1]
    envelope = np.full_like(level, -np.inf)
    for _ in range(_ROUNDS):
        cepstrum: Any = irfft(np.maximum(level, envelope), size, axis=1)
        smooth: Any = rfft(cepstrum * window, axis=1)
        envelope = smooth.real
    place = np.minimum(np.arange(bins) / ratio, bins - 1)
    low = np.minimum(place.astype(int), bins - 2)
    moved = envelope[:, low] + (place - low) * (envelope[:, low + 1] - envelope[:, low])
    limit = _LIMIT / 20 * np.log(10)
    return np.exp(np.clip(moved - envelope, -limit, limit))


EFFECTS = (Formant,)
