from dataclasses import replace

import numpy as np
import pytest
import trimesh

from sam_3d.ops.fill_holes import FillHoles
from sam_3d.statistics import statistics
from shared.mesh import Mesh


def with_faces(value, faces):
    return value.with_mesh(replace(value.mesh, faces=faces))


def test_a_missing_side_of_a_box_is_put_back_flat(lifted):
    box = trimesh.creation.box((1, 1, 1))
    faces = box.faces[box.face_normals[:, 1] < 0.5]
    done = FillHoles()(lifted.with_mesh(Mesh(np.asarray(box.vertices), np.asarray(faces))))
    found = statistics(done)
    assert found["watertight"] and found["winding_consistent"] and found["faces"] == 12
    assert found["volume_cm3"] == pytest.approx(1000)


def test_many_holes_that_touch_are_filled(lifted):
    keep = np.random.default_rng(0).random(len(lifted.mesh.faces)) > 0.02
    done = FillHoles()(with_faces(lifted, lifted.mesh.faces[keep]))
    found, before = statistics(done), statistics(lifted)
    assert found["watertight"] and found["winding_consistent"] and found["bodies"] == 1
    assert found["volume_cm3"] == pytest.approx(before["volume_cm3"], rel=1e-3)


def test_triangles_that_look_inwards_or_come_twice_are_mended(lifted):
    faces = np.array(lifted.mesh.faces)
    turned = np.random.default_rng(1).random(len(faces)) > 0.7
    faces[turned] = faces[turned][:, ::-1]
    done = FillHoles()(with_faces(lifted, np.concatenate([faces, faces[:9]])))
    assert statistics(done) == statistics(lifted)
    inside_out = FillHoles()(with_faces(lifted, lifted.mesh.faces[:, ::-1]))
    assert statistics(inside_out) == statistics(lifted)


def test_vertices_that_almost_meet_are_joined(lifted):
    """As in an STL file: each triangle has corners of its own, rounded to single precision."""
    loose = lifted.mesh.vertices[lifted.mesh.faces].reshape(-1, 3).astype(np.float32).astype(float)
    shaken = loose + np.random.default_rng(2).normal(0, 1e-8, loose.shape)
    done = FillHoles()(lifted.with_mesh(Mesh(shaken, np.arange(len(shaken)).reshape(-1, 3))))
    assert statistics(done)["watertight"] and statistics(done)["vertices"] == statistics(lifted)["vertices"]


def test_wide_holes_stay_where_only_small_ones_are_wanted(lifted):
    box = trimesh.creation.box((1, 1, 1))
    faces = box.faces[box.face_normals[:, 1] < 0.5]
    left_open = FillHoles(widest_percent=50)(lifted.with_mesh(Mesh(np.asarray(box.vertices), faces)))
    assert not statistics(left_open)["watertight"]


def test_a_closed_mesh_is_left_alone(lifted):
    done = FillHoles()(lifted)
    assert len(done.mesh.faces) == len(lifted.mesh.faces) and (done.mesh.uv == lifted.mesh.uv).all()
