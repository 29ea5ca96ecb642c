"""Take pieces of mix and reference that should match, and correlate them to a sample.

Generalised cross-correlation with phase transform (Knapp and Carter 1976), half a second at a time: short
enough that clocks that differ by 600 millionths stay in step, and added up along every drift thought of.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_audio.reference.envelopes import STFT, Outline
from sam_audio.reference.search import MOST_DRIFT, Line
from sam_audio.streaming import resampled
from shared.encoders.audio import Block
from shared.media import AudioSource
from shared.progress import Progress

PART = 8192  # samples at the work rate: half a second
PARTS = 16  # of a piece
MARGIN = 2048  # samples by which the search may have missed
MOST_PIECES = 24
DRIFT_STEP = 1 / (PART * PARTS)  # moves the ends of a piece by half a sample
WHITENING = 0.8  # 1: every frequency counts alike, 0: as much as it is loud
LEAST_POWER = 1e-4  # of the loudest frequency: below, a frequency says nothing

Correlation = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Piece:
    """Sound of the mix, and of the reference where it should match.

    Args:
        mix: (C, parts · PART) at the work rate.
        reference: (K, parts · PART + 2 · MARGIN).
        mix_start: Frame of `mix` in the whole.
        reference_start: Frame of `reference` in the whole.
    """

    mix: Block
    reference: Block
    mix_start: int
    reference_start: int

    @property
    def centre(self) -> float:
        """Middle frame of the piece in the mix."""
        return self.mix_start + self.mix.shape[1] / 2

    @property
    def lag(self) -> float:
        """Where the centre lies in the reference, less where it lies in the mix, by the search's guess."""
        return float(self.reference_start + MARGIN - self.mix_start)


def pieces(
    mix: AudioSource,
    reference: AudioSource,
    *,
    outlines: tuple[Outline, Outline],
    line: Line,
    work_hz: int,
    progress: Progress,
) -> tuple[Piece, ...]:
    """Read the pieces of both sounds that tell most; none when they hardly overlap on this line."""
    frames = [int(source.frames * work_hz / source.sample_rate_hz) for source in (mix, reference)]
    starts, length = _starts(line, *frames)
    if not starts:
        return ()
    shift = line.offset * STFT.hop
    wanted = [int(round(shift + start * (1 + line.drift))) - MARGIN for start in starts]
    heard = gathered(
        mix, work_hz, outlines[0].loudest, starts=starts, length=length, progress=progress.within(0, 0.5)
    )
    known = gathered(
        reference,
        work_hz,
        outlines[1].loudest,
        starts=wanted,
        length=length + 2 * MARGIN,
        progress=progress.within(0.5, 1),
    )
    found = zip(heard, known, starts, wanted, strict=True)
    return tuple(Piece(*each) for each in found if np.abs(each[0]).max() > 0 and np.abs(each[1]).max() > 0)


def _starts(line: Line, mix_frames: int, reference_frames: int) -> tuple[list[int], int]:
    """Return where in the mix the pieces start, rising, and how long they are."""
    shift = line.offset * STFT.hop
    first = int(np.ceil(max(0.0, -shift / (1 + line.drift))))
    last = int(min(mix_frames, (reference_frames - shift) / (1 + line.drift)))
    length = min(PARTS, (last - first) // PART) * PART
    if length < PART:
        return [], 0
    count = min(MOST_PIECES, max(1, 2 * ((last - first) // length) - 1))
    even = np.linspace(first, last - length, count)
    clear = [row * STFT.hop for row in line.rows[: MOST_PIECES // 2]]
    both = np.clip([*even[:: 2 if count == MOST_PIECES else 1], *clear], first, last - length).astype(int)
    spread = [int(start) for start in sorted(set(both.tolist()))]
    kept = spread[:1]
    for start in spread[1:]:
        if start - kept[-1] >= length // 2:
            kept.append(start)
    return kept, length


def gathered(
    source: AudioSource,
    work_hz: int,
    channels: Sequence[int],
    *,
    starts: Sequence[int],
    length: int,
    progress: Progress,
) -> list[Block]:
    """Read a sound once and return stretches of it at the work rate, zeros beyond its ends.

    Args:
        source: The sound.
        work_hz: Rate of the result.
        channels: Which channels.
        starts: First frame of each stretch at the work rate; may be below 0.
        length: Frames of each.
        progress: Where to report.
    """
    found = [np.zeros((len(channels), length), np.float32) for _ in starts]
    chosen = list(channels)
    end = max(starts) + length
    blocks: Iterator[Block] = (block[chosen] for block in source.blocks(max(1024, source.sample_rate_hz)))
    place = 0
    for block in resampled(blocks, source.sample_rate_hz, work_hz):
        for start, stretch in zip(starts, found, strict=True):
            low, high = max(place, start), min(place + block.shape[1], start + length)
            if low < high:
                stretch[:, low - start : high - start] = block[:, low - place : high - place]
        place += block.shape[1]
        progress.step(place / end, "compare both recordings")
        if place >= end:
            break
    return found


def correlations(piece: Piece) -> Correlation:
    """Return (parts, 2 · MARGIN + 1) power of the correlation at each lag, mean 1; MARGIN is the guess."""
    size = 2 * PART
    window = np.hanning(PART + 2)[1:-1].astype(np.float32)
    found: list[Correlation] = []
    for start in range(0, piece.mix.shape[1], PART):
        heard = np.fft.rfft(piece.mix[:, start : start + PART] * window, size)
        known = np.fft.rfft(piece.reference[:, start : start + PART + 2 * MARGIN], size)
        cross = heard.conj()[:, None] * known[None]
        strength = np.abs(cross)
        floor = LEAST_POWER * strength.max(-1, keepdims=True) + 1e-30
        power = np.square(np.fft.irfft(cross / (strength + floor) ** WHITENING, size)[..., : 2 * MARGIN + 1])
        total = power.sum((0, 1)).astype(np.float64)
        found.append(total / max(float(total.mean()), 1e-30))
    return np.stack(found)


def stacked(parts: Correlation, drifts: NDArray[np.float64]) -> Correlation:
    """Add a piece's correlations up along each drift: (drifts, lags) at the piece's centre."""
    times = (np.arange(len(parts)) - (len(parts) - 1) / 2) * PART
    total = np.zeros((len(drifts), parts.shape[1]))
    for row, drift in enumerate(drifts):
        for part, time in zip(parts, times, strict=True):
            total[row] += np.roll(part, -int(round(drift * time)))
    return total / len(parts)


def drift_grid(centre: float, reach: float) -> NDArray[np.float64]:
    """Return drifts around a guess, within what clocks may differ."""
    steps = int(np.ceil(reach / DRIFT_STEP))
    grid = centre + np.arange(-steps, steps + 1) * DRIFT_STEP
    return np.asarray(grid[np.abs(grid) <= MOST_DRIFT + DRIFT_STEP], np.float64)
