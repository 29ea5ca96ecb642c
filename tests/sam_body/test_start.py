"""Closed-form starts: rotations found exactly, and the translation under the pixels."""

import numpy as np
import pytest

from sam_body.observation import default_camera, landmark_points
from sam_body.points import State
from sam_body.skinning import rotation_matrices
from sam_body.start import first_angles, first_translation, procrustes, swing
from tests.sam_body.test_fitting import truth


def test_procrustes_finds_the_rotation():
    points, turn = np.random.default_rng(0).normal(size=(4, 3)), rotation_matrices(np.array([0.3, -2.0, 0.5]))
    assert np.allclose(procrustes(points, points @ turn.T + [1, 2, 3]), turn)


@pytest.mark.parametrize("target", [(0, 1, 0), (0, 0, 2), (1e-12, -3, 0), (1, 2, 3)])
def test_swing_turns_one_direction_to_another(target):
    turn = swing(np.array([0.0, 2, 0]), np.array(target, float))
    assert np.allclose(turn @ [0, 1, 0], np.array(target) / np.linalg.norm(target), atol=1e-9)
    assert np.linalg.det(turn) == pytest.approx(1)


def test_translation_puts_points_under_their_pixels(model):
    state, seen = truth(model, 0)
    points = state.points(landmark_points())
    assert seen.camera == default_camera(768, 1024)
    assert np.allclose(first_translation(points - [1, 2, 3], seen), [1, 2, 3], atol=1e-9)


def test_start_points_the_limbs_where_they_point(model):
    state, seen = truth(model, 2)
    started = State.of(model, np.zeros(3), np.full(6, 0.5), first_angles(model, seen))
    for bone in ("lowerarm_l", "lowerarm_r", "calf_l", "calf_r"):
        joint = model.index[bone]
        tip = int(np.flatnonzero(model.parents == joint)[0])
        a, b = (s.moved[tip] - s.moved[joint] for s in (state, started))
        assert a @ b / np.linalg.norm(a) / np.linalg.norm(b) > 0.96
