"""Predict what a mix holds of a reference: several frames of taps per frequency, solved all at once.

Convolutive transfer functions (Talmon, Cohen, Gannot 2009): in each bin of the spectrogram the reference's
sound in the mix is the sum of a few earlier frames of the reference, each times a complex tap; that covers
level, equaliser, polarity, parts of samples of delay, and a room. Least squares with each cell of the plane
weighted by one over the power of what remains there, as in the dereverberation of Nakatani et al. 2010, so
that the other sounds do not pull at the fit: it leans on their pauses. Every lag has a prior variance of its
own, learnt from the fit (MacKay 1992), so that taps the sound does not need shrink to nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.encoders.audio import Frames

BAND_BINS = 64  # bins that share their prior variances, and are solved together
SMOOTHING = 3  # frames and bins over which the power of what remains is averaged
POWER_FLOOR = 1e-3  # of the mean power in a bin: no cell counts for more than this allows
PRIOR_ROUNDS = 3  # times the prior is learnt anew for one set of weights
REDUNDANCY = (
    2.7  # frames of a Hann window at every quarter of its length overlap: they say less than they seem
)
FIRST_VARIANCE = 100.0  # +20 dB a tap: hardly any pull before the first fit
LEAST_VARIANCE = 1e-9
FAINT = 1e-10  # of the reference's loudest bin: what lies below is rounding, not sound
TINY = 1e-12

Weights = NDArray[np.float32]
Profile = NDArray[np.float64]
Equations = NDArray[np.complex128]


@dataclass(frozen=True)
class Taps:
    """How many frames of the reference each frame of the mix is predicted from.

    Args:
        ahead: Later frames; they make up for delays below the spacing of frames.
        behind: Earlier frames: the room's memory.
    """

    ahead: int
    behind: int

    @property
    def count(self) -> int:
        """Taps per bin and channel pair."""
        return self.ahead + 1 + self.behind


@dataclass(frozen=True, eq=False)
class Fitted:
    """A reference's sound as it is in the mix.

    Args:
        frames: (C, M, bins) complex64.
        profile: (count,) share of the taps' power at each lag, the latest frame first.
    """

    frames: Frames
    profile: Profile


def fit(mix: Frames, reference: Frames, taps: Taps, *, valid: Weights, rounds: int = 3) -> Fitted:
    """Fit the reference to the mix and return its sound there.

    Args:
        mix: (C, M, bins) complex64.
        reference: (K, behind + M + ahead, bins): as many frames more before and after.
        taps: The reach.
        valid: (M,) 0..1: how much each frame of the mix counts; 0 where it is cut off.
        rounds: Solutions, each with the weights that the one before gave.
    """
    found = np.empty(mix.shape, np.complex64)
    profile = np.zeros(taps.count)
    least = FAINT * float(np.square(np.abs(reference)).mean((0, 1)).max())
    for start in range(0, mix.shape[2], BAND_BINS):
        band = slice(start, start + BAND_BINS)
        found[:, :, band], part = _fit_band(
            mix[:, :, band], reference[:, :, band], taps, valid, rounds, least
        )
        profile += part
    return Fitted(found, profile / max(float(profile.sum()), TINY))


def _fit_band(
    mix: Frames, reference: Frames, taps: Taps, valid: Weights, rounds: int, least: float
) -> tuple[Frames, Profile]:
    """Solve a few neighbouring bins; also return the power predicted from each lag."""
    wanted = np.ascontiguousarray(mix.transpose(2, 1, 0))  # (bins, M, C)
    known = _lagged(reference, taps)  # (bins, M, K·count)
    power = np.square(np.abs(known)).mean((0, 1))  # per tap
    if power.mean() <= max(least, TINY) or not np.abs(wanted).max() > 0:
        return np.zeros_like(mix), np.zeros(taps.count)
    variance = np.full((known.shape[2], wanted.shape[2]), FIRST_VARIANCE)
    predicted = np.zeros_like(wanted)
    solved = np.zeros((len(wanted), *variance.shape), np.complex64)
    for _ in range(rounds):
        weights = weights_of((wanted - predicted).transpose(2, 1, 0), valid).T
        solved, variance = _solve(known, wanted, weights, variance)
        predicted = np.matmul(known, solved)
    per_tap = np.square(np.abs(solved)).sum((0, 2)) * power
    return predicted.transpose(2, 1, 0), per_tap.reshape(-1, taps.count).sum(0).astype(np.float64)


def _lagged(reference: Frames, taps: Taps) -> Frames:
    """Return (bins, M, K·count): for each frame, the reference's frames from the latest to the earliest."""
    windows = np.lib.stride_tricks.sliding_window_view(reference, taps.count, axis=1)  # (K, M, bins, count)
    lagged = windows[..., ::-1].transpose(2, 1, 0, 3)
    return np.ascontiguousarray(lagged).reshape(*lagged.shape[:2], -1)


def weights_of(rest: Frames, valid: Weights) -> Weights:
    """Return one over the power of what remains, smoothed over time and frequency.

    Args:
        rest: (C, M, bins) complex64.
        valid: (M,) factor for each frame.

    Returns:
        (M, bins) float32.
    """
    from scipy.ndimage import uniform_filter

    power = np.square(np.abs(rest)).mean(0)
    floor = POWER_FLOOR * (valid @ power) / max(float(valid.sum()), 1.0) + TINY
    return valid[:, None] / (uniform_filter(power, SMOOTHING, mode="nearest") + floor)


def _solve(
    known: Frames, wanted: Frames, weights: Weights, variance: NDArray[np.float64]
) -> tuple[Frames, NDArray[np.float64]]:
    """Solve the weighted normal equations; return taps (bins, K·count, C) and new prior variances."""
    weighted = (known * (weights[:, :, None] / REDUNDANCY)).conj().transpose(0, 2, 1)
    gram = np.matmul(weighted, known).astype(np.complex128)
    right = np.matmul(weighted, wanted).astype(np.complex128)
    solved = np.empty(right.shape, np.complex64)
    renewed = np.empty_like(variance)
    for channel in range(wanted.shape[2]):
        prior = variance[:, channel]
        for _ in range(PRIOR_ROUNDS):
            taps, certainty = _ridged(gram, right[:, :, channel, None], prior)
            power = np.square(np.abs(taps)).mean(0)
            prior = np.maximum(power / np.maximum(certainty, 1e-3), LEAST_VARIANCE)
        solved[:, :, channel] = taps
        renewed[:, channel] = prior
    return solved, renewed


def _ridged(
    gram: Equations, right: Equations, prior: NDArray[np.float64]
) -> tuple[Equations, NDArray[np.float64]]:
    """Return the taps under a prior, and how far the sound rather than the prior tells each, 0..1."""
    places = np.arange(gram.shape[1])
    ridged = gram.copy()
    ridged[:, places, places] += 1 / prior
    inverse = np.linalg.inv(ridged)
    certainty = 1 - inverse[:, places, places].real / prior
    return np.matmul(inverse, right)[:, :, 0], certainty.mean(0)
