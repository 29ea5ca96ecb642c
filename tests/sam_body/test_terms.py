"""The terms of a fit: their slopes are slopes, and beliefs pull where they say."""

from dataclasses import replace

import numpy as np
import pytest

from sam_body.corrections import corrected, told
from sam_body.fitting import fit
from sam_body.lifting import tree
from sam_body.observation import INDEX, Lift, landmark_points
from sam_body.points import State
from sam_body.priors import Prior
from sam_body.sampling import mild_pose, random_shape
from sam_body.settings import Beliefs
from sam_body.terms import landmark_terms
from shared.prompts import Keypoints
from tests.sam_body.test_fitting import truth


def test_slopes_of_all_terms_are_slopes(model):
    _, seen = truth(model, 0, noise_px=3, noise_m=0.02)
    said = told([Keypoints(("left_wrist",), ((300, 300),), nearer=("right_knee",), farther=("left_knee",))])
    seen = corrected(seen, said)
    unseen = seen.visibility.copy()
    unseen[INDEX["left_ankle"]] = 0
    seen = replace(seen, visibility=unseen)
    spread = np.full(len(seen.xy_px), 0.01)
    lift = Lift(tree() @ seen.relative_m[:, 2] / 4, spread, 500 * spread, np.array([0.1, 0, 0.99**0.5]))
    seen = replace(seen, lift=lift)
    terms = landmark_terms(model, seen, Beliefs(upright=True, ground=True))
    assert len(terms) == 8
    rng = np.random.default_rng(1)
    move, shape, bones = np.array([0.1, 0.2, -4.0]), random_shape(rng), Prior.of(model).bones
    angles = mild_pose(rng, strength=0.4)
    step = rng.normal(size=9 + 3 * len(bones)) * 1e-6

    def at(sign):
        turned = angles.copy()
        turned[bones] += sign * step[9:].reshape(-1, 3)
        return State.of(model, move + sign * step[:3], shape + sign * step[3:9], turned)

    for term in terms:
        _, slope = term(at(0), bones)
        apart = term(at(1), bones)[0] - term(at(-1), bones)[0]
        assert np.allclose(slope @ step, apart / 2, atol=2e-7, rtol=1e-3)


def test_believing_in_level_ground_levels_the_feet(model):
    _, seen = truth(model, 5, noise_px=8)
    apart = []
    for ground in (False, True):
        places = fit(model, seen, Beliefs(ground=ground)).state(model).moved
        apart.append(abs(places[model.index["foot_l"], 1] - places[model.index["foot_r"], 1]))
    assert apart[1] < 0.5 * apart[0]
    assert apart[1] < 0.08


def test_believing_in_an_upright_back_takes_its_lean_in_depth_and_keeps_the_pixels(model):
    _, seen = truth(model, 0, noise_px=3)
    tipped = seen.relative_m.copy()
    tipped[:, 2] += tipped[:, 1]  # as a net that takes the whole person for leaning
    seen = replace(seen, relative_m=tipped)
    lean, off_px = [], []
    for upright in (False, True):
        found = fit(model, seen, Beliefs(upright=upright)).state(model)
        places = found.moved
        lean.append(abs(places[model.index["neck_01"], 2] - places[model.index["pelvis"], 2]))
        flat = seen.camera.project(found.points(landmark_points()))
        off_px.append(np.linalg.norm(flat - seen.xy_px, axis=1).mean())
    assert lean[1] < 0.1 < 0.3 < lean[0]
    assert off_px[1] < off_px[0] + 2


@pytest.mark.parametrize("joint", ["left_ankle", "right_ankle"])
def test_unseen_legs_add_a_term(model, joint):
    _, seen = truth(model, 0)
    unseen = seen.visibility.copy()
    unseen[INDEX[joint]] = 0
    more = landmark_terms(model, replace(seen, visibility=unseen), Beliefs())
    assert len(more) == len(landmark_terms(model, seen, Beliefs())) + 1
