import numpy as np
import pytest
import trimesh

from sam_3d.inflation.outline import trace
from sam_3d.sheets.solid import body_between
from tests.sam_3d.shapes import disc

RADIUS = 60


def traced_disc():
    traced = trace(disc(RADIUS, 200))
    rows, columns = np.indices(traced.coverage.shape)
    middle = (np.array([100.0, 100.0]) - traced.origin_px) / traced.cell_px
    across, down = columns - middle[0], rows - middle[1]
    return traced, across, down, RADIUS / traced.cell_px


def solid(vertices, faces):
    return trimesh.Trimesh(vertices, faces, process=False)


def test_a_ball_between_its_sheets_has_a_balls_volume():
    traced, across, down, radius = traced_disc()
    half = np.sqrt(np.maximum(radius**2 - across**2 - down**2, 0))
    made = solid(*body_between(traced.coverage, -half, half).surface())
    assert made.is_watertight and made.body_count == 1
    assert made.volume == pytest.approx(4 / 3 * np.pi * radius**3, rel=0.03)


def test_a_slanted_plate_keeps_its_slant_and_its_thickness():
    traced, across, down, radius = traced_disc()
    slant = 0.8 * across
    made = solid(*body_between(traced.coverage, slant - 6, slant + 6).surface())
    assert made.is_watertight
    x = made.vertices[:, 0] - made.vertices[:, 0].mean()
    z = made.vertices[:, 2] - made.vertices[:, 2].mean()
    assert (x * z).sum() / (x * x).sum() == pytest.approx(0.8, abs=0.05)
    assert made.volume == pytest.approx(12 * np.pi * radius**2, rel=0.08)


def test_a_step_between_the_sheets_does_not_tear_the_body():
    traced, across, down, radius = traced_disc()
    step = np.where(across > 0, 40.0, -40.0)
    made = solid(*body_between(traced.coverage, step - 2, step + 2).surface())
    assert made.is_watertight and made.body_count == 1
    assert np.ptp(made.vertices[:, 0]) == pytest.approx(2 * radius, abs=1.5)


def test_sheets_in_the_wrong_order_give_a_thin_body_and_a_hole_stays():
    mask = disc(80) & ~disc(40)
    coverage = trace(mask).coverage
    made = solid(*body_between(coverage, np.full(coverage.shape, 5.0), np.zeros(coverage.shape)).surface())
    assert made.is_watertight
    assert made.euler_number == 0  # a torus
    assert np.ptp(made.vertices[:, 2]) < 3


def test_the_front_faces_the_viewer_in_the_middle_and_not_at_the_rim():
    traced, across, down, radius = traced_disc()
    half = np.sqrt(np.maximum(radius**2 - across**2 - down**2, 0))
    facing = body_between(traced.coverage, -half, half).normal_z()
    assert facing[np.hypot(across, down) < 3].min() > 0.98
    assert facing[(np.hypot(across, down) > radius + 1)].max() == 0
