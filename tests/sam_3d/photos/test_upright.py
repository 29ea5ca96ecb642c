"""Up, ground and size of a world that has none."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from sam_3d.photos.cameras import elevation_deg, place
from sam_3d.photos.upright import upright
from shared.mesh import Camera
from shared.render import View

CAMERA = Camera(500.0, (200.0, 150.0), (400, 300))


def ring(count: int = 12, elevation: float = 30.0, roll: float = 0.05) -> list[View]:
    """Cameras around the y axis at distance 3, rolled a little."""
    rng, views = np.random.default_rng(0), []
    for azimuth in 2 * np.pi * np.arange(count) / count:
        turn = Rotation.from_euler("YXZ", [azimuth, -np.radians(elevation), rng.normal(0, roll)])
        pose = np.eye(4)
        pose[:3, :3] = turn.as_matrix().T
        pose[:3, 3] = (0, 0, -3)
        views.append(View(CAMERA, pose))
    return views


def moved(views: list[View], points: NDArray) -> tuple[list[View], NDArray]:
    """The same in another world, turned, seven times as large, and elsewhere."""
    turn, shift = Rotation.from_euler("xyz", [2.0, 0.7, -1.1]).as_matrix(), np.array([4.0, -9, 2])
    found = []
    for view in views:
        pose = np.eye(4)
        pose[:3, :3] = view.camera_from_world[:3, :3] @ turn.T
        pose[:3, 3] = 7 * view.camera_from_world[:3, 3] - pose[:3, :3] @ shift
        found.append(View(CAMERA, pose))
    return found, 7 * points @ turn.T + shift


def test_the_ground_is_found_and_lies_flat() -> None:
    rng = np.random.default_rng(1)
    ground = rng.uniform(-1, 1, (300, 3)) * (1, 0.002, 1) - (0, 0.4, 0)
    body = rng.normal(0, 0.12, (200, 3))
    stray = rng.uniform(-1, 1, (10, 3)) - (0, 1.5, 0)
    views, points = moved(ring(), np.concatenate([ground, body, stray]))
    made = upright(views, points)
    assert made.floor is not None
    assert np.allclose(made.points[:300, 1], made.floor, atol=0.004)
    assert all(elevation_deg(view, np.zeros(3)) > 15 for view in made.views)
    assert np.median([np.linalg.norm(place(view)) for view in made.views]) == pytest.approx(1)
    first = place(made.views[0])
    assert first[0] == pytest.approx(0, abs=1e-9) and first[2] > 0


def test_level_photos_tell_up_without_ground() -> None:
    views, points = moved(ring(), np.random.default_rng(2).normal(0, 0.2, (200, 3)))
    made = upright(views, points)
    assert made.floor is None
    middle = np.median(made.points, axis=0)
    assert np.allclose([elevation_deg(view, middle) for view in made.views], 30, atol=3)


def test_a_wall_is_no_ground() -> None:
    rng = np.random.default_rng(3)
    wall = rng.uniform(-1, 1, (300, 3)) * (1, 1, 0.002) - (0, 0, 1)
    front = ring()[:3] + ring()[-2:]
    made = upright(front, np.concatenate([wall, rng.normal(0, 0.12, (200, 3))]))
    assert made.floor is None
