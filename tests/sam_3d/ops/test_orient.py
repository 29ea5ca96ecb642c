import numpy as np
import pytest
import trimesh

from sam_3d.ops.mirror import Mirror
from sam_3d.ops.orient import Orient
from sam_3d.statistics import statistics
from shared.mesh import Mesh


def as_object(lifted, shape):
    return lifted.with_mesh(Mesh(np.asarray(shape.vertices), np.asarray(shape.faces)))


def mushroom():
    stem = trimesh.creation.box((1, 4, 1))
    cap = trimesh.creation.box((3, 1, 3)).apply_translation([0, 2.4, 0])
    return trimesh.boolean.union([stem, cap], engine="manifold")


def test_a_mushroom_is_laid_on_its_cap(lifted):
    standing = as_object(lifted, mushroom())
    assert statistics(standing)["overhang_percent"] > 10
    done = Orient()(standing)
    found = statistics(done)
    assert found["overhang_percent"] == 0 and found["watertight"]
    low = done.mesh.vertices[:, 1].min()
    bottom = done.mesh.vertices[done.mesh.vertices[:, 1] < low + 1e-6]
    assert np.ptp(bottom[:, 0]) > 0.05  # the cap of 61 mm


def test_what_lies_well_is_left_alone_and_sizes_stay(lifted):
    table = as_object(lifted, trimesh.creation.box((3, 1, 2)))
    assert np.allclose(Orient()(table).mesh.vertices, table.mesh.vertices * 0.1, atol=1e-12)
    tower = trimesh.creation.box((1, 3, 1))
    tower.apply_transform(trimesh.transformations.rotation_matrix(0.6, [1, 0, 0]))
    leaning = as_object(lifted, tower)
    done = Orient()(leaning)
    assert statistics(done)["volume_cm3"] == pytest.approx(statistics(leaning)["volume_cm3"], abs=1e-3)
    assert statistics(done)["overhang_percent"] == 0


def test_the_texture_turns_with_it(lifted):
    done = Orient(aim="largest_foot")(lifted)
    assert (done.mesh.uv == lifted.mesh.uv).all() and (done.mesh.faces == lifted.mesh.faces).all()


def test_a_mirror_image_is_as_large_and_outside_out(lifted):
    done = Mirror()(lifted)
    before, after = statistics(lifted), statistics(done)
    assert after == before
    assert done.mesh.vertices[:, 0] == pytest.approx(-lifted.mesh.vertices[:, 0], abs=1e-3)
    twice = Mirror()(done)
    assert np.allclose(twice.mesh.vertices, lifted.mesh.vertices)
    assert (twice.mesh.faces == lifted.mesh.faces).all()
