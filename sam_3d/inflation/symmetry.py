"""The line about which an outline mirrors best: the axis of turned things."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation.outline import FloatGrid

_ANGLES, _POINTS, _TRIES = 36, 3000, 3
# Things stand upright: a steeper axis wins over one that mirrors this much better.
_UPRIGHT_BONUS = 0.03


@dataclass(frozen=True)
class Axis:
    """A line on the outline's grid.

    Args:
        point: (column, row) on it, in cells: the foot of the outline's middle.
        angle_rad: Its direction from straight down, −π/2..π/2; positive turns the lower end to the left.
        likeness: IoU, 0..1, of the outline with its mirror picture about this line.
    """

    point: tuple[float, float]
    angle_rad: float
    likeness: float

    @property
    def down(self) -> NDArray[np.float64]:
        """(2,) unit vector (column, row) along the axis, downwards in the picture."""
        return np.array([-np.sin(self.angle_rad), np.cos(self.angle_rad)])

    @property
    def across(self) -> NDArray[np.float64]:
        """(2,) unit vector (column, row) at right angles to it."""
        return np.array([np.cos(self.angle_rad), np.sin(self.angle_rad)])


def mirror_axis(coverage: FloatGrid) -> Axis:
    """Find the axis of best mirror symmetry: coarse search over directions and offsets, then refinement.

    Args:
        coverage: (h, w) float32 in 0..1; the outline is its 0.5 contour.
    """
    from scipy import optimize

    rows, columns = np.nonzero(coverage > 0.5)
    points = np.stack([columns, rows], axis=1).astype(np.float64)
    points = points[:: max(1, len(points) // _POINTS)]
    middle = points.mean(0)
    size = float(np.ptp(points, axis=0).max()) + 1
    angles = (np.arange(_ANGLES) / _ANGLES - 0.5) * np.pi
    starts = [(angle, offset * size) for angle in angles for offset in (-0.08, 0.0, 0.08)]
    scores = [_likeness(start, points, middle, coverage) for start in starts]
    best = [starts[i] for i in np.argsort(scores)[::-1][:_TRIES]]
    found = []
    for angle, offset in [*best, (0.0, 0.0)]:
        simplex = np.array([(angle, offset), (angle + 0.05, offset), (angle, offset + 0.03 * size)])
        settings = {"initial_simplex": simplex, "maxfev": 40, "xatol": 1e-3, "fatol": 1e-4}
        done = optimize.minimize(
            lambda at: -_likeness(at, points, middle, coverage),
            simplex[0],
            method="Nelder-Mead",
            options=settings,
        )
        turned = float((done.x[0] + np.pi / 2) % np.pi - np.pi / 2)
        flip = -1 if abs(done.x[0] - turned) > 1 else 1
        found.append((-float(done.fun), turned, flip * float(done.x[1])))
    likeness, angle, offset = max(found, key=lambda f: f[0] + _UPRIGHT_BONUS * float(np.cos(f[1]) ** 2))
    across = np.array([np.cos(angle), np.sin(angle)])
    at = middle + offset * across
    return Axis((float(at[0]), float(at[1])), angle, likeness)


def mirrored(points: NDArray[np.float64], axis: Axis) -> NDArray[np.float64]:
    """Return (N, 2) points (column, row) reflected about an axis."""
    return _reflected(points, np.asarray(axis.point), axis.across)


def _reflected(
    points: NDArray[np.float64], at: NDArray[np.float64], across: NDArray[np.float64]
) -> NDArray[np.float64]:
    return points - 2 * ((points - at) @ across)[:, None] * across


def _likeness(
    line: NDArray[np.float64] | tuple[float, float],
    points: NDArray[np.float64],
    middle: NDArray[np.float64],
    coverage: FloatGrid,
) -> float:
    """Return the IoU of the outline with its mirror picture: |M ∩ M'| / (2|M| − |M ∩ M'|)."""
    from scipy import ndimage

    angle, offset = float(line[0]), float(line[1])
    across = np.array([np.cos(angle), np.sin(angle)])
    there = _reflected(points, middle + offset * across, across)
    hit = ndimage.map_coordinates(coverage, there[:, ::-1].T, order=1, mode="constant")
    shared_part = float(np.clip((hit - 0.25) * 2, 0, 1).mean())
    return shared_part / (2 - shared_part)
