"""Reverb: a room made of seeded noise that dies away, faster at high frequencies."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.convolution import PartitionedConvolution
from sam_audio.effects.stream import Block, Effect, crossfade, reblocked, with_tail
from shared.params import Choice, Doc, Range

_FADE_S = 0.05
_PARTITION_S = 0.17
_BANDS_HZ = (125, 250, 500, 1000, 2000, 4000, 8000, 16000)


@dataclass(frozen=True)
class _Space:
    """What a kind of space sounds like, at size 0.5.

    Args:
        onset_s: Time in which the tail sets in.
        echoes: Number of first reflections.
        first_s, last_s: When they come.
        early: Their energy over that of the tail.
    """

    onset_s: float
    echoes: int
    first_s: float
    last_s: float
    early: float


_SPACES = {
    "room": _Space(0.012, 9, 0.004, 0.055, 0.2),
    "hall": _Space(0.035, 14, 0.012, 0.11, 0.15),
    "cathedral": _Space(0.09, 18, 0.03, 0.24, 0.08),
    "plate": _Space(0.001, 0, 0.0, 0.0, 0.0),  # a steel sheet: dense at once, no walls
}


@dataclass(frozen=True)
class Reverb(Effect):
    """The sound in a room, from a small chamber to a cathedral."""

    id: ClassVar[str] = "reverb"
    title: ClassVar[str] = "Reverb"

    space: Annotated[str, Choice(tuple(_SPACES)), Doc("What the walls are like.")] = "room"
    size: Annotated[float, Range(0, 1), Doc("How far apart the walls are.")] = 0.5
    decay_s: Annotated[float, Range(0.2, 8, "s"), Doc("Time in which the room falls by 60 dB.")] = 1.5
    pre_delay_ms: Annotated[float, Range(0, 150, "ms"), Doc("Time before the room answers.")] = 20.0
    damping: Annotated[float, Range(0, 1), Doc("How much faster high tones die away.")] = 0.5
    wet: Annotated[float, Range(0, 1), Doc("Share of the room, 1 is the room alone.")] = 0.25

    @property
    def neutral(self) -> bool:
        """True when no room is mixed in."""
        return self.wet == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the sound in the room; dry and wet are mixed at equal power."""
        size = 1 << round(np.log2(max(64, _PARTITION_S * sample_rate_hz)))
        room = PartitionedConvolution(self.impulse_response(sample_rate_hz, channels), size)
        dry, wet = crossfade(self.wet)
        pairs = ((dry * block, wet * room(block)) for block in reblocked(blocks, size))
        fade = max(1, round(_FADE_S * sample_rate_hz))
        typed = ((a.astype(np.float32), b.astype(np.float32)) for a, b in pairs)
        yield from with_tail(typed, fade_frames=fade)

    def impulse_response(self, sample_rate_hz: int, channels: int) -> NDArray[np.float32]:
        """Make the room.

        Up to 1 kHz it falls by 60 dB in `decay_s`; above, sooner by up to 85 % of `damping` at 16 kHz.

        Returns:
            (C, L) float32 of unit energy, another noise in each channel; the same for the same settings.
        """
        start = round(self.pre_delay_ms / 1000 * sample_rate_hz)
        frames = max(2, round(self.decay_s * 1.1 * sample_rate_hz))
        time_s = np.arange(frames) / sample_rate_hz
        space, scale = _SPACES[self.space], 4 ** (2 * self.size - 1)
        onset = np.minimum(1, time_s / (space.onset_s * scale))
        response = np.zeros((channels, start + frames), np.float32)
        for channel in range(channels):
            rng = np.random.default_rng((2026, channel))
            spectrum = np.fft.rfft(rng.standard_normal(frames))
            frequency_hz = np.fft.rfftfreq(frames, 1 / sample_rate_hz)
            tail = np.zeros(frames)
            for band_hz, share in _octaves(frequency_hz):
                haste = np.clip(np.log2(band_hz / 1000) / 4, 0, 1) * 0.85 * self.damping
                fall = 10 ** (-3 * time_s / (self.decay_s * (1 - haste)))
                tail += np.fft.irfft(spectrum * share, frames) * fall * onset
            tail += _first_reflections(tail, sample_rate_hz, space, scale, rng)
            response[channel, start:] = tail / (np.sqrt((tail**2).sum()) + 1e-12)
        return response


def _octaves(frequency_hz: NDArray[np.floating]) -> Iterator[tuple[float, NDArray[np.floating]]]:
    """Octave bands whose shares add up to one above 90 Hz; below, a room says little."""
    place = np.log2(np.maximum(frequency_hz, 1) / _BANDS_HZ[0])
    rumble = 1 / (1 + (90 / np.maximum(frequency_hz, 1)) ** 4)
    last = len(_BANDS_HZ) - 1
    for index, band_hz in enumerate(_BANDS_HZ):
        share = np.clip(1 - np.abs(np.clip(place, 0, last) - index), 0, 1)
        if share.any():
            yield float(band_hz), share * rumble


def _first_reflections(
    tail: NDArray[np.floating], sample_rate_hz: int, space: _Space, scale: float, rng: np.random.Generator
) -> NDArray[np.floating]:
    """Single echoes before the tail, softer the later they come."""
    echoes = np.zeros_like(tail)
    if not space.echoes:
        return echoes
    times_s = np.sort(rng.uniform(space.first_s, space.last_s, space.echoes))
    levels = np.exp(-times_s / (0.55 * space.last_s)) * rng.choice([-1, 1], space.echoes)
    places = np.minimum((times_s * scale * sample_rate_hz).astype(int), len(tail) - 1)
    np.add.at(echoes, places, levels)
    return echoes * np.sqrt(space.early * (tail**2).sum() / ((echoes**2).sum() + 1e-12))


EFFECTS = (Reverb,)
