"""The camera's tilt: found from what is known of heights, assumed without, not fooled by one odd thing."""

import numpy as np
import pytest

from sam_3d.ground import Ground, common, seen_box, tilt
from sam_3d.types import Shape
from sam_3d.usual_heights import Height, usual_height
from shared.mesh import Camera, Mesh

CAMERA = Camera(300.0, (160.0, 120.0), (320, 240))
BOX = Mesh(
    np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)], np.float64),
    np.array([[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1], [2, 3, 7], [2, 7, 6]]),
)


def standing(ground: Ground, foot: tuple[float, float], height: float) -> Shape:
    """A box before a camera of its own, with the picture that a box of a height at a spot has."""
    spot, _ = ground.hit(np.array(foot))
    seen = ground.camera.project(ground.world_to_camera((BOX.vertices + (0, 0.5, 0)) * height + spot))
    (left, top), (right, bottom) = seen.min(0), seen.max(0)
    depth = CAMERA.focal_px / (bottom - top)
    center = np.array([(left + right) / 2, (top + bottom) / 2]) - CAMERA.center_px
    flat = Mesh(BOX.vertices * ((right - left) / (bottom - top), 1, 1e-3), BOX.faces)
    return Shape(flat, CAMERA, np.array([center[0], -center[1], -CAMERA.focal_px]) * depth / CAMERA.focal_px)


@pytest.mark.parametrize("true_deg", [8, 35, 50])
def test_known_heights_tell_the_tilt(true_deg: float) -> None:
    ground = Ground(CAMERA, float(np.radians(true_deg)))
    high = 120 - 300 * np.tan(np.radians(true_deg)) + 40
    feet = [(60.0, max(high, 40.0)), (150.0, 150.0), (250.0, 225.0)]
    heights = [0.3, 0.2, 0.25]
    shapes = [standing(ground, foot, h) for foot, h in zip(feet, heights, strict=True)]
    known = [Height(h * 1.6, 0.1) for h in heights]  # the unit is another one: only proportions count
    found = tilt(shapes, known, CAMERA, expected_deg=20)
    assert found.by_heights and abs(found.degrees - true_deg) < 0.4 * abs(true_deg - 20) + 3


def test_one_odd_thing_does_not_tilt_the_ground() -> None:
    ground = Ground(CAMERA, float(np.radians(30)))
    feet = [(50.0, 70.0), (120.0, 120.0), (200.0, 170.0), (280.0, 220.0)]
    shapes = [standing(ground, foot, 0.3) for foot in feet]
    right = tilt(shapes, [Height(0.3, 0.1)] * 4, CAMERA, expected_deg=25)
    odd = tilt(shapes, [Height(0.3, 0.1)] * 3 + [Height(3.0, 0.1)], CAMERA, expected_deg=25)
    assert abs(odd.degrees - right.degrees) < 3
    assert odd.strange[3] > 3 and max(odd.strange[:3]) < 2


def test_without_two_heights_the_expected_tilt_holds_unless_feet_ask_for_more() -> None:
    shapes = [standing(Ground(CAMERA, 0.5), (160.0, 200.0), 0.3)] * 2
    found = tilt(shapes, [Height(1.0, 0.1), None], CAMERA, expected_deg=20)
    assert (found.degrees, found.by_heights, found.strange) == (20, False, (0.0, 0.0))
    above = tilt([standing(Ground(CAMERA, 0.8), (160.0, 60.0), 0.2)], [None], CAMERA, expected_deg=5)
    assert above.degrees == above.least_deg > 10


def test_a_thing_stands_at_its_foot_and_is_as_large_as_it_was_seen() -> None:
    ground = Ground(CAMERA, float(np.radians(25)))
    shape = standing(ground, (100.0, 180.0), 0.4)
    wanted = seen_box(shape)
    placed = ground.stand(shape.mesh.vertices, shape, wanted, 320)
    seen = CAMERA.project(ground.world_to_camera(placed))
    foot = np.array([wanted[:, 0].mean(), wanted[1, 1]])
    np.testing.assert_allclose([(seen[:, 0].min() + seen[:, 0].max()) / 2, seen[:, 1].max()], foot, atol=1)
    assert np.ptp(seen, axis=0).prod() == pytest.approx(np.ptp(wanted, axis=0).prod(), rel=0.03)
    assert placed[:, 1].min() == pytest.approx(0, abs=1e-9)


def test_measurements_agree_on_what_most_of_them_say() -> None:
    assert common(np.array([1.0, 1.02, 5.0]), np.full(3, 0.1)) == pytest.approx(1.01, abs=0.02)
    assert common(np.array([1.0, 2.0]), np.array([1.0, 0.01])) == pytest.approx(2, abs=0.01)


def test_words_tell_a_height_where_they_name_one_thing() -> None:
    cup, mug = usual_height("cup"), usual_height("two mugs")
    assert cup == mug and cup and 0.05 < cup.metres < 0.2
    assert (
        usual_height("animals") is usual_height("fork") is usual_height("") is usual_height("handle") is None
    )
