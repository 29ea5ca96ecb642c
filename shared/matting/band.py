"""The band along the outline of a mask in which pixels may be partly the object, and a first guess there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CORE = (
    0.6  # pixels at this share of the largest depth around them are surely on their side, however thin it is
)
SHARE, LEAST_PX, MOST_PX = 0.035, 3.0, 30.0  # automatic width: a share of the root of the object's area


@dataclass(frozen=True, eq=False)
class Band:
    """What is sure, and what is to be found.

    Args:
        known: (h, w) float32: 1 on the object, 0 beside it.
        unknown: (h, w) bool, the band.
        depth: (h, w) float32: distance from the outline in pixels, below 0 beside the object.
        width_px: How far the band reaches to either side.
    """

    known: NDArray[np.float32]
    unknown: NDArray[np.bool_]
    depth: NDArray[np.float32]
    width_px: float


def band_of(mask: NDArray[np.bool_], width_px: float) -> Band:
    """Return the band of a mask.

    Args:
        mask: (h, w) bool.
        width_px: How far from the outline pixels may be partly the object.
    """
    inner, outer = _depth(mask), _depth(~mask)
    unknown = ~(_sure(inner, width_px) | _sure(outer, width_px))
    return Band(mask.astype(np.float32), unknown, inner - outer, width_px)


def automatic_px(mask: NDArray[np.bool_]) -> float:
    """Return a width that fits the size of the object."""
    return float(np.clip(SHARE * np.sqrt(mask.sum()), LEAST_PX, MOST_PX))


def _depth(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    import cv2

    if mask.all():
        return np.full(mask.shape, np.float32(1e6))
    return np.asarray(cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5), np.float32)


def _sure(depth: NDArray[np.float32], width_px: float) -> NDArray[np.bool_]:
    """Return where a side is sure: deep enough, or the core of what is thin."""
    import cv2

    reach = int(np.ceil(width_px))
    patch = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    around = np.asarray(cv2.dilate(depth, patch))
    return (depth > width_px) | ((depth >= 1.5) & (depth >= CORE * around) & (depth > 0.25 * width_px))
