from dataclasses import replace

import numpy as np
import pytest

from shared.errors import InputError
from shared.mesh import Mesh


def test_scaling_keeps_the_picture(lifted):
    larger = lifted.scaled(3.0)
    before, after = lifted.camera.project(lifted.in_camera()), larger.camera.project(larger.in_camera())
    assert np.allclose(before, after, atol=1e-6)
    assert np.allclose(larger.mesh.vertices, 3 * lifted.mesh.vertices)


def test_an_empty_mesh_is_refused(lifted):
    with pytest.raises(InputError, match="at least one triangle"):
        replace(lifted, mesh=Mesh(np.zeros((3, 3)), np.zeros((0, 3), int)))


def test_a_position_is_three_finite_numbers(lifted):
    with pytest.raises(InputError):
        replace(lifted, position=np.array([0.0, np.nan, 1.0]))
