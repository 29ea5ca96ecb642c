"""Bodies check themselves at birth."""

import dataclasses

import numpy as np
import pytest

from sam_body.types import Body, Pose
from shared.errors import InputError


def test_rest_pose_leaves_every_vertex_in_place(body):
    count = len(body.rig.bones)
    rest = dataclasses.replace(body, pose=Pose(np.tile(np.eye(3), (count, 1, 1)), np.zeros(3)))
    assert np.abs(rest.posed_vertices() - body.skin.vertices).max() < 1e-6
    assert np.abs(rest.posed_joints() - body.rig.heads).max() < 1e-12


def test_arrays_are_read_only(body):
    for array in (body.rig.heads, body.pose.rotations, body.skin.vertices, body.skin.weights):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_a_matrix_that_is_no_rotation_is_refused():
    with pytest.raises(InputError, match="rotation"):
        Pose(np.full((2, 3, 3), 0.5), np.zeros(3))
    with pytest.raises(InputError, match="rotation"):
        Pose(-np.tile(np.eye(3), (2, 1, 1)), np.zeros(3))


def test_a_pose_of_another_rig_is_refused(body):
    with pytest.raises(InputError, match="bones of their rig"):
        dataclasses.replace(body, pose=Pose(np.eye(3)[None], np.zeros(3)))


def test_parents_must_come_first(body):
    parents = np.array(body.rig.parents)
    parents[3] = 7
    with pytest.raises(InputError, match="parents before"):
        dataclasses.replace(body.rig, parents=parents)
    with pytest.raises(InputError, match="unique"):
        dataclasses.replace(body.rig, bones=("a",) * len(body.rig.bones))


def test_weights_must_sum_to_one(body):
    with pytest.raises(InputError, match="sum to 1"):
        dataclasses.replace(body.skin, weights=body.skin.weights * 0.5)
    with pytest.raises(InputError, match="outside"):
        dataclasses.replace(body.skin, faces=np.array([[0, 1, 99999]]))


def test_mesh_is_metric_and_posed(body):
    assert isinstance(body, Body) and body.mesh().scale == "metric"
    assert np.array_equal(body.mesh().vertices, body.posed_vertices())
