"""How low and how high the object must reach, from outlines alone: the foot and the top of what they leave.

Seen from above, outlines leave a roof over a flat top and a cone under a flat foot. But each ray through an
outline's edge touches the object somewhere in what is left. So the object reaches at least down to the
highest such place of the lowest ray, and at least up to the lowest such place of the highest one.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.cameras import place, rays
from sam_3d.photos.carving import Outline

_EDGE_POINTS, _DEPTHS = 110, 140
_TOLERANCE = 0.004  # of the box: how far beside what is left a ray may pass
_MISSED = 0.03  # of the box: a ray that passes farther contradicts the others, and tells nothing
_BORDER_PX = 2
_WRONG = 0.2  # share of the outlines that may be wrong

Box = tuple[NDArray[np.float64], NDArray[np.float64]]


def levels(outlines: Sequence[Outline], box: Box) -> tuple[float, float]:
    """Return the heights (y) of the foot and of the top; infinite where the outlines do not tell.

    Args:
        outlines: At least three.
        box: Corners that hold the object.
    """
    low, high = box
    size = float((high - low).max()) / 3  # bounds leave room of that measure around the object
    middle = (low + high) / 2
    feet, tops = [], []
    for i, item in enumerate(outlines):
        edge = _edge(item)
        if not len(edge):
            continue
        start = place(item.view)
        away = float(np.linalg.norm(middle - start))
        along = np.linspace(away - 1.3 * size, away + 1.3 * size, _DEPTHS)
        points = start + along[None, :, None] * rays(item.view, edge)[:, None]
        left = np.full(len(edge) * _DEPTHS, np.inf, np.float32)
        for other in [*outlines[:i], *outlines[i + 1 :]]:
            np.minimum(left, other.at(points.reshape(-1, 3)), out=left)
        left = left.reshape(len(edge), _DEPTHS)
        best = left.max(1, keepdims=True)
        touching = (left >= np.minimum(best, 0) - _TOLERANCE * size) & (best > -_MISSED * size)
        told = touching.any(1)
        if told.any():
            height = points[told, :, 1]
            feet.append(float(np.where(touching[told], height, -np.inf).max(1).min()))
            tops.append(float(np.where(touching[told], height, np.inf).min(1).max()))
    if len(feet) < 3:
        return -np.inf, np.inf
    # Few outlines may be wrong: the extreme ones do not count.
    skipped = max(1, int(_WRONG * len(feet)))
    return sorted(feet)[skipped], sorted(tops)[-1 - skipped]


def _edge(item: Outline) -> NDArray[np.float64]:
    """Return (N, 2) pixel positions evenly along an outline, away from the picture's border."""
    from skimage import measure

    lines = measure.find_contours(item.distance, 0.0)
    if not lines:
        return np.zeros((0, 2))
    points = np.concatenate(lines)[:, ::-1] + 0.5
    height, width = item.distance.shape
    points = points[((points > _BORDER_PX) & (points < (width - _BORDER_PX, height - _BORDER_PX))).all(1)]
    if not len(points):
        return points
    return points[np.linspace(0, len(points) - 1, min(_EDGE_POINTS, len(points))).astype(int)]
