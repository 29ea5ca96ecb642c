"""Robot voice, three ways: ring modulation, a monotone, a vocoder."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.stream import Block, Effect, crossfade
from sam_audio.effects.vocoder import vocoded
from shared.params import Choice, Doc, Range

_WINDOW_S = 0.03
_METHODS = ("monotone", "vocoder", "ring")


@dataclass(frozen=True)
class Robot(Effect):
    """A machine that speaks: monotone (one pitch), vocoder (a talking synthesizer) or ring (Dalek)."""

    id: ClassVar[str] = "robot"
    title: ClassVar[str] = "Robot voice"

    method: Annotated[str, Choice(_METHODS), Doc("How the voice is made into a machine.")] = "monotone"
    pitch_hz: Annotated[float, Range(30, 300, "Hz"), Doc("Pitch of the machine.")] = 100.0
    bands: Annotated[
        int, Range(8, 40), Doc("Bands of the vocoder: more are clearer, fewer more of a robot.")
    ] = 16
    wet: Annotated[float, Range(0, 1), Doc("Share of the effect, 0 leaves the sound as it is.")] = 1.0

    @property
    def neutral(self) -> bool:
        """True when nothing of the effect is mixed in."""
        return self.wet == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the machine's voice, mixed with the sound at equal power."""
        makers = {"ring": _ring, "monotone": _monotone, "vocoder": partial(_vocoder, bands=self.bands)}
        dry, wet = crossfade(self.wet)
        for block, voice in makers[self.method](blocks, sample_rate_hz, channels, self.pitch_hz):
            yield (dry * block + wet * voice).astype(np.float32)


_Pairs = Iterator[tuple[Block, NDArray[np.floating]]]


def _ring(blocks: Iterator[Block], sample_rate_hz: int, channels: int, pitch_hz: float) -> _Pairs:
    """Multiply by a sine of power one."""
    start = 0
    for block in blocks:
        turns = (start + np.arange(block.shape[1])) * (pitch_hz / sample_rate_hz)
        start += block.shape[1]
        yield block, block * (np.sqrt(2) * np.sin(2 * np.pi * turns))


def _monotone(blocks: Iterator[Block], sample_rate_hz: int, channels: int, pitch_hz: float) -> _Pairs:
    """Set the phase of short spectra to zero, one pulse each period (Zölzer, DAFX, chapter 7).

    Pulse k stands at round(k · rate / pitch) and holds the spectrum around that place. Its gain keeps the
    power: a pulse carries the power of `window` samples, and one comes every rate / pitch samples.
    """
    from scipy.fft import irfft, rfft

    half = max(8, round(_WINDOW_S * sample_rate_hz / 2))
    window = np.hanning(2 * half + 1)[:-1]
    period = sample_rate_hz / pitch_hz
    taper = np.minimum(1, 4 * window)  # The ends of a pulse do not meet: fade them.
    scale = np.sqrt(period / (window**2).sum())
    heard = np.zeros((channels, half))
    voice = np.zeros((channels, half))
    first, pulse, given, received = -half, 0, 0, 0
    waiting = np.zeros((channels, 0), np.float32)
    ended = False
    source = iter(blocks)
    while not ended:
        block = next(source, None)
        ended = block is None
        fresh = np.zeros((channels, 2 * half), np.float32) if block is None else block
        received += 0 if block is None else block.shape[1]
        waiting = waiting if block is None else np.concatenate([waiting, block], axis=1)
        heard = np.concatenate([heard, fresh], axis=1)
        voice = np.concatenate([voice, np.zeros_like(fresh, np.float64)], axis=1)
        while (centre := round(pulse * period)) + half <= first + heard.shape[1]:
            place = slice(centre - half - first, centre + half - first)
            spectrum: Any = rfft(heard[:, place] * window, axis=1)
            pulse_now: Any = irfft(np.abs(spectrum), 2 * half, axis=1)
            grain = np.roll(pulse_now, half, axis=1)
            voice[:, place] += scale * taper * grain
            pulse += 1
        ready = min(received, round(pulse * period) - half) - given
        if ready > 0:
            yield waiting[:, :ready], voice[:, given - first : given - first + ready]
            waiting, given = waiting[:, ready:], given + ready
        drop = max(0, min(round(pulse * period) - half, given) - first)
        heard, voice, first = heard[:, drop:], voice[:, drop:], first + drop
    if waiting.shape[1]:
        rest = voice[:, given - first : given - first + waiting.shape[1]]
        yield waiting, np.pad(rest, ((0, 0), (0, waiting.shape[1] - rest.shape[1])))


def _vocoder(
    blocks: Iterator[Block], sample_rate_hz: int, channels: int, pitch_hz: float, bands: int
) -> _Pairs:
    """Give a buzz the band levels that the voice has."""
    return vocoded(blocks, sample_rate_hz, channels, carrier=_Buzz(sample_rate_hz, pitch_hz), bands=bands)


class _Buzz:
    """A sawtooth with rounded steps (PolyBLEP, Välimäki and Huovilainen 2007) and a breath of noise."""

    def __init__(self, sample_rate_hz: int, pitch_hz: float) -> None:
        self._step = pitch_hz / sample_rate_hz
        self._start = 0
        self._rng = np.random.default_rng(1939)

    def __call__(self, frames: int) -> NDArray[np.float64]:
        """Return the next (1, frames) samples."""
        phase = (self._start + np.arange(frames)) * self._step % 1.0
        self._start += frames
        saw = 2 * phase - 1
        after, before = phase / self._step, (phase - 1) / self._step
        saw -= np.where(after < 1, 2 * after - after**2 - 1, 0)
        saw -= np.where(before > -1, before**2 + 2 * before + 1, 0)
        return (saw + 0.06 * self._rng.standard_normal(frames))[None]


EFFECTS = (Robot,)
