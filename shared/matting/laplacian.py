"""Closed-form matting (Levin, Lischinski & Weiss, 2008) on the pixels of a band, with a prior.

Within each window of 3 × 3 pixels opacity is taken to be a linear function of colour. What that leaves
over, summed over all windows, is a quadratic form of the opacities; known pixels and a prior pin it down.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

EPSILON = 1e-4  # variance of colour (0..1) that each window is given beside its own
REACH = 2  # pixels of one window are at most so many rows or columns apart
MOST_STEPS, TOLERANCE = 300, 1e-3  # of the conjugate gradients
PLACES = [(row, column) for row in (-1, 0, 1) for column in (-1, 0, 1)]


def solved(
    colors: NDArray[np.float32],
    known: NDArray[np.float32],
    unknown: NDArray[np.bool_],
    prior: NDArray[np.float32],
    trust: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return opacities that follow the colours, keep the known ones and lean on the prior.

    Args:
        colors: (h, w, 3), 0..1; at least 3 × 3 pixels.
        known: (h, w), 0..1; read where `unknown` is False.
        unknown: (h, w) bool, the band.
        prior: (h, w), 0..1, an opacity from elsewhere.
        trust: (h, w), the weight of the prior; above 0 in the band.

    Returns:
        (h, w), 0..1.
    """
    from scipy.sparse import diags
    from scipy.sparse.linalg import cg

    result = known.astype(np.float32)
    if not unknown.any():
        return result
    matrix, fixed = _equations(*(_framed(part) for part in (colors, result, unknown)))
    weight = trust[unknown].astype(np.float64)
    matrix = (matrix + diags(weight)).tocsr()
    wanted = weight * prior[unknown] - fixed
    scale = diags(1 / matrix.diagonal())
    start = prior[unknown].astype(np.float64)
    found, _ = cg(matrix, wanted, x0=start, rtol=TOLERANCE, maxiter=MOST_STEPS, M=scale)
    result[unknown] = np.clip(found, 0, 1)
    return result


def _equations(
    colors: NDArray[np.float32], known: NDArray[np.float32], unknown: NDArray[np.bool_]
) -> tuple[Any, NDArray[np.float64]]:
    """Return the Laplacian among unknown pixels (sparse, N × N), and what known neighbours add (N)."""
    from scipy.sparse import csr_matrix

    width, count = unknown.shape[1], int(unknown.sum())
    spots = np.flatnonzero(unknown)
    number = np.full(unknown.size, -1, np.int32)
    number[spots] = np.arange(count, dtype=np.int32)
    weights = _stencil(colors, unknown, number, count)
    steps = np.array([r * width + c for r in range(-REACH, REACH + 1) for c in range(-REACH, REACH + 1)])
    others = spots[:, None] + steps[None, :]
    columns = number[others]
    inner = columns >= 0
    fixed = np.where(inner, 0, weights * known.ravel()[others]).sum(axis=1, dtype=np.float64)
    rows = np.concatenate([[0], np.cumsum(inner.sum(axis=1))])
    matrix = csr_matrix((weights[inner].astype(np.float64), columns[inner], rows), shape=(count, count))
    return matrix, fixed


def _stencil(
    colors: NDArray[np.float32], unknown: NDArray[np.bool_], number: NDArray[np.int32], count: int
) -> NDArray[np.float32]:
    """Return (N, 25): the Laplacian between each unknown pixel and those up to two away, row by row."""
    import cv2

    width, side = unknown.shape[1], 2 * REACH + 1
    touching = cv2.dilate(unknown.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    for edge in (np.s_[: REACH + 1], np.s_[-REACH - 1 :]):
        touching[edge] = touching[:, edge] = False
    centres = np.flatnonzero(touching)
    window = centres[:, None] + np.array([r * width + c for r, c in PLACES])[None, :]
    inside = colors.reshape(-1, 3)[window]
    away = inside - inside.mean(axis=1, keepdims=True)
    spread = np.matmul(away.transpose(0, 2, 1), away) / len(PLACES)
    spread += np.eye(3, dtype=np.float32) * (EPSILON / len(PLACES))
    fitted = np.matmul(away, np.linalg.inv(spread))
    weights = np.zeros((count, side * side), np.float32)
    owner = number[window]
    for a, (row_a, column_a) in enumerate(PLACES):
        mine = owner[:, a] >= 0
        own = owner[mine, a]
        for b, (row_b, column_b) in enumerate(PLACES):
            alike = (1 + (fitted[mine, a] * away[mine, b]).sum(axis=1)) / len(PLACES)
            place = (row_b - row_a + REACH) * side + column_b - column_a + REACH
            weights[own, place] += float(a == b) - alike
    return weights


def _framed(values: NDArray[Any]) -> NDArray[Any]:
    """Put a frame of zeros around, so that no neighbour lies outside; windows that touch it do not count."""
    return np.pad(values, [(REACH, REACH), (REACH, REACH)] + [(0, 0)] * (values.ndim - 2))
