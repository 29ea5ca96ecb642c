import numpy as np
import pytest
import trimesh

from sam_3d.printing.walls import walls


def measured(mesh, **options):
    return walls(np.asarray(mesh.vertices, float), np.asarray(mesh.faces, np.int64), **options)


def test_a_plate_is_as_thick_as_it_is():
    found = measured(trimesh.creation.box((40, 30, 2)))
    assert found.percentile(20) == pytest.approx(2, abs=1e-6)
    assert found.percentile(100) == pytest.approx(40, rel=0.3)


def test_a_ball_is_as_thick_as_its_diameter():
    ball = trimesh.creation.icosphere(4, 10)
    found = measured(ball)
    assert found.thickness == pytest.approx(20, rel=0.02)
    assert found.at(np.asarray(ball.vertices)) == pytest.approx(20, rel=0.02)


def test_a_hollow_ball_has_the_walls_of_its_shell():
    ball = trimesh.creation.icosphere(4, 10)
    inner = trimesh.creation.icosphere(4, 8.5)
    inner.invert()
    found = measured(trimesh.util.concatenate([ball, inner]))
    assert found.percentile(1) == pytest.approx(1.5, abs=0.1)
    assert found.percentile(90) == pytest.approx(1.5, abs=0.1)


def test_meshes_of_many_triangles_are_measured_alike():
    fine = trimesh.creation.icosphere(6, 10)
    assert len(fine.faces) > 50_000
    assert measured(fine, rays=300).thickness == pytest.approx(20, rel=0.02)
