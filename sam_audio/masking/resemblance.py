"""Learn from examples what a sound looks like and where it is heard, in three passes over a recording."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_audio.masking.dictionary import Matrix, learnt
from sam_audio.masking.ends import extended, pad_frames
from sam_audio.masking.likeness import BANDS, likeness, outline
from sam_audio.spectrum import band_weights
from shared.encoders.audio import Frames, Stft, analysed
from shared.media import AudioSource
from shared.progress import Progress

STRETCH_S = 0.4  # longer examples are looked for in stretches of this length
LEAST_STRETCH = 16  # frames
UNLIKE, ALIKE = 0.45, 0.65  # likeness that counts nothing, and fully; other sounds rarely exceed 0.5
SURELY_ELSE = 0.05  # frames less sure than this teach the surroundings
LEAST_ELSE = 0.15  # share of the recording that teaches the surroundings, when the sound is nearly everywhere
TARGET_SPECTRA, OTHER_SPECTRA = 12, 24
TARGET_FRAMES, OTHER_FRAMES = 500, 600
BLOCK_FRAMES = 1 << 16
Range = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Resemblance:
    """What was learnt of a sound.

    Args:
        activity: (F,) how surely the sound is heard in each frame, 0..1.
        target: (K, bins) spectra of the sound.
        others: (L, bins) spectra of everything else.
        background: (C, bins) mean power of everything else.
        best: Greatest likeness of a frame away from the examples, −1..1; −1 when there is none.
    """

    activity: NDArray[np.float64]
    target: Matrix
    others: Matrix
    background: NDArray[np.float64]
    best: float


def all_frames(source: AudioSource, stft: Stft, progress: Progress) -> Iterator[Frames]:
    """Yield the frames of a recording as `masking.ends.through_extended` cuts them."""

    def told() -> Iterator[Any]:
        place = 0
        for block in source.blocks(BLOCK_FRAMES):
            progress.step(place / source.frames, "compare with the example")
            yield block
            place += block.shape[1]

    return analysed(extended(told(), pad_frames(stft)), stft)


def learn(
    source: AudioSource, stft: Stft, liked: list[Range], disliked: list[Range], progress: Progress
) -> Resemblance:
    """Find where it sounds like the examples, and learn the sound and its surroundings there.

    Args:
        source: The recording.
        stft: How frames are cut.
        liked: Frames (first, end) that hold the sound; at least one range.
        disliked: Frames that hold other sounds.
        progress: Where to report and when to stop.
    """
    bands = band_weights(stft, source.sample_rate_hz, "mel", BANDS)
    parts = [power(frames) @ bands for frames in all_frames(source, stft, progress.within(0, 0.4))]
    levels = outline(np.concatenate(parts))
    most = max(LEAST_STRETCH, round(STRETCH_S * source.sample_rate_hz / stft.hop))
    found = _best(levels, liked, most)
    outside = np.ones(len(levels), bool)
    for first, end in (*liked, *disliked):
        beside = min(end - first, most)  # stretches that overlap an example are like it
        outside[max(first - beside, 0) : end + beside] = False
    activity = np.clip((found - UNLIKE) / (ALIKE - UNLIKE), 0, 1)
    if disliked:
        activity[_best(levels, disliked, most) > found] = 0
    _mark(activity, liked, 1.0)
    _mark(activity, disliked, 0.0)
    sure, quiet = activity > 0.5, _surroundings(activity, found)
    target, others, background = _spectra(source, stft, sure, quiet, progress.within(0.4, 1))
    best = float(found[outside].max()) if outside.any() else -1.0
    return Resemblance(activity, target, others, background, best)


def power(frames: Frames) -> Matrix:
    """Return the power of each bin, sum of the channels, (F, bins)."""
    return (frames.real**2 + frames.imag**2).sum(0)


def _best(levels: Matrix, ranges: list[Range], most: int) -> NDArray[np.float64]:
    return np.max([likeness(levels, slice(*frames), most=most) for frames in ranges], axis=0)


def _mark(activity: NDArray[np.float64], ranges: list[Range], value: float) -> None:
    for first, end in ranges:
        activity[first:end] = value


def _surroundings(activity: NDArray[np.float64], found: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return the frames without the sound; where it is nearly everywhere, those least like it."""
    quiet = activity < SURELY_ELSE
    if quiet.mean() >= LEAST_ELSE:
        return quiet
    return (found <= np.quantile(found, LEAST_ELSE)) & (activity < 1) | quiet


def _spectra(
    source: AudioSource,
    stft: Stft,
    sure: NDArray[np.bool_],
    quiet: NDArray[np.bool_],
    progress: Progress,
) -> tuple[Matrix, Matrix, NDArray[np.float64]]:
    """Return the spectra of the sound and of the others, and the others' mean power, channel by channel."""
    rng = np.random.default_rng(0)
    taught = {"sure": _some(sure, TARGET_FRAMES, rng), "quiet": _some(quiet, OTHER_FRAMES, rng)}
    kept: dict[str, list[Matrix]] = {name: [] for name in taught}
    background = np.zeros((source.channels, stft.bins))
    place = 0
    for frames in all_frames(source, stft, progress):
        here = slice(place, place + frames.shape[1])
        magnitudes = np.sqrt(power(frames))
        for name, wanted in taught.items():
            kept[name].append(magnitudes[wanted[here]])
        still = frames[:, quiet[here]]
        background += (still.real**2 + still.imag**2).sum(1, dtype=np.float64)
        place += frames.shape[1]
    others = np.zeros((0, stft.bins), np.float32)
    if quiet.any():
        others = learnt(np.concatenate(kept["quiet"]), OTHER_SPECTRA)
    target = learnt(np.concatenate(kept["sure"]), TARGET_SPECTRA, known=others)
    return target, others, background / max(int(quiet.sum()), 1)


def _some(chosen: NDArray[np.bool_], most: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return at most so many of the chosen frames, at random."""
    places = np.flatnonzero(chosen)
    picked = np.zeros_like(chosen)
    picked[rng.permutation(places)[:most]] = True
    return picked
