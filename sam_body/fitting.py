"""Fit the body to landmarks: Levenberg–Marquardt on pixels, relative depth, and anatomy.

Unknowns are the hips' translation (3), the shape (6) and a rotation vector for each of 20 bones.
All slopes are exact, so a fit is some tens of small linear systems, see `sam_body.descent`.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sam_body.descent import Dense, descend
from sam_body.measures import measured_term
from sam_body.model import AVERAGE, SHAPES, BodyModel
from sam_body.observation import Observation, landmark_points
from sam_body.points import State, Term
from sam_body.priors import Prior
from sam_body.settings import Beliefs
from sam_body.start import first_angles, first_translation
from sam_body.terms import landmark_terms

Array = NDArray[np.float64]

ITERATIONS = 40
MEASURED_ROUNDS, MEASURED_ITERATIONS = 2, 12
USUAL = Beliefs()


@dataclass(frozen=True, eq=False)
class Fit:
    """Outcome of a fit.

    Args:
        translation_m: (3,) of the hips, camera frame.
        shape: (6,) in 0..1, see `SHAPES`.
        angles: (J, 3) rotation vectors, radians, in the bones' frames of the average shape.
        cost: Half the sum of squared residuals at the end.
        iterations: How many steps were taken.
    """

    translation_m: Array
    shape: Array
    angles: Array
    cost: float
    iterations: int

    def state(self, model: BodyModel) -> State:
        """Return the skeleton of this fit."""
        return State.of(model, self.translation_m, self.shape, self.angles)


def fit(model: BodyModel, seen: Observation, beliefs: Beliefs = USUAL) -> Fit:
    """Fit shape, pose and place to one person's landmarks.

    Args:
        model: The body.
        seen: What was seen, and what the user said.
        beliefs: What is believed beside that.
    """
    angles = first_angles(model, seen)
    shape = AVERAGE if beliefs.shape is None else np.array(beliefs.shape)
    state = State.of(model, np.zeros(3), shape, angles)
    move = first_translation(state.points(landmark_points()), seen)
    start = Fit(move, shape.copy(), angles, np.inf, 0)
    found = improve(model, start, landmark_terms(model, seen, beliefs), shape=beliefs.shape)
    alone = found.shape
    for _ in range(MEASURED_ROUNDS if beliefs.measures_cm else 0):
        terms = (*landmark_terms(model, seen, beliefs), *shape_terms(found.shape, beliefs, alone))
        found = improve(model, found, terms, MEASURED_ITERATIONS, shape=beliefs.shape)
    return found


def shape_terms(shape: Array, beliefs: Beliefs, kept: Array) -> tuple[Term, ...]:
    """Return the term of the measures that are known, about a shape; see `measured_term` for what is kept."""
    return (measured_term(beliefs.measures_cm, shape, kept),) if beliefs.measures_cm else ()


def improve(
    model: BodyModel,
    start: Fit,
    terms: tuple[Term, ...],
    iterations: int = ITERATIONS,
    *,
    shape: tuple[float, ...] | None = None,
) -> Fit:
    """Descend from a start until the cost stands still.

    Args:
        model: The body.
        start: Where to begin.
        terms: Residuals and slopes, beside the prior, which is always there.
        iterations: Most steps.
        shape: (6 numbers in 0..1) the shape, where it is known; it is held.
    """
    prior = Prior.of(model, shape)
    known = start if shape is None else replace(start, shape=np.array(shape))
    held = None if shape is None else known.state(model)

    def unpack(x: Array) -> State:
        full = start.angles.copy()
        full[prior.bones] = x[9:].reshape(-1, 3)
        return State.of(model, x[:3], x[3:9], full) if held is None else held.posed(x[:3], full)

    def evaluate(x: Array) -> Dense:
        state = unpack(x)
        parts = [prior.residuals(x[3:9], x[9:].reshape(-1, 3))]
        parts += [term(state, prior.bones) for term in terms]
        return Dense(np.concatenate([r for r, _ in parts]), np.concatenate([j for _, j in parts]))

    x = np.concatenate([known.translation_m, known.shape, known.angles[prior.bones].ravel()])
    x, cost, steps = descend(x, evaluate, iterations)
    return Fit(x[:3], np.clip(x[3:9], 0, 1), unpack(x).angles, cost, start.iterations + steps)


def shape_dict(shape: Array) -> dict[str, float]:
    """Return a shape as names and values."""
    return {name: float(value) for name, value in zip(SHAPES, shape, strict=True)}
