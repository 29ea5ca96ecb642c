"""Follow slow changes within a stretch: the level of the reference in the mix, and its clock.

Around a first fit E a mix is X ≈ (1 + g(t) − jω d(t)) E: what a changed gain adds points along E, and what a
changed delay adds stands at right angles to it and grows with frequency. Both are measured frame by frame
over all bins by weighted least squares, kept only where they stand out of their own uncertainty, smoothed
along time, and put into the reference, which is then fitted again.
"""

import numpy as np
from numpy.typing import NDArray

from sam_audio.reference.filter import REDUNDANCY, TINY, Taps, Weights, fit, weights_of
from shared.encoders.audio import Frames, Stft

WINDOW_HOPS = 16  # 0.34 s at 48 kHz
LOW_SHARE, LOW_PASSES = 4, 4  # first passes take the lowest quarter of the bins
FULL_PASSES = 2
SETTLED_GAIN, SETTLED_SAMPLES = 2e-3, 5e-3  # changes too small to matter
LEAST_RISE = 16.0  # of twice the log likelihood: 4 standard deviations
Track = NDArray[np.float64]


def follow(mix: Frames, reference: Frames, taps: Taps, stft: Stft, *, valid: Weights, rounds: int) -> Frames:
    """Fit, follow level and clock, and fit again until nothing more is to be followed.

    The low frequencies come first: they forgive a larger error of the clock, and cost less.

    Args:
        mix: (C, M, bins).
        reference: (K, behind + M + ahead, bins).
        taps: The reach of the fit.
        stft: How both were cut.
        valid: (M,) how much each frame of the mix counts.
        rounds: Of the final fit.

    Returns:
        (C, M, bins): the reference's sound in the mix.
    """
    low = slice(0, max(stft.bins // LOW_SHARE, 2))
    passes = [(low, rounds - 1)] * LOW_PASSES + [(slice(None), rounds)] * FULL_PASSES
    found, settled = mix, False
    for bins, count in passes:
        if settled and bins == low:
            continue
        found = fit(mix[:, :, bins], reference[:, :, bins], taps, valid=valid, rounds=count).frames
        gain, delay = measure(mix[:, :, bins], found, stft, valid=valid)
        settled = np.abs(gain).max() < SETTLED_GAIN and np.abs(delay).max() < SETTLED_SAMPLES
        if settled and bins != low:
            return found
        if not settled:
            reference = adjusted(reference, gain, delay, taps, stft)
    return fit(mix, reference, taps, valid=valid, rounds=rounds).frames


def measure(mix: Frames, found: Frames, stft: Stft, *, valid: Weights) -> tuple[Track, Track]:
    """Return by how much gain (relative) and delay (samples) differ from the fit.

    Args:
        mix: (C, M, bins), or the lowest bins of it.
        found: What the fit says of it.
        stft: How both were cut.
        valid: (M,) how much each frame counts.

    Returns:
        (M,) each; all 0 where nothing stands out of the uncertainty.
    """
    omega = 2 * np.pi * np.arange(mix.shape[2], dtype=np.float32) / stft.n_fft
    rest = mix - found
    weights = weights_of(rest, valid)
    toward = (found.conj() * rest).sum(0) * weights  # real: along E; imaginary: at right angles to it
    power = np.square(np.abs(found)).sum(0) * weights
    gain = tracked(toward.real.sum(1), power.sum(1))
    delay = tracked(-(toward.imag * omega).sum(1), (power * omega**2).sum(1))
    return np.clip(gain, -0.9, 3.0), np.clip(delay, -1.0, 1.0)


def tracked(product: NDArray[np.floating], energy: NDArray[np.floating]) -> Track:
    """Return a smooth track of product / energy: a straight line, and a random walk about it.

    Either is kept only where the likelihood rises clearly; the walk's step is the likeliest one.

    Args:
        product: (M,) weighted least squares' right side, frame by frame.
        energy: (M,) its left side.

    Returns:
        (M,); all 0 for less than three windows.
    """
    frames = len(product)
    if frames < 3 * WINDOW_HOPS:
        return np.zeros(frames)
    edges = np.linspace(0, frames, max(2, frames // WINDOW_HOPS + 1)).astype(int)[:-1]
    left = np.add.reduceat(energy.astype(np.float64), edges)
    value = np.add.reduceat(product.astype(np.float64), edges) / np.maximum(left, TINY)
    spread = REDUNDANCY / np.maximum(left, TINY)  # variance of each value
    places = edges + np.diff([*edges, frames]) / 2
    time = (places - places.mean()) / frames
    basis = np.stack([np.ones_like(time), time])
    value -= np.average(value, weights=1 / spread)  # what does not change is the filter's own affair
    gram = (basis / spread) @ basis.T
    gram += 1e-9 * np.trace(gram) * np.eye(2)  # all the sound may lie in one window
    line = np.linalg.solve(gram, (basis / spread) @ value) @ basis
    if np.sum((value**2 - (value - line) ** 2) / spread) < LEAST_RISE:
        line = np.zeros_like(value)
    walk = _walk(value - line, spread)
    return np.interp(np.arange(frames), places, line + walk)


def _walk(value: Track, spread: Track) -> Track:
    """Return the likeliest random walk through uncertain values (zeros when that is likeliest)."""
    count = np.arange(len(value))
    steps = np.minimum(count[:, None], count[None, :]) + 1.0
    best, walk = _misfit(value, np.diag(spread)) - LEAST_RISE, np.zeros_like(value)
    for variance in 10.0 ** np.arange(-9, 1):
        shared = variance * (steps + 10)
        whole = shared + np.diag(spread)
        if (misfit := _misfit(value, whole)) < best:
            best, walk = misfit, shared @ np.linalg.solve(whole, value)
    return walk


def _misfit(value: Track, covariance: NDArray[np.float64]) -> float:
    """Return −2 log likelihood of a Gaussian, less its constant."""
    return float(np.linalg.slogdet(covariance)[1] + value @ np.linalg.solve(covariance, value))


def adjusted(reference: Frames, gain: Track, delay: Track, taps: Taps, stft: Stft) -> Frames:
    """Return the reference with its level and delay changed frame by frame."""
    omega = 2 * np.pi * np.arange(stft.bins) / stft.n_fft
    gain = np.pad(1 + gain, (taps.behind, taps.ahead), mode="edge")
    delay = np.pad(delay, (taps.behind, taps.ahead), mode="edge")
    factor = gain[:, None] * np.exp(-1j * delay[:, None] * omega)
    return (reference * factor).astype(np.complex64)
