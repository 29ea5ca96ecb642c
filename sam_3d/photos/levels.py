"""How low and how high the object must reach, from outlines alone: the foot and the top of what they leave.

Seen from above, outlines leave a roof over a flat top and a cone under a flat foot. But each ray through an
outline's edge touches the object somewhere in what is left. So the object reaches at least down to the
highest such place of the lowest ray, and at least up to the lowest such place of the highest one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, eq=False)
class Contacts:
    """Where rays through one outline's edge may touch the object.

    Args:
        points: (R, D, 3) places along R rays, in the world.
        touching: (R, D) bool, whether the ray may touch there; at least once on each ray.
    """

    points: NDArray[np.float64]
    touching: NDArray[np.bool_]

    def reach(self, way: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (R,) how far along a (3,) unit direction each ray touches at least, and at most."""
        along = self.points @ way
        least = np.where(self.touching, along, np.inf).min(1)
        return least, np.where(self.touching, along, -np.inf).max(1)


def contacts(outlines: Sequence[Outline], box: Box) -> list[Contacts]:
    """Return where the edges of outlines may touch, of those that agree with the others.

    Args:
        outlines: At least three.
        box: Corners that hold the object.
    """
    low, high = box
    size = float((high - low).max()) / 3  # bounds leave room of that measure around the object
    middle = (low + high) / 2
    found = []
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
            found.append(Contacts(points[told], touching[told]))
    return found


def levels(touched: Sequence[Contacts]) -> tuple[float, float]:
    """Return the heights (y) of the foot and of the top; infinite where the outlines do not tell."""
    if len(touched) < 3:
        return -np.inf, np.inf
    up = np.array([0.0, 1.0, 0.0])
    reached = [item.reach(up) for item in touched]
    feet = [float(most.min()) for _, most in reached]
    tops = [float(least.max()) for least, _ in reached]
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
