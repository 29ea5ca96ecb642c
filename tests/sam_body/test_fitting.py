"""The fit finds the body that made the landmarks; its slopes are slopes."""

import time

import numpy as np
import pytest

from sam_body.fitting import fit
from sam_body.model import SHAPES
from sam_body.observation import INDEX, Observation, default_camera, landmark_points
from sam_body.points import State
from sam_body.priors import JOINTS, Prior
from sam_body.sampling import mild_pose, random_shape
from sam_body.terms import robust


def observed(state, *, noise_m=0.0, noise_px=0.0, seed=0):
    """What a faultless (or noisy) pose net would say about a body."""
    rng = np.random.default_rng(seed)
    points, camera = state.points(landmark_points()), default_camera(768, 1024)
    hips = points[[INDEX["left_hip"], INDEX["right_hip"]]].mean(0)
    seen = camera.project(points) + rng.normal(0, noise_px, (len(points), 2))
    relative = points - hips + rng.normal(0, noise_m, points.shape)
    one = np.ones(len(points))
    return Observation(seen, relative, one, one, camera)


def truth(model, seed, *, noise_m=0.0, noise_px=0.0):
    rng = np.random.default_rng(seed)
    state = State.of(model, np.array([0.1, 0.2, -4.0]), random_shape(rng), mild_pose(rng, strength=0.5))
    return state, observed(state, noise_m=noise_m, noise_px=noise_px, seed=seed)


def joint_error_mm(model, state, found):
    bones = [model.index[name] for name in JOINTS]
    a = state.moved[bones] - state.moved[model.mover]
    b = found.state(model).moved[bones] - found.state(model).moved[model.mover]
    return np.linalg.norm(a - b, axis=1).mean() * 1e3


@pytest.mark.parametrize(("noise_m", "noise_px", "bar_mm"), [(0, 0, 25), (0.01, 4, 35)])
def test_landmarks_give_back_the_body(model, noise_m, noise_px, bar_mm):
    errors = []
    for seed in range(6):
        state, seen = truth(model, seed, noise_m=noise_m, noise_px=noise_px)
        errors.append(joint_error_mm(model, state, fit(model, seen)))
    assert np.mean(errors) < bar_mm


def test_a_fit_takes_less_than_a_second_of_processor_time(model):
    _, seen = truth(model, 0)
    fit(model, seen)
    start = time.process_time()
    found = fit(model, seen)
    assert time.process_time() - start < 1.5
    assert found.iterations < 40


def test_fitted_shape_stays_in_range(model):
    _, seen = truth(model, 3, noise_m=0.05, noise_px=10)
    found = fit(model, seen)
    assert found.shape.shape == (len(SHAPES),)
    assert (found.shape >= 0).all() and (found.shape <= 1).all()


def test_one_wild_landmark_does_not_move_the_body(model):
    state, seen = truth(model, 1)
    wild = seen.xy_px.copy()
    wild[INDEX["left_wrist"]] += [300, -200]
    spoiled = Observation(wild, seen.relative_m, seen.weight, seen.visibility, seen.camera)
    assert joint_error_mm(model, state, fit(model, spoiled)) < 45


def test_robust_slopes_are_slopes():
    rng = np.random.default_rng(0)
    base, slope = rng.normal(0, 4, (5, 2)), rng.normal(0, 1, (5, 2, 3))
    step = np.array([1e-6, -2e-6, 1e-6])
    low, _ = robust(base - slope @ step, slope)
    high, _ = robust(base + slope @ step, slope)
    _, exact = robust(base, slope)
    assert np.allclose(exact @ step, (high - low) / 2, atol=1e-11)


def test_prior_slopes_are_slopes_and_knees_do_not_bend_forwards(model):
    prior = Prior.of(model)
    rng = np.random.default_rng(0)
    shape, angles = rng.uniform(0.1, 0.9, 6), rng.normal(0, 0.6, (len(prior.bones), 3))
    step = rng.normal(size=9 + angles.size) * 1e-7
    ends = [prior.residuals(shape + s * step[3:9], angles + s * step[9:].reshape(-1, 3))[0] for s in (1, -1)]
    _, exact = prior.residuals(shape, angles)
    assert np.allclose(exact @ step, (ends[0] - ends[1]) / 2, atol=1e-9)
    knee = list(JOINTS).index("calf_l")
    forwards, backwards = np.zeros_like(angles), np.zeros_like(angles)
    forwards[knee, 0], backwards[knee, 0] = -0.5, 0.5
    cost = [(prior.residuals(shape, a)[0] ** 2).sum() for a in (forwards, backwards)]
    assert cost[0] > cost[1] + 50
