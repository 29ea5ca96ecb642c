"""Solving photo by photo takes the very steps of one dense system."""

import numpy as np

from sam_body.descent import Dense, descend
from sam_body.fitting import USUAL
from sam_body.priors import JOINTS, Prior
from sam_body.terms import landmark_terms
from sam_body.together import SWAY, _arrow
from tests.sam_body.test_several import observed, turned

PHOTOS, SHARED, OWN = 3, 6 + 57, 6 + 57


def dense(believed, parts, sway, spread) -> Dense:
    """The same fit as one system: shape, shared pose, then place, turn and sway of each photo."""
    total = SHARED + OWN * len(parts)
    residual, slope = believed
    rows = np.zeros((len(residual), total))
    rows[:, :6], rows[:, 6:SHARED] = slope[:, 3:9], slope[:, 12:]
    residuals, slopes = [residual], [rows]
    for k, terms in enumerate(parts):
        at = SHARED + k * OWN
        for residual, by in terms:
            rows = np.zeros((len(residual), total))
            rows[:, :6], rows[:, 6:SHARED] = by[:, 3:9], by[:, 12:]
            rows[:, at : at + 3], rows[:, at + 3 : at + 6] = by[:, :3], by[:, 9:12]
            rows[:, at + 6 : at + OWN] = by[:, 12:]
            residuals.append(residual)
            slopes.append(rows)
        rows = np.zeros((len(spread), total))
        rows[np.arange(len(spread)), at + 6 + np.arange(len(spread))] = 1 / spread
        residuals.append(sway[k] / spread)
        slopes.append(rows)
    return Dense(np.concatenate(residuals), np.concatenate(slopes))


def test_photo_by_photo_is_the_dense_system(model):
    states, prior = turned(model, 3, (0, 80, 200)), Prior.of(model)
    seen = [observed(state, noise_px=4.0) for state in states]
    wrong = [state.posed(state.moved[model.mover] + 0.02, state.angles * 0.8, held=False) for state in states]
    parts = [
        [term(state, prior.bones) for term in landmark_terms(model, photo, USUAL)]
        for state, photo in zip(wrong, seen, strict=True)
    ]
    bent = prior.bones[1:]
    spread = SWAY * np.array([JOINTS[model.bones[bone]].spread for bone in bent]).ravel()
    sway = np.random.default_rng(0).normal(0, 0.02, (PHOTOS, len(spread)))
    believed = prior.residuals(wrong[0].shape, wrong[0].angles[prior.bones])
    one, many = dense(believed, parts, sway, spread), _arrow(believed, parts, sway, spread)
    assert abs(many.cost / one.cost - 1) < 1e-12
    for damping in (1e-9, 1e-3, 10.0):
        step = one.move(damping)
        assert np.abs(step).max() > 1e-3
        assert np.abs(many.move(damping) - step).max() < 1e-7 * np.abs(step).max()


def test_descending_ends_where_the_slope_is_flat():
    """Rosenbrock's valley as a sum of squares: its floor lies at (1, 1)."""

    def evaluate(x: np.ndarray) -> Dense:
        residual = np.array([10 * (x[1] - x[0] ** 2), 1 - x[0]])
        return Dense(residual, np.array([[-20 * x[0], 10.0], [-1.0, 0.0]]))

    x, cost, steps = descend(np.array([-1.2, 1.0]), evaluate, 200)
    assert np.abs(x - 1).max() < 1e-6
    assert cost < 1e-12
    assert steps < 60
