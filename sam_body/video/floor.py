"""The floor that several people's planted feet tell, and the world that stands on it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sam_body.start import swing

Array = NDArray[np.float64]

ROLL_SPREAD, PITCH_SPREAD = 0.03, 0.2
"""How far cameras lean, before anything is seen, radians: hardly sideways, up and down by some 11 degrees."""
HEIGHT_SPREAD_M = 0.03
OUTLIER_M = 0.1


def floor_plane(points: Array, lifts: Array) -> tuple[Array, float]:
    """Return the floor's unit normal and its height along it, camera frame.

    Args:
        points: (K, 3) where heels and toes stand.
        lifts: (K,) how far each of them is above the sole, metres.
    """
    if not len(points):
        return np.array([0.0, 1.0, 0.0]), 0.0
    roll, pitch, height = 0.0, 0.0, 0.0
    kept = np.ones(len(points), bool)
    for _ in range(3):
        matrix = np.column_stack([points[:, 0], -points[:, 2], np.ones(len(points))])[kept]
        weight = np.diag([1 / ROLL_SPREAD**2, 1 / PITCH_SPREAD**2, 1e-9])
        left = matrix.T @ matrix / HEIGHT_SPREAD_M**2 + weight
        right = matrix.T @ (points[:, 1] - lifts)[kept] / HEIGHT_SPREAD_M**2
        roll, pitch, height = np.linalg.solve(left, right)
        apart = points[:, 1] - lifts - roll * points[:, 0] + pitch * points[:, 2] - height
        kept = np.abs(apart - np.median(apart)) < OUTLIER_M
        if not kept.any():
            break
    normal = np.array([-roll, 1.0, pitch])
    length = float(np.linalg.norm(normal))
    return normal / length, float(height) / length


def world_from_camera(normal: Array, height: float, origin: Array) -> Array:
    """Return the (4, 4) rigid matrix to a world with the floor at y = 0 and a point over its origin.

    Args:
        normal: (3,) of the floor, camera frame.
        height: Of the floor along it.
        origin: (3,) point that comes to lie over the origin.
    """
    rigid = np.eye(4)
    rigid[:3, :3] = swing(normal, np.array([0.0, 1.0, 0.0]))
    moved = rigid[:3, :3] @ origin
    rigid[:3, 3] = -moved[0], -height, -moved[2]
    return rigid


def lowest_height(normal: Array, places: Sequence[Array]) -> float:
    """Return the height of the lowest of many points along a normal: a floor for who never stands."""
    return float(min((points @ normal).min() for points in places))
