import numpy as np
import pytest
import trimesh

from sam_3d.ops.hollow import Hollow
from sam_3d.ops.simplify import Simplify
from sam_3d.ops.smooth import Smooth
from sam_3d.statistics import statistics
from shared.mesh import Mesh


def solid_of(lifted, shape):
    return lifted.with_mesh(Mesh(np.asarray(shape.vertices), np.asarray(shape.faces)))


@pytest.fixture(scope="module")
def ball(lifted):
    """A ball 100 mm high."""
    return solid_of(lifted, trimesh.creation.icosphere(subdivisions=4, radius=0.5))


@pytest.mark.parametrize("wall_mm", [1.0, 3.0, 10.0])
def test_a_ball_keeps_a_shell_of_that_thickness(ball, wall_mm):
    found = statistics(Hollow(wall_mm=wall_mm, drain_mm=0)(ball))
    shell = 4 / 3 * np.pi * (5**3 - (5 - wall_mm / 10) ** 3)
    assert found["volume_cm3"] == pytest.approx(shell, rel=0.03)
    assert found["watertight"] and found["winding_consistent"] and found["bodies"] == 2  # outside and inside


def test_the_drain_hole_joins_inside_and_outside(ball):
    done = Hollow(wall_mm=4, drain_mm=10)(ball)
    found = statistics(done)
    assert found["watertight"] and found["winding_consistent"] and found["bodies"] == 1
    mesh = trimesh.Trimesh(done.mesh.vertices * 1000, done.mesh.faces, process=True)
    hits = mesh.ray.intersects_location([[0, -60, 0]], [[0, 1, 0]])[0]
    assert len(np.unique(np.round(hits[:, 1]))) == 2  # up the hole, through the cavity, out of the top's wall
    assert abs(mesh.euler_number) == 2  # outer and inner sphere joined by a tube


def test_a_closed_cavity_survives_later_steps(ball):
    hollow = Hollow(wall_mm=5, drain_mm=0)(ball)
    volume = statistics(hollow)["volume_cm3"]
    for step in (Simplify(faces=6000), Smooth()):
        assert statistics(step(hollow))["volume_cm3"] == pytest.approx(volume, rel=0.03)


def test_the_wall_is_in_true_millimetres(ball):
    """A ball given its size keeps it: 20 mm high, 2 mm of wall."""
    small = ball.scaled(0.02)
    small = small.with_mesh(Mesh(small.mesh.vertices, small.mesh.faces, scale="metric"))
    found = statistics(Hollow(wall_mm=2, drain_mm=0)(small))
    assert found["volume_cm3"] == pytest.approx(4 / 3 * np.pi * (1 - 0.8**3), rel=0.03)


def test_what_is_thinner_than_two_walls_stays_solid(ball, lifted):
    plate = solid_of(lifted, trimesh.creation.box((1, 1, 0.02)))
    assert statistics(Hollow(wall_mm=2)(plate))["volume_cm3"] == pytest.approx(20, rel=1e-6)


def test_a_texture_stays_on_the_outside(lifted):
    done = Hollow()(lifted).mesh
    assert (done.texture == lifted.mesh.texture).all() and done.uv.shape == (len(done.vertices), 2)
    assert done.uv.min() >= 0 and done.uv.max() <= 1
