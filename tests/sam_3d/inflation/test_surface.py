import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from sam_3d.inflation.field import squared_height
from sam_3d.inflation.outline import trace
from sam_3d.inflation.surface import closed_surface, taubin
from tests.sam_3d.shapes import disc, odd_masks


def surface(mask, thickness=1.3):
    traced = trace(mask)
    vertices, faces = closed_surface(squared_height(traced.coverage), thickness=thickness)
    return trimesh.Trimesh(vertices * traced.cell_px, faces, process=False)


def is_solid(mesh):
    return mesh.is_watertight and mesh.is_winding_consistent and mesh.volume > 0 and mesh.body_count == 1


@pytest.mark.parametrize("thickness", [0.3, 1.0, 2.0])
def test_a_disc_becomes_an_ellipsoid(thickness):
    mesh = surface(disc(60), thickness)
    assert is_solid(mesh)
    assert mesh.volume == pytest.approx(4 / 3 * np.pi * 60**3 * thickness, rel=0.02)
    assert mesh.extents == pytest.approx([120, 120, 120 * thickness], rel=0.02)


@pytest.mark.parametrize("name", odd_masks())
def test_every_odd_mask_becomes_one_closed_body(name):
    assert is_solid(surface(odd_masks()[name]))


@pytest.mark.slow
@settings(max_examples=8)
@given(st.integers(0, 2**32 - 1), st.integers(2, 24), st.integers(2, 24), st.floats(0.1, 0.9))
def test_random_masks_become_one_closed_body(seed, height, width, share):
    mask = np.random.default_rng(seed).random((height, width)) < share
    mask[0, 0] = True
    assert is_solid(surface(mask))


def test_a_hole_goes_through():
    mesh = surface(disc(60) & ~disc(20))
    assert mesh.euler_number == 0  # a ring
    assert surface(disc(60)).euler_number == 2  # a ball


def test_front_and_back_mirror_each_other():
    mesh = surface(disc(60))
    z = mesh.vertices[:, 2]
    assert z.min() == pytest.approx(-z.max(), rel=0.01)


def test_the_rim_is_round_without_stairs():
    mesh = surface(disc(60))
    radius = np.linalg.norm((mesh.vertices - mesh.bounds.mean(0)) / [1, 1, 1.3], axis=1)
    assert np.abs(radius - 60).max() < 0.6


def test_taubin_removes_noise_and_keeps_the_volume():
    ball = trimesh.creation.icosphere(4, 10.0)
    noise = np.random.default_rng(0).normal(0, 0.1, ball.vertices.shape)
    smooth = taubin(ball.vertices + noise, np.asarray(ball.faces), rounds=10)
    error = np.linalg.norm(smooth, axis=1).std()
    assert error < 0.4 * np.linalg.norm(ball.vertices + noise, axis=1).std()
    assert trimesh.Trimesh(smooth, ball.faces).volume == pytest.approx(ball.volume, rel=0.01)
