"""Channel vocoder: the levels that a voice has in each band, from moment to moment, on another sound."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.stream import Block, advanced, reblocked

_HIGHEST_HZ = 10000.0
_WINDOW_S = 0.03
_HOPS_A_CALL = 32
Carrier = Callable[[int], NDArray[np.floating]]


def vocoded(
    blocks: Iterator[Block], sample_rate_hz: int, channels: int, *, carrier: Carrier, bands: int
) -> Iterator[tuple[Block, Block]]:
    """Yield the sound and, in time with it, a carrier with the sound's band levels (Dudley 1939).

    Args:
        blocks: (C, F) float32.
        sample_rate_hz: Of the sound.
        channels: C.
        carrier: Gives its next so many samples, (1, frames).
        bands: Number of bands, evenly spaced on the mel scale up to 10 kHz.
    """
    vocoder = _Vocoder(sample_rate_hz, channels, carrier, bands)
    size = vocoder.hop * _HOPS_A_CALL
    both = advanced(
        reblocked(blocks, size), vocoder, latency_frames=vocoder.latency_frames, flush_frames=size
    )
    for stacked in both:
        yield stacked[:channels], stacked[channels:]


class _Vocoder:
    """Short-time spectra of the carrier, scaled in each band to the power that the voice has there."""

    def __init__(self, sample_rate_hz: int, channels: int, carrier: Carrier, bands: int) -> None:
        self.hop = max(4, round(_WINDOW_S * sample_rate_hz / 4))
        self._size = 4 * self.hop
        self.latency_frames = self._size - self.hop
        self._window = np.hanning(self._size + 1)[:-1]
        self._bands = _bands(np.fft.rfftfreq(self._size, 1 / sample_rate_hz), bands)
        self._carrier = carrier
        self._heard = np.zeros((channels + 1, self.latency_frames))
        self._ahead = np.zeros((channels, self.latency_frames))

    def __call__(self, block: Block) -> Block:
        """Return the sound and below it its new voice, (2 C, hops · hop), both late by the latency."""
        frames = self.hop * _HOPS_A_CALL
        fresh = np.pad(block, ((0, 0), (0, frames - block.shape[1])))
        heard = np.concatenate([self._heard, np.concatenate([fresh, self._carrier(frames)])], axis=1)
        pieces = self._voiced(np.lib.stride_tricks.sliding_window_view(heard, self._size, axis=1))
        voice = np.pad(self._ahead, ((0, 0), (0, frames)))
        for index in range(_HOPS_A_CALL):
            voice[:, index * self.hop : index * self.hop + self._size] += pieces[:, index]
        self._heard, self._ahead = heard[:, frames:], voice[:, frames:]
        return np.concatenate([heard[:-1, :frames], voice[:, :frames]]).astype(np.float32)

    def _voiced(self, views: NDArray[np.floating]) -> NDArray[np.floating]:
        """Turn (C + 1, ·, size) views of voice and carrier into (C, hops, size) pieces to add up."""
        from scipy.fft import irfft, rfft

        spectra: Any = rfft(views[:, :: self.hop] * self._window, axis=2)
        power = np.abs(spectra) ** 2 @ self._bands.T
        level = np.sqrt(power[:-1] / (power[-1:] + 1e-12)) @ self._bands
        pieces: Any = irfft(spectra[-1:] * level, self._size, axis=2)
        return pieces * self._window / 1.5


def _bands(frequency_hz: NDArray[np.floating], count: int) -> NDArray[np.floating]:
    """(B, K) overlapping triangular bands, evenly spaced on the mel scale, that add up to one."""
    mel = np.log1p(frequency_hz / 700.0)
    top = np.log1p(min(_HIGHEST_HZ, frequency_hz[-1]) / 700.0)
    place = np.clip(mel / top * (count - 1), 0, count - 1)
    return np.clip(1 - np.abs(place - np.arange(count)[:, None]), 0, 1)
