"""Reverb: a room made of seeded noise that dies away, faster at high frequencies."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.stream import Block, Effect, crossfade, reblocked, with_tail
from shared.params import Doc, Range

_FADE_S = 0.05
_PARTITION_S = 0.17
_BANDS_HZ = (125, 250, 500, 1000, 2000, 4000, 8000, 16000)


@dataclass(frozen=True)
class Reverb(Effect):
    """The sound in a room, from a small chamber to a cathedral."""

    id: ClassVar[str] = "reverb"
    title: ClassVar[str] = "Reverb"

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
        onset = np.minimum(1, time_s / 0.012)
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
            tail += _first_reflections(tail, sample_rate_hz, rng)
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
    tail: NDArray[np.floating], sample_rate_hz: int, rng: np.random.Generator
) -> NDArray[np.floating]:
    """Nine single echoes in the first 55 ms that carry about a sixth of the energy."""
    echoes = np.zeros_like(tail)
    times_s = np.sort(rng.uniform(0.004, 0.055, 9))
    levels = np.exp(-times_s / 0.03) * rng.choice([-1, 1], 9)
    places = np.minimum((times_s * sample_rate_hz).astype(int), len(tail) - 1)
    np.add.at(echoes, places, levels)
    return echoes * np.sqrt((tail**2).sum() / ((echoes**2).sum() + 1e-12) / 5)


class PartitionedConvolution:
    """Convolve blocks with a long response, uniformly partitioned overlap-save (Stockham 1966).

    Args:
        response: (C, L), one a channel.
        size: Frames of a partition; each call takes at most that many, fewer only in the last.
    """

    def __init__(self, response: NDArray[np.float32], size: int) -> None:
        from scipy.fft import rfft

        channels, frames = response.shape
        count = -(-frames // size)
        padded = np.pad(response, ((0, 0), (0, count * size - frames))).reshape(channels, count, size)
        self._size = size
        self._parts: Any = rfft(padded, 2 * size, axis=2)
        self._past: Any = np.zeros_like(self._parts)
        self._last = np.zeros((channels, size), np.float32)

    def __call__(self, block: Block) -> Block:
        """Return as many frames as came in, without delay."""
        from scipy.fft import irfft, rfft

        frames = block.shape[1]
        current = np.pad(block, ((0, 0), (0, self._size - frames)))
        self._past = np.roll(self._past, 1, axis=1)
        self._past[:, 0] = rfft(np.concatenate([self._last, current], axis=1), axis=1)
        self._last = current
        mixed = np.einsum("cpf,cpf->cf", self._parts, self._past)
        answer: Any = irfft(mixed, 2 * self._size, axis=1)
        return answer[:, self._size : self._size + frames].astype(np.float32)


EFFECTS = (Reverb,)
