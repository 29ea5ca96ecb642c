"""Spectra that a sound is made of, learnt from examples, and how much of each bin they explain.

Non-negative matrix factorisation under the Kullback–Leibler divergence (Lee and Seung 2001) on magnitudes,
semi-supervised (Smaragdis, Raj and Shashanka 2007): the spectra of the surroundings are learnt first and kept
fixed while those of the sound are learnt from the places where it is heard.
"""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
LEARNING_STEPS, FITTING_STEPS = 60, 25
TINY = np.float32(1e-9)


def learnt(magnitudes: Matrix, count: int, *, known: Matrix | None = None, seed: int = 0) -> Matrix:
    """Return spectra that, with those known, make up the frames best.

    Args:
        magnitudes: (F, bins), at least one frame.
        count: How many spectra to learn.
        known: (K, bins) spectra that are there as well, and stay as they are.
        seed: Of the start.

    Returns:
        (count, bins), each of sum 1.
    """
    rng = np.random.default_rng(seed)
    picked = rng.permutation(len(magnitudes))[:count]
    start = magnitudes[np.resize(picked, count)] * rng.uniform(0.5, 1.5, (count, magnitudes.shape[1]))
    new = _normed(start.astype(np.float32) + TINY + 0.01 * magnitudes.mean(0))
    fixed = np.zeros((0, new.shape[1]), np.float32) if known is None else known
    weights = _start(magnitudes, len(fixed) + count)
    for _ in range(LEARNING_STEPS):
        spectra = np.concatenate([fixed, new])
        weights = _fitted_once(magnitudes, spectra, weights)
        ratio = magnitudes / (weights @ spectra + TINY)
        share = weights[:, len(fixed) :]
        new = _normed(new * (share.T @ ratio) / (share.sum(0)[:, None] + TINY))
    return new


def explained(magnitudes: Matrix, spectra: Matrix, others: Matrix) -> tuple[Matrix, Matrix]:
    """Return what the spectra, and what the others, put into each bin, twice (F, bins).

    Every frame is fitted on its own, so that the result does not depend on its neighbours.
    """
    both = np.concatenate([spectra, others])
    weights = _start(magnitudes, len(both))
    for _ in range(FITTING_STEPS):
        weights = _fitted_once(magnitudes, both, weights)
    return weights[:, : len(spectra)] @ spectra, weights[:, len(spectra) :] @ others


def _start(magnitudes: Matrix, count: int) -> Matrix:
    even = np.repeat(magnitudes.sum(1, keepdims=True) / count, count, axis=1)
    return np.asarray(even, np.float32)


def _fitted_once(magnitudes: Matrix, spectra: Matrix, weights: Matrix) -> Matrix:
    """One multiplicative step; spectra add up to 1, so no division by their sum."""
    return np.asarray(weights * ((magnitudes / (weights @ spectra + TINY)) @ spectra.T), np.float32)


def _normed(spectra: Matrix) -> Matrix:
    return np.asarray(spectra / (spectra.sum(1, keepdims=True) + TINY), np.float32)
