"""Rotations, forward kinematics and blending: identities and known turns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from sam_body import skinning

VECTORS = st.lists(st.floats(-2.5, 2.5), min_size=3, max_size=3).map(np.array)


@given(VECTORS)
def test_rotation_matrices_agree_with_scipy(vector):
    assert np.allclose(
        skinning.rotation_matrices(vector), Rotation.from_rotvec(vector).as_matrix(), atol=1e-9
    )


@given(VECTORS)
def test_right_jacobian_is_the_slope_of_the_rotation(vector):
    step = np.array([1e-6, -2e-6, 1.5e-6])
    change = skinning.rotation_matrices(vector).T @ skinning.rotation_matrices(vector + step)
    wanted = skinning.right_jacobians(vector) @ step
    assert np.allclose(Rotation.from_matrix(change).as_rotvec(), wanted, atol=1e-10)


def test_zero_vector_is_no_rotation():
    assert np.array_equal(skinning.rotation_matrices(np.zeros((2, 3))), np.tile(np.eye(3), (2, 1, 1)))


PARENTS = np.array([-1, 0, 1, 0])
HEADS = np.array([[0.0, 0, 0], [0, 1, 0], [0, 2, 0], [1, 0, 0]])
AXES = np.tile(np.eye(3), (4, 1, 1))


def test_a_turned_bone_carries_its_children_and_nothing_else():
    turns = np.tile(np.eye(3), (4, 1, 1))
    turns[1] = skinning.rotation_matrices(np.array([0, 0, np.pi / 2]))
    total = skinning.turns(AXES, turns, PARENTS)
    heads = skinning.moved_heads(HEADS, total, PARENTS, 0, np.array([0.0, 0, 5]))
    assert np.allclose(heads, [[0, 0, 5], [0, 1, 5], [-1, 1, 5], [1, 0, 5]])
    assert np.allclose(total[2], turns[1]) and np.allclose(total[3], np.eye(3))


def test_descendants_follow_the_parents():
    below = skinning.descendants(PARENTS)
    assert below.tolist() == [
        [True] * 4,
        [False, True, True, False],
        [False, False, True, False],
        [False] * 3 + [True],
    ]


def test_half_and_half_weights_blend_two_motions():
    total = np.tile(np.eye(3), (2, 1, 1))
    shift = np.array([[0.0, 0, 0], [2.0, 0, 0]])
    joints = np.array([[0, 1, 0, 0]], np.uint8)
    weights = np.array([[0.5, 0.5, 0, 0]], np.float32)
    moved = skinning.skin(np.array([[1.0, 1, 1]]), joints, weights, total, shift)
    assert np.allclose(moved, [[2, 1, 1]])


def test_bone_frames_are_rotations_with_y_along_the_bone(model):
    frames = model.axes
    assert np.allclose(frames @ frames.transpose(0, 2, 1), np.eye(3), atol=1e-9)
    assert np.allclose(np.linalg.det(frames), 1)
    blend = model.coefficients(np.array([0.5, 0.67, 0.5, 0.5, 0.5, 0.5]))
    along = (model.tails - model.heads) + np.tensordot(blend, model.tails_shapes - model.heads_shapes, 1)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    assert np.allclose(frames[:, :, 1], along, atol=1e-9)


@pytest.mark.parametrize("bone", ["lowerarm_l", "lowerarm_r"])
def test_positive_turn_about_x_bends_the_elbow(model, bone):
    axes = model.axes
    upper, lower = model.index[bone.replace("lower", "upper")], model.index[bone]
    bent = axes[lower] @ skinning.rotation_matrices(np.array([0.5, 0, 0])) @ axes[lower].T @ axes[lower][:, 1]
    assert bent @ axes[upper][:, 1] < axes[lower][:, 1] @ axes[upper][:, 1] - 0.1


@pytest.mark.parametrize("bone", ["calf_l", "calf_r"])
def test_positive_turn_about_x_bends_the_knee_backwards(model, bone):
    axes = model.axes[model.index[bone]]
    bent = axes @ skinning.rotation_matrices(np.array([0.5, 0, 0])) @ np.array([0, 1, 0])
    assert bent[2] < axes[2, 1] - 0.3
