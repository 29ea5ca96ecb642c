"""Folded points are the skinned mesh's points, and their slopes are exact."""

import numpy as np
import pytest

from sam_body import skinning
from sam_body.observation import landmark_points
from sam_body.points import State, fold_heads, fold_means
from sam_body.sampling import mild_pose


@pytest.fixture(scope="module")
def values():
    rng = np.random.default_rng(1)
    return rng.normal(size=3), rng.uniform(0.55, 0.9, 6), mild_pose(rng, strength=0.8)


def test_folded_keypoints_lie_on_the_skinned_mesh(model, values):
    state = State.of(model, *values)
    shift = state.moved - np.einsum("jab,jb->ja", state.total, state.heads)
    mesh = skinning.skin(model.surface(values[1]), model.joints, model.weights, state.total, shift)
    folded = state.points(fold_means(model, model.regressor))
    assert np.abs(folded - model.regressor @ mesh).max() < 2e-6


def test_folded_heads_are_the_posed_heads(model, values):
    state = State.of(model, *values)
    assert np.allclose(state.points(fold_heads(model, [1, 7, 30])), state.moved[[1, 7, 30]])


def test_jacobian_agrees_with_finite_differences(model, values):
    move, shape, angles = values
    bones = np.arange(1, 25)
    points = landmark_points()
    exact = State.of(model, move, shape, angles).jacobian(points, bones)
    rng = np.random.default_rng(2)
    for _ in range(4):
        step = rng.normal(size=9 + 3 * len(bones)) * 1e-6
        turned = np.zeros_like(angles)
        turned[bones] = step[9:].reshape(-1, 3)
        ends = [
            State.of(model, move + s * step[:3], shape + s * step[3:9], angles + s * turned).points(points)
            for s in (1, -1)
        ]
        assert np.allclose(exact @ step, (ends[0] - ends[1]) / 2, atol=1e-9)


def test_a_held_shape_has_the_same_points_and_no_slopes_by_shape(model, values):
    move, shape, angles = values
    free, points, bones = State.of(model, move, shape, angles), landmark_points(), np.arange(1, 25)
    held = State.of(model, np.zeros(3), shape, 0 * angles).posed(move, angles)
    assert np.allclose(held.points(points), free.points(points), atol=1e-12)
    by_pose = [*range(3), *range(9, 9 + 3 * len(bones))]
    slopes = held.jacobian(points, bones)
    assert np.allclose(slopes[..., by_pose], free.jacobian(points, bones)[..., by_pose], atol=1e-12)
    assert not slopes[..., 3:9].any() and free.jacobian(points, bones)[..., 3:9].any()
