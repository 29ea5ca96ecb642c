"""Stand a world that has no up and no size upright: by the ground, and by how cameras are held."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.cameras import place
from shared.render import View

_Array = NDArray[np.float64]

_TRIALS, _SEED = 600, 3
_NEAR = 0.006  # of the cameras' distance: how far from a plane its points lie
_SHARE, _LEAST = 0.15, 40  # points that a ground has, of all and at least
_BELOW = 0.06  # share of points that may lie below the ground (outliers)
_SURE, _LEANING_DEG = 3.0, (8.0, 35.0)  # errors of the cameras' up, that a ground's normal may lean by


@dataclass(frozen=True, eq=False)
class Upright:
    """A world with y up, the points' middle near its origin, and the cameras at about distance 1.

    Args:
        views: The cameras.
        points: (P, 3) points.
        floor: Height of the ground; None where no plane of points is one.
    """

    views: tuple[View, ...]
    points: _Array
    floor: float | None


def upright(views: Sequence[View], points: _Array) -> Upright:
    """Turn, move and scale cameras and points.

    Up is the normal of the lowest plane of points that all cameras look down on; where there is none, the
    direction that is at right angles to all pictures' rows, as most photos are taken level.

    Args:
        views: Cameras in any world.
        points: (P, 3) points there.
    """
    places = np.stack([place(view) for view in views])
    middle = np.median(points, axis=0)
    size = float(np.median(np.linalg.norm(places - middle, axis=1)))
    (up, leaning), plane = _level(views), None
    ground = _ground(points, places, up, leaning=leaning, near=_NEAR * size)
    if ground is not None:
        up, plane = ground
    turn = _turning(up, places - middle)
    moved = (points - middle) @ turn.T / size
    floor = None if plane is None else float((plane - middle @ up) / size)
    return Upright(tuple(_moved(view, turn, middle, size) for view in views), moved, floor)


def _level(views: Sequence[View]) -> tuple[_Array, float]:
    """Return the direction at right angles to the pictures' rows, and how far (radians) it may be wrong.

    It is on the side of the pictures' tops. Rows that all run alike leave a turn about them open.
    """
    rows = np.stack([view.camera_from_world[0, :3] for view in views])
    _, (_, middle, least), axes = np.linalg.svd(rows)
    error = np.arctan2(least, middle * np.sqrt(len(views)))
    low, high = np.radians(_LEANING_DEG)
    tops = np.mean([view.camera_from_world[1, :3] for view in views], axis=0)
    up = axes[-1] if axes[-1] @ tops >= 0 else -axes[-1]
    return up, float(np.clip(_SURE * error, low, high))


def _ground(
    points: _Array, places: _Array, up: _Array, *, leaning: float, near: float
) -> tuple[_Array, float] | None:
    """Return the normal of the ground and its height along it, by random planes through three points."""
    if len(points) < _LEAST:
        return None
    rng = np.random.default_rng(_SEED)
    best, score = None, max(_LEAST, _SHARE * len(points))
    for _ in range(_TRIALS):
        a, b, c = points[rng.choice(len(points), 3, replace=False)]
        normal = np.cross(b - a, c - a)
        long = np.linalg.norm(normal)
        if long < 1e-12:
            continue
        normal = normal / long
        normal = normal if normal @ up >= 0 else -normal
        if normal @ up < np.cos(leaning):
            continue
        found = _judged(points, places, normal, float(normal @ a), near)
        if found > score:
            best, score = (normal, float(normal @ a)), found
    if best is None:
        return None
    normal, height = best
    for _ in range(3):
        on = points[np.abs(points @ normal - height) < near]
        middle: _Array = on.mean(0)
        fitted = np.linalg.svd(on - middle, full_matrices=False)[2][-1]
        normal: _Array = fitted if fitted @ normal >= 0 else -fitted
        height = float(normal @ middle)
    return normal, height


def _judged(points: _Array, places: _Array, normal: _Array, height: float, near: float) -> int:
    """Return how many points lie on a plane; 0 where it cannot be the ground."""
    above = points @ normal - height
    if (places @ normal <= height + near).any() or (above < -2 * near).mean() > _BELOW:
        return 0
    return int((np.abs(above) < near).sum())


def _turning(up: _Array, places: _Array) -> _Array:
    """Return the rotation that brings `up` to +y and the first camera to the side of +z."""
    back = places[0] - (places[0] @ up) * up
    if np.linalg.norm(back) < 1e-6 * np.linalg.norm(places[0]):
        back = np.cross(up, np.eye(3)[np.abs(up).argmin()])
    back = back / np.linalg.norm(back)
    return np.stack([np.cross(up, back), up, back]).astype(np.float64)


def _moved(view: View, turn: _Array, middle: _Array, size: float) -> View:
    pose = np.eye(4)
    old = view.camera_from_world
    pose[:3, :3] = old[:3, :3] @ turn.T
    pose[:3, 3] = (old[:3, :3] @ middle + old[:3, 3]) / size
    return View(view.camera, pose)
