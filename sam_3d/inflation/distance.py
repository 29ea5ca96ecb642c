"""The distance to an outline, inside and outside, finer than a cell."""

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation.outline import FloatGrid, trace

_SAMPLES_A_CELL = 6


def signed_distance(coverage: FloatGrid) -> FloatGrid:
    """Measure the distance of each cell's centre to the 0.5 contour of a coverage.

    Args:
        coverage: (h, w) float32 in 0..1, 0 on the outermost cells, above 0.5 somewhere.

    Returns:
        (h, w) float32 in cells, negative inside.
    """
    from scipy import spatial

    rows, columns = np.indices(coverage.shape)
    near = spatial.cKDTree(contour_points(coverage))  # type: ignore[attr-defined]
    distance, _ = near.query(np.stack([columns.ravel(), rows.ravel()], axis=1))
    signed = np.where(coverage.ravel() > 0.5, -distance, distance)
    return np.asarray(signed.reshape(coverage.shape), np.float32)


def half_width_px(mask: NDArray[np.bool_]) -> float:
    """Return the radius in pixels of the largest disc inside a (H, W) mask that is not empty."""
    traced = trace(mask)
    return -float(signed_distance(traced.coverage).min()) * traced.cell_px


def contour_points(coverage: FloatGrid) -> NDArray[np.float64]:
    """Return (N, 2) points (column, row), a sixth of a cell apart, on the 0.5 contour of a coverage."""
    from skimage import measure

    found = []
    for line in measure.find_contours(coverage, 0.5):
        steps = np.arange(_SAMPLES_A_CELL)[None, :, None] / _SAMPLES_A_CELL
        found.append((line[:-1, None] + steps * (line[1:] - line[:-1])[:, None]).reshape(-1, 2))
    return np.concatenate(found)[:, ::-1]


def eroded(distance: FloatGrid, depth: float) -> FloatGrid:
    """Return a coverage (h, w) of what lies more than `depth` cells inside an outline."""
    return np.asarray(np.clip(0.5 - (distance + depth), 0, 1), np.float32)
