"""Where in a recording it sounds like an example: normalised cross-correlation of outlines.

An outline is the level in mel bands, compressed and above each band's usual level. Bands count by how much
the example stands out in them, so that other sounds at other frequencies do not hide a match.
"""

import numpy as np
from numpy.typing import NDArray

Outline = NDArray[np.float32]
BANDS = 32
COMPRESSION = 0.25  # exponent on power; best of 0.15, 0.25 and logarithms at telling matches from others
PIECE_FRAMES = 1 << 14  # correlated at a time: bounded memory
LEAST_SPREAD = 1e-9  # of levels that reach from 0 to 1: rounding has no likeness
FAINT = 0.2  # a stretch whose energy is below this share of the strongest one's is no example


def outline(powers: Outline) -> Outline:
    """Return compressed levels above the usual one of each band, (F, bands).

    Args:
        powers: (F, bands) of a whole recording.
    """
    levels = (powers / max(float(powers.max()), 1e-30)) ** COMPRESSION
    return (levels - np.median(levels, axis=0)).astype(np.float32)


def likeness(levels: Outline, example: slice, *, most: int) -> NDArray[np.float64]:
    """Return how like the example, or the nearest stretch of it, each frame is, (F,) in −1..1.

    Args:
        levels: (F, bands) outline of the recording.
        example: Which frames are the example.
        most: Frames of a stretch; a longer example is cut into stretches that overlap by half.
    """
    found = np.full(len(levels), -1.0)
    for stretch in _stretches(levels, example, most):
        weights = _weights(levels[stretch])
        score = scores(levels * weights, levels[stretch] * weights)
        np.maximum(found, _covered(score, stretch.stop - stretch.start), out=found)
    return found


def _stretches(levels: Outline, example: slice, most: int) -> list[slice]:
    length = example.stop - example.start
    if length <= 1.5 * most:
        return [example]
    count = -(-2 * length // most) - 1
    starts = np.linspace(example.start, example.stop - most, count).round().astype(int)
    stretches = [slice(int(start), int(start) + most) for start in starts]
    energies = [float((np.maximum(levels[stretch], 0) ** 2).sum()) for stretch in stretches]
    return [s for s, energy in zip(stretches, energies, strict=True) if energy >= FAINT * max(energies)]


def _weights(patch: Outline) -> Outline:
    """Return how much the patch stands out in each band or its neighbours, (bands,) in 0..1."""
    from scipy.ndimage import maximum_filter1d

    standing = np.maximum(patch, 0).mean(0)
    weights = np.asarray(maximum_filter1d(standing / max(float(standing.max()), 1e-30), 3))
    return weights.astype(np.float32)


def scores(levels: Outline, patch: Outline) -> NDArray[np.float64]:
    """Return the correlation of each stretch of the recording with a patch, (F − length + 1,) in −1..1.

    Args:
        levels: (F, bands) outline of the recording, F at least the patch's length.
        patch: (length, bands) outline to look for.
    """
    length = len(patch)
    centred = patch.astype(np.float64) - patch.mean()
    strength = np.sqrt((centred**2).sum())
    if strength == 0:
        return np.full(len(levels) - length + 1, -1.0)
    pieces = range(0, len(levels) - length + 1, PIECE_FRAMES)
    return np.concatenate(
        [_scores(levels[at : at + PIECE_FRAMES + length - 1], centred / strength) for at in pieces]
    )


def _scores(levels: Outline, unit: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.signal import oaconvolve

    wide = levels.astype(np.float64)
    matched = oaconvolve(wide, unit[::-1], mode="valid", axes=0).sum(1)
    sums, squares = (_sliding(values.sum(1), len(unit)) for values in (wide, wide**2))
    spread = np.sqrt(np.maximum(squares - sums**2 / unit.size, LEAST_SPREAD))
    return np.clip(matched / spread, -1, 1)


def _sliding(values: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    total = np.concatenate([[0.0], np.cumsum(values)])
    return total[length:] - total[:-length]


def _covered(score: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Return for each frame the best score of the stretches that cover it, (F,)."""
    from scipy.ndimage import maximum_filter1d

    edge = np.full(length - 1, -1.0)
    best = maximum_filter1d(np.concatenate([edge, score, edge]), length, mode="constant", cval=-1.0)
    return best[length // 2 : length // 2 + len(score) + length - 1]
