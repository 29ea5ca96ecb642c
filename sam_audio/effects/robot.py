"""Robot voice, three ways: ring modulation, a monotone, a channel vocoder."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.filters import HIGHEST, Cascade, butterworth
from sam_audio.effects.stream import Block, Effect, crossfade
from shared.params import Choice, Doc, Range

_BANDS = 18
_LOWEST_HZ, _HIGHEST_HZ = 90.0, 9000.0
_FOLLOW_HZ = 40.0
_OVERLAP = 0.65  # Neighbouring bands hear the same partials; measured on speech.
_WINDOW_S = 0.03
_METHODS = ("monotone", "vocoder", "ring")


@dataclass(frozen=True)
class Robot(Effect):
    """A machine that speaks: monotone (one pitch), vocoder (a talking synthesizer) or ring (Dalek)."""

    id: ClassVar[str] = "robot"
    title: ClassVar[str] = "Robot voice"

    method: Annotated[str, Choice(_METHODS), Doc("How the voice is made into a machine.")] = "monotone"
    pitch_hz: Annotated[float, Range(30, 300, "Hz"), Doc("Pitch of the machine.")] = 100.0
    wet: Annotated[float, Range(0, 1), Doc("Share of the effect, 0 leaves the sound as it is.")] = 1.0

    @property
    def neutral(self) -> bool:
        """True when nothing of the effect is mixed in."""
        return self.wet == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the machine's voice, mixed with the sound at equal power."""
        makers = {"ring": _ring, "monotone": _monotone, "vocoder": _vocoder}
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
            voice[:, place] += scale * grain
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


def _vocoder(blocks: Iterator[Block], sample_rate_hz: int, channels: int, pitch_hz: float) -> _Pairs:
    """Let the envelopes of 18 bands of the voice shape the same bands of a buzz (Dudley 1939)."""
    top_hz = min(_HIGHEST_HZ, 0.9 * HIGHEST * sample_rate_hz)
    edges_hz = np.geomspace(_LOWEST_HZ, top_hz, _BANDS + 1)
    pairs = list(zip(edges_hz[:-1], edges_hz[1:], strict=True))
    buzz = _Buzz(sample_rate_hz, pitch_hz)
    levels = _band_levels(pairs, sample_rate_hz, pitch_hz)
    hear = [_band(pair, sample_rate_hz, channels) for pair in pairs]
    shape = [_band(pair, sample_rate_hz, 1) for pair in pairs]
    smooth = butterworth("lowpass", _FOLLOW_HZ, 2, sample_rate_hz)
    follow = [Cascade(smooth, channels) for _ in pairs]
    for block in blocks:
        carrier = buzz(block.shape[1])
        voice = np.zeros(block.shape)
        for index, level in enumerate(levels):
            power = follow[index](hear[index](block) ** 2)
            voice += np.sqrt(np.maximum(power, 0)) * shape[index](carrier) / level
        yield block, _OVERLAP * voice


def _band(edges_hz: tuple[float, float], sample_rate_hz: int, channels: int) -> Cascade:
    low = butterworth("highpass", edges_hz[0], 2, sample_rate_hz)
    return Cascade(np.concatenate([low, butterworth("lowpass", edges_hz[1], 2, sample_rate_hz)]), channels)


def _band_levels(pairs: list[tuple[float, float]], sample_rate_hz: int, pitch_hz: float) -> list[float]:
    """Measure what the buzz has in each band, so that the voice alone decides the balance."""
    second = _Buzz(sample_rate_hz, pitch_hz)(sample_rate_hz)
    settled = sample_rate_hz // 4
    found = [_band(pair, sample_rate_hz, 1)(second)[0, settled:].std() for pair in pairs]
    return [max(float(level), 1e-4) for level in found]


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
