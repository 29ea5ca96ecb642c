"""Measure a sound for its picture: extremes and mel levels, column by column, in bounded memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.encoders.audio import Block, mel_powers, mel_stft
from shared.media import AudioSource

BANDS = 96
POWER_FLOOR = 1e-12  # −120 dB
SPECTRA_PER_COLUMN = 8  # of longer sounds, only so many spectra are measured a column


@dataclass(frozen=True, eq=False)
class Profile:
    """What a picture of a sound shows.

    Args:
        low: (N,) smallest sample in each column, over all channels.
        high: (N,) largest.
        mel_db: (96, N) power in mel bands, low to high, dB; a full-scale sine is about 0.
        duration_s: Length.
        sample_rate_hz: Bands reach to half of it.
    """

    low: Block
    high: Block
    mel_db: Block
    duration_s: float
    sample_rate_hz: int


def profile(source: AudioSource, columns: int) -> Profile:
    """Measure a sound in one pass.

    Args:
        source: The sound.
        columns: How many columns to divide its length into, at least 1.
    """
    stft = mel_stft(source.sample_rate_hz)
    low, high = np.full(columns, np.inf, np.float32), np.full(columns, -np.inf, np.float32)
    column_frames = source.frames / columns
    if column_frames <= SPECTRA_PER_COLUMN * stft.hop:
        blocks = _watched(source.blocks(1 << 16), source.frames, low, high)
        powers = np.concatenate(list(mel_powers(blocks, source.sample_rate_hz, BANDS)))
        centres = np.arange(len(powers)) * stft.hop + stft.n_fft / 2 - stft.lead
    else:
        powers, centres = _sampled(source, columns, low, high)
    places = np.clip((centres / column_frames).astype(int), 0, columns - 1)
    mel_db = 10 * np.log10(np.maximum(_columns(powers, places, columns), POWER_FLOOR)).T
    duration_s = source.frames / source.sample_rate_hz
    return Profile(_filled(low), _filled(high), mel_db.astype(np.float32), duration_s, source.sample_rate_hz)


def _watched(blocks: Iterator[Block], frames: int, low: Block, high: Block) -> Iterator[Block]:
    """Pass blocks on, and note their extremes in the columns they fall into."""
    place = 0
    for block in blocks:
        columns = ((place + np.arange(block.shape[1])) * len(low)) // frames
        np.minimum.at(low, columns, block.min(0))
        np.maximum.at(high, columns, block.max(0))
        place += block.shape[1]
        yield block


def _sampled(source: AudioSource, columns: int, low: Block, high: Block) -> tuple[Block, NDArray[Any]]:
    """Note all extremes, but measure only a few spectra at the start of each column's share."""
    stft = mel_stft(source.sample_rate_hz)
    wanted = stft.n_fft + (SPECTRA_PER_COLUMN - 1) * stft.hop
    step = -(-source.frames // columns)
    rows, centres = [], []
    for index, block in enumerate(_watched(source.blocks(step), source.frames, low, high)):
        spectra = list(mel_powers(iter([block[:, :wanted]]), source.sample_rate_hz, BANDS))
        rows.append(np.concatenate(spectra)[3:-3].mean(0, keepdims=True))
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
