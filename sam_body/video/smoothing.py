"""Smooth curves over time without lag, and fill their gaps.

Curves are smoothed by penalised least squares (Whittaker 1923; Eilers 2003): the sum of weighted squared
distances from the data, plus lambda times the sum of squared second differences. Its gain at f hertz is
1 / (1 + lambda (2 sin(pi f / fps))^4): one half at the cut-off, and well below half the frame rate that of a
second-order Butterworth filter run forth and back. Rotations are smoothed as quaternions of one sign.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def smoothed(values: Array, weights: Array, cutoff_hz: float, fps: float) -> Array:
    """Return (N, D) smoothed values.

    Args:
        values: (N, D), one row a frame.
        weights: (N,) trust in each row, ≥ 0; at least one above 0.
        cutoff_hz: Frequency that is halved; 0 leaves the values as they are.
        fps: Frames a second.
    """
    from scipy.linalg import solveh_banded

    count = len(values)
    if not cutoff_hz or count < 3:
        return values.copy()
    strength = (2 * np.sin(np.pi * min(cutoff_hz / fps, 0.49))) ** -4.0
    # Second differences: the penalty's matrix has two bands above its diagonal.
    bands = np.zeros((3, count))
    for offset, by in enumerate((1.0, -2.0, 1.0)):
        for other, also in enumerate((1.0, -2.0, 1.0)):
            apart = other - offset
            if apart >= 0:
                bands[2 - apart, other : count - 2 + other] += strength * by * also
    weight = np.maximum(weights, 1e-9 * max(float(weights.max()), 1e-9))
    bands[2] += weight
    return np.asarray(solveh_banded(bands, values * weight[:, None]))


def smoothed_turns(turns: Array, weights: Array, cutoff_hz: float, fps: float) -> Array:
    """Return (N, 3, 3) smoothed rotations of one joint.

    Args:
        turns: (N, 3, 3).
        weights: (N,) trust in each.
        cutoff_hz: As in `smoothed`.
        fps: Frames a second.
    """
    from scipy.spatial.transform import Rotation

    if not cutoff_hz or len(turns) < 3:
        return turns.copy()
    quaternions = one_sign(Rotation.from_matrix(turns).as_quat())
    return Rotation.from_quat(smoothed(quaternions, weights, cutoff_hz, fps)).as_matrix()


def one_sign(quaternions: Array) -> Array:
    """Return (N, 4) the same rotations as quaternions that do not jump from one sign to the other."""
    flips = np.where((quaternions[1:] * quaternions[:-1]).sum(-1, keepdims=True) < 0, -1.0, 1.0)
    return np.concatenate([quaternions[:1], quaternions[1:] * np.cumprod(flips, axis=0)])


def filled_values(frames: NDArray[np.int64], values: Array, count: int | None = None) -> Array:
    """Return (N, D) values of every frame, straight lines over the gaps.

    Args:
        frames: (M,) rising indices.
        values: (M, D).
        count: Frames from 0 on, the ends held; from the first to the last of `frames` when not given.
    """
    every = np.arange(frames[0], frames[-1] + 1) if count is None else np.arange(count)
    return np.stack([np.interp(every, frames, column) for column in values.T], axis=1)


def filled_turns(frames: NDArray[np.int64], turns: Array) -> Array:
    """Return (N, J, 3, 3) rotations of every frame, turned evenly over the gaps (spherical interpolation).

    Args:
        frames: (M,) rising indices.
        turns: (M, J, 3, 3).
    """
    from scipy.spatial.transform import Rotation, Slerp

    if len(frames) < 2:
        return turns.copy()
    every = np.arange(frames[0], frames[-1] + 1)
    columns = [Slerp(frames, Rotation.from_matrix(turn))(every).as_matrix() for turn in turns.swapaxes(0, 1)]
    return np.stack(columns, axis=1)
