"""Pitch shift: another pitch at the same speed, by a phase-locked phase vocoder."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.formant import formants_moved
from sam_audio.effects.stream import Block, Effect, crossfade, reblocked
from sam_audio.streaming import Fifo, tapped
from shared.params import Doc, Range

_WINDOW_S = 0.06
_BLOCK_FRAMES = 16384


@dataclass(frozen=True)
class PitchShift(Effect):
    """Higher or lower, at the same speed: up to an octave either way."""

    id: ClassVar[str] = "pitch_shift"
    title: ClassVar[str] = "Pitch shift"

    semitones: Annotated[float, Range(-12, 12, "st"), Doc("Change of pitch, 12 are an octave.")] = 0.0
    keep_formants: Annotated[bool, Doc("Leave a voice the size of its throat.")] = False
    wet: Annotated[float, Range(0, 1), Doc("Share of the shifted sound; 0.5 sounds two-voiced.")] = 1.0

    @property
    def neutral(self) -> bool:
        """True at 0 semitones, or when nothing of the effect is mixed in."""
        return self.semitones == 0 or self.wet == 0

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the shifted sound, mixed with the sound at equal power."""
        dry, wet = crossfade(self.wet)
        waiting = Fifo()
        shifted = self._shifted(tapped(blocks, waiting), sample_rate_hz, channels)
        if self.keep_formants:
            shifted = formants_moved(shifted, sample_rate_hz, ratio=2 ** (-self.semitones / 12))
        for block in shifted:
            if block.shape[1]:
                yield (dry * waiting.take(block.shape[1]) + wet * block).astype(np.float32)

    def _shifted(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Stretch time by the ratio of pitches, then read the result faster by the same ratio."""
        import soxr

        ratio = 2 ** (self.semitones / 12)
        resampler = soxr.ResampleStream(ratio * sample_rate_hz, sample_rate_hz, channels, dtype="float32")
        stretcher = Stretcher(ratio, sample_rate_hz, channels)
        shifted = np.zeros((channels, 0), np.float32)
        owed = 0
        for block, last in _marked(reblocked(blocks, _BLOCK_FRAMES)):
            owed += block.shape[1]
            stretched = stretcher(block, last=last)
            fresh = resampler.resample_chunk(np.ascontiguousarray(stretched.T), last=last).T
            shifted = np.concatenate([shifted, fresh], axis=1)
            if last and (missing := owed - shifted.shape[1]) > 0:
                shifted = np.pad(shifted, ((0, 0), (0, missing)))
            ready = min(owed, shifted.shape[1])
            yield shifted[:, :ready]
            shifted, owed = shifted[:, ready:], owed - ready


def _marked(blocks: Iterator[Block]) -> Iterator[tuple[Block, bool]]:
    """Pair each block with whether it is the last."""
    held = next(blocks, None)
    while held is not None:
        following = next(blocks, None)
        yield held, following is None
        held = following


class Stretcher:
    """Change the speed and keep the pitch, block by block.

    Each synthesis frame takes the spectrum around its place in the input, turned in phase so that it goes on
    from the frame before: the turn of each spectral peak is the phase of the last output against the phase of
    the input one hop earlier, and the bins around a peak turn with it (identity phase locking, Laroche and
    Dolson 1999). One turn for all channels keeps the stereo image.

    Args:
        ratio: Output length over input length, 0.5 to 2.
    """

    def __init__(self, ratio: float, sample_rate_hz: int, channels: int) -> None:
        self._ratio = ratio
        self._hop = max(4, round(_WINDOW_S * sample_rate_hz / 4))
        self._size = 4 * self._hop
        self._window = np.hanning(self._size + 1)[:-1]
        self._lead = self._size // 2 + self._hop
        self._heard = np.zeros((channels, self._lead))
        self._first = -self._lead
        self._ahead = np.zeros((channels, self._size))
        self._before: NDArray[np.complexfloating] | None = None
        self._frame, self._received, self._given = 0, 0, 0

    def __call__(self, block: Block, *, last: bool) -> Block:
        """Return what is ready, (C, F'); with `last` all the rest, ratio times the input in all."""
        self._heard = np.concatenate([self._heard, block], axis=1)
        self._received += block.shape[1]
        if last:
            silence = np.zeros((block.shape[0], 2 * self._size))
            self._heard = np.concatenate([self._heard, silence], axis=1)
        parts: list[NDArray[np.floating]] = [np.zeros((block.shape[0], 0))]
        owed = round(self._received * self._ratio)
        while (not last or self._given < owed) and self._fits():
            parts.append(self._synthesize())
        ready = np.concatenate(parts, axis=1)
        return ready.astype(np.float32)

    def _centre(self) -> int:
        return round(self._frame * self._hop / self._ratio)

    def _fits(self) -> bool:
        return self._centre() + self._size // 2 <= self._first + self._heard.shape[1]

    def _synthesize(self) -> NDArray[np.floating]:
        """Add one frame and return the hop that no later frame touches, without the half window of lead."""
        from scipy.fft import irfft, rfft

        start = self._centre() - self._size // 2 - self._first
        now: Any = rfft(self._heard[:, start : start + self._size] * self._window, axis=1)
        earlier = start - self._hop
        ago: Any = rfft(self._heard[:, earlier : earlier + self._size] * self._window, axis=1)
        turned = now * _turns(now, ago, self._before)
        self._before = turned
        frame: Any = irfft(turned, self._size, axis=1)
        self._ahead += frame * self._window / 1.5
        hop = self._ahead[:, : self._hop]
        self._ahead = np.pad(self._ahead[:, self._hop :], ((0, 0), (0, self._hop)))
        begins = (self._frame * self._hop) - self._size // 2
        self._frame += 1
        drop = max(0, self._centre() - self._lead - self._first)
        self._heard, self._first = self._heard[:, drop:], self._first + drop
        hop = hop[:, max(0, -begins) :]
        self._given += hop.shape[1]
        return hop


def _turns(
    now: NDArray[np.complexfloating],
    ago: NDArray[np.complexfloating],
    before: NDArray[np.complexfloating] | None,
) -> NDArray[np.complexfloating]:
    """Unit factor for each bin, (K,): the turn of the nearest spectral peak."""
    bins = now.shape[1]
    if before is None:
        return np.ones(bins, np.complex128)
    strength = np.abs(now).sum(axis=0)
    inner = strength[2:-2]
    higher = (inner > strength[1:-3]) & (inner >= strength[3:-1])
    peaks = np.flatnonzero(higher & (inner > strength[:-4]) & (inner >= strength[4:])) + 2
    if len(peaks) == 0:
        return np.ones(bins, np.complex128)
    product = (before[:, peaks] * np.conj(ago[:, peaks])).sum(axis=0)
    size = np.abs(product)
    floor = 1e-12 * (np.abs(now[:, peaks]) ** 2).sum(axis=0)
    turn = np.where(size > floor, product / np.maximum(size, 1e-300), 1.0)
    borders = (peaks[1:] + peaks[:-1]) // 2
    return turn[np.searchsorted(borders, np.arange(bins))]


EFFECTS = (PitchShift,)
