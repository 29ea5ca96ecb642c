"""Balance photos that were exposed or white-balanced differently."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_LEAST_SHARED = 30
_DARK, _BRIGHT = 8.0, 247.0
_STILL = 0.05  # how strongly factors are drawn to 1 where little is shared
_WIDEST = 0.7


def gains(sampled: Sequence[NDArray[np.float64]], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (N, 3) factors that make the views agree on the colours of what they both see.

    The logarithms g of the factors are the least squares solution of g_i − g_j = median(log c_j − log c_i)
    over all pairs that share enough, with a weak pull towards 0.

    Args:
        sampled: For each view the (V, 3) colours 0..255 of all vertices.
        weights: (N, V) how well each view sees them.
    """
    count = len(sampled)
    good = [
        (w > 0.02) & (c.min(1) > _DARK) & (c.max(1) < _BRIGHT) for c, w in zip(sampled, weights, strict=True)
    ]
    logs = [np.log(np.maximum(c, 1.0)) for c in sampled]
    matrix, right = _STILL * np.eye(count), np.zeros((count, 3))
    for i in range(count):
        for j in range(i + 1, count):
            both = good[i] & good[j]
            if both.sum() < _LEAST_SHARED:
                continue
            apart = np.median(logs[j][both] - logs[i][both], axis=0)
            matrix[i, i] += 1
            matrix[j, j] += 1
            matrix[i, j] -= 1
            matrix[j, i] -= 1
            right[i] += apart
            right[j] -= apart
    return np.exp(np.clip(np.linalg.solve(matrix, right), -_WIDEST, _WIDEST))
