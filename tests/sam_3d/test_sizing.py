from dataclasses import replace

import numpy as np
import pytest

from sam_3d.ops.scale import ScaleToHeight
from sam_3d.sizing import sized_mm, z_up
from shared.errors import ExportError


def test_an_object_without_size_stands_on_the_floor_at_the_wanted_height(lifted):
    points = sized_mm(lifted, 80)
    assert points[:, 1].min() == 0
    assert points[:, 1].max() == pytest.approx(80)
    assert (points.min(0) + points.max(0))[[0, 2]] == pytest.approx([0, 0], abs=1e-9)


def test_the_default_height_is_100_mm(lifted):
    assert np.ptp(sized_mm(lifted)[:, 1]) == pytest.approx(100)


def test_a_true_size_is_kept(lifted):
    assert np.ptp(sized_mm(ScaleToHeight(height_mm=42)(lifted), 100)[:, 1]) == pytest.approx(42)


def test_z_up_is_a_rotation_with_the_front_towards_minus_y():
    axes = z_up(np.eye(3))
    assert axes.tolist() == [[1, 0, 0], [0, 0, 1], [0, -1, 0]]
    assert np.linalg.det(axes) == pytest.approx(1)


@pytest.mark.parametrize("height", [0, -5, float("nan"), float("inf")])
def test_an_impossible_height_is_explained(lifted, height):
    with pytest.raises(ExportError, match="positive number"):
        sized_mm(lifted, height)


def test_a_flat_mesh_is_refused(lifted):
    flat = replace(lifted.mesh, vertices=lifted.mesh.vertices * (1, 0, 1))
    with pytest.raises(ExportError):
        sized_mm(lifted.with_mesh(flat), 100)
