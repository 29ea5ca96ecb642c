import numpy as np
import pytest

from sam_3d.lift import lift
from sam_3d.modes.lithophane import heightfield
from shared.media import Image
from tests.sam_3d.solids import check_solid, overlap

EVERYTHING = np.ones((60, 120), bool)


def steps():
    """White, grey and black from left to right."""
    pixels = np.empty((60, 120, 3), np.uint8)
    pixels[:, :40], pixels[:, 40:80], pixels[:, 80:] = 255, 128, 0
    return Image(pixels)


def thickness_mm(mesh, x_mm):
    """How thick the plate is at a place left or right of its middle."""
    solid = check_solid(mesh)
    hits = solid.ray.intersects_location([[x_mm / 1000, 0.0001, 1]], [[0, 0, -1]])[0]
    return 1000 * np.ptp(hits[:, 2])


def test_brightness_sets_the_thickness():
    result = lift(steps(), EVERYTHING, mode="lithophane:min_mm=0.8,max_mm=3,frame_mm=0,long_side_mm=120")
    assert thickness_mm(result.mesh, -40) == pytest.approx(0.8, abs=0.02)
    assert thickness_mm(result.mesh, 0) == pytest.approx(3 - 2.2 * 128 / 255, abs=0.03)
    assert thickness_mm(result.mesh, 40) == pytest.approx(3.0, abs=0.02)
    assert overlap(result, EVERYTHING) > 0.97


def test_the_size_is_true_and_the_frame_is_thick():
    result = lift(steps(), EVERYTHING, mode="lithophane:long_side_mm=90,frame_mm=5")
    assert result.mesh.scale == "metric"
    assert 1000 * np.ptp(result.mesh.vertices[:, 0]) == pytest.approx(90, abs=0.8)
    assert thickness_mm(result.mesh, -43) == pytest.approx(3.0, abs=0.02)
    assert any("90" in warning and "mm" in warning for warning in result.warnings)


def test_outside_of_the_outline_is_thinnest():
    mask = np.zeros((60, 120), bool)
    mask[10:50, 85:115] = mask[25:35, 10:115] = True
    result = lift(steps(), mask, mode="lithophane:area=outline,frame_mm=0,long_side_mm=105")
    solid = check_solid(result.mesh)
    hits = solid.ray.intersects_location([[-0.03, 0.015, 1]], [[0, 0, -1]])[0]
    assert 1000 * np.ptp(hits[:, 2]) == pytest.approx(0.8, abs=0.02)


def test_a_heightfield_has_the_volume_below_it():
    thick = np.random.default_rng(0).uniform(1, 2, (5, 7))
    points, faces = heightfield(thick)
    a, b, c = (points[faces[:, i]] for i in range(3))
    volume = np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6
    weights = np.pad(np.ones((4, 6)), 1)
    corners = sum(weights[i : i + 5, j : j + 7] for i in (0, 1) for j in (0, 1)) / 4
    assert volume == pytest.approx((thick * corners).sum(), rel=0.05)
