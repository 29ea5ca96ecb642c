"""Measure a sound for its picture: extremes and levels, column by column, in bounded memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_audio.axes import Axis, row_edges_hz
from sam_audio.masking.ends import extended
from shared.encoders.audio import Block, Stft, analysed
from shared.media import AudioSource

BANDS = 96
POWER_FLOOR = 1e-12  # −120 dB
SPECTRA_PER_COLUMN = 8  # of longer sounds, only so many spectra are measured a column
FRAME_S, MOST_FFT = 0.09, 8192  # of recordings of sound; 21 ms at 384 kHz
OFFSET_BINS = 3  # as far as a constant reaches through a Hann window
ROUNDING_DB = 120.0  # what lies so far below an offset is rounding of 32-bit floats
SLOWEST_SOUND_HZ = 4000  # below it a recording is no sound, and 90 ms say nothing about it


@dataclass(frozen=True, eq=False)
class Profile:
    """What a picture of a sound shows.

    Args:
        low: (N,) smallest sample in each column, over all channels.
        high: (N,) largest.
        levels_db: (R, N) power in R rows of the axis, low to high, dB; a full-scale sine is about 0.
        duration_s: Length.
        sample_rate_hz: The axis reaches to half of it.
        axis: Which frequency axis the rows divide evenly.
    """

    low: Block
    high: Block
    levels_db: Block
    duration_s: float
    sample_rate_hz: int
    axis: Axis = "mel"

    @property
    def top_db(self) -> float:
        """Highest level beside that of a constant offset, which measured quantities may have, dB."""
        top_hz, frames = self.sample_rate_hz / 2, round(self.duration_s * self.sample_rate_hz)
        offset_hz = OFFSET_BINS * self.sample_rate_hz / picture_stft(self.sample_rate_hz, frames).n_fft
        rows = self.levels_db[row_edges_hz(len(self.levels_db), self.axis, top_hz)[:-1] >= offset_hz]
        highest = float(self.levels_db.max())
        return max(float(rows.max()), highest - ROUNDING_DB) if rows.size else highest

    @property
    def centre(self) -> float:
        """The value to draw in the middle: 0, or where the sound lies when it never comes near 0."""
        low, high = float(self.low.min()), float(self.high.max())
        return 0.0 if low <= 0 <= high else (low + high) / 2

    @property
    def peak(self) -> float:
        """Greatest distance of a sample from the centre."""
        return float(max(self.high.max() - self.centre, self.centre - self.low.min()))


def picture_stft(sample_rate_hz: int, frames: int) -> Stft:
    """Return frames that show a recording well.

    Args:
        sample_rate_hz: At 4 kHz and more, frames last 90 ms, at most 8192 samples.
        frames: Length of the recording; below 4 kHz it decides: about as many frames as frequencies.
    """
    wanted = sample_rate_hz * FRAME_S if sample_rate_hz >= SLOWEST_SOUND_HZ else 2 * np.sqrt(frames)
    n_fft = int(np.clip(2 ** round(np.log2(max(wanted, 1))), 16, MOST_FFT))
    return Stft(n_fft, n_fft // 4)


def profile(source: AudioSource, columns: int, *, axis: Axis = "mel", rows: int = BANDS) -> Profile:
    """Measure a sound in one pass.

    Args:
        source: The sound.
        columns: How many columns to divide its length into, at least 1.
        axis: Frequency axis: "linear", "mel" or "log" (see `sam_audio.axes`).
        rows: How many rows to divide the axis into, at least 1.
    """
    stft = picture_stft(source.sample_rate_hz, source.frames)
    bands = band_weights(stft, source.sample_rate_hz, axis, rows)
    low, high = np.full(columns, np.inf, np.float32), np.full(columns, -np.inf, np.float32)
    column_frames = source.frames / columns
    if column_frames <= SPECTRA_PER_COLUMN * stft.hop:
        blocks = _watched(source.blocks(1 << 16), source.frames, low, high)
        wide = extended(blocks, stft.n_fft)
        powers = np.concatenate([_powers(frames, stft, bands) for frames in analysed(wide, stft)])
        centres = np.arange(len(powers)) * stft.hop - stft.n_fft / 2 - stft.lead
        inside = (centres >= -stft.hop / 2) & (centres < source.frames + stft.hop / 2)
        powers, centres = powers[inside], centres[inside]
    else:
        powers, centres = _sampled(source, columns, stft, bands, low, high)
    places = np.clip((centres / column_frames).astype(int), 0, columns - 1)
    levels_db = 10 * np.log10(np.maximum(_columns(powers, places, columns), POWER_FLOOR)).T
    duration_s = source.frames / source.sample_rate_hz
    levels_db = levels_db.astype(np.float32)
    return Profile(_filled(low), _filled(high), levels_db, duration_s, source.sample_rate_hz, axis)


@lru_cache(maxsize=8)
def band_weights(stft: Stft, sample_rate_hz: int, axis: Axis, rows: int) -> Block:
    """Return how much each bin counts in each row, (bins, rows): triangles with a peak of 1.

    A triangle reaches as far as the next row's middle, or the next bin where rows are narrower than bins.
    """
    top_hz = sample_rate_hz / 2
    edges = row_edges_hz(rows, axis, top_hz)
    middles, bin_hz = (edges[:-1] + edges[1:]) / 2, sample_rate_hz / stft.n_fft
    reach = np.maximum(np.diff(edges), bin_hz)
    distance = np.abs(np.arange(stft.bins)[:, None] * bin_hz - middles) / reach
    return np.maximum(1 - distance, 0).astype(np.float32)


def _powers(frames: NDArray[np.complex64], stft: Stft, bands: Block) -> Block:
    """Return the power in each row, mean of the channels, (F, rows); a full-scale sine gives about 1."""
    power = (frames.real**2 + frames.imag**2).mean(0) / (stft.shape.sum() / 2) ** 2
    return power @ bands


def _watched(blocks: Iterator[Block], frames: int, low: Block, high: Block) -> Iterator[Block]:
    """Pass blocks on, and note their extremes in the columns they fall into."""
    place = 0
    for block in blocks:
        columns = ((place + np.arange(block.shape[1])) * len(low)) // frames
        np.minimum.at(low, columns, block.min(0))
        np.maximum.at(high, columns, block.max(0))
        place += block.shape[1]
        yield block


def _sampled(
    source: AudioSource, columns: int, stft: Stft, bands: Block, low: Block, high: Block
) -> tuple[Block, NDArray[Any]]:
    """Note all extremes, but measure only a few spectra at the start of each column's share."""
    wanted = stft.n_fft + (SPECTRA_PER_COLUMN - 1) * stft.hop
    step = -(-source.frames // columns)
    rows, centres = [], []
    edge = stft.n_fft // stft.hop - 1  # so many frames at either end reach beyond the block
    for index, block in enumerate(_watched(source.blocks(step), source.frames, low, high)):
        if block.shape[1] >= stft.n_fft:
            cut = analysed(iter([block[:, :wanted]]), stft)
            spectra = np.concatenate([_powers(frames, stft, bands) for frames in cut])
            rows.append(spectra[edge:-edge].mean(0, keepdims=True))
            centres.append((index + 0.5) * step)
    return np.concatenate(rows), np.array(centres)


def _columns(powers: Block, places: NDArray[np.int64], columns: int) -> NDArray[np.float64]:
    """Average rows into columns; where a column got none, go straight from neighbour to neighbour."""
    counts = np.bincount(places, minlength=columns)
    sums = np.zeros((columns, powers.shape[1]))
    np.add.at(sums, places, powers)
    known = np.flatnonzero(counts)
    means = sums[known] / counts[known, None]
    if len(known) == columns:
        return means
    everywhere = np.arange(columns)
    return np.stack([np.interp(everywhere, known, band) for band in means.T], axis=1)


def _filled(values: Block) -> Block:
    """Give columns without a sample (sound shorter than the picture is wide) their neighbours' value."""
    known = np.flatnonzero(np.isfinite(values))
    return np.interp(np.arange(len(values)), known, values[known]).astype(np.float32)
