"""Fit one person's body to a clip: one shape for all frames, then each frame's pose from the one before.

Started from the pose before, a frame takes few steps; it is fitted afresh where that ends in a bad place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sam_body.fitting import Fit, fit, improve
from sam_body.model import SHAPES, BodyModel
from sam_body.observation import Observation, landmark_points
from sam_body.points import State, Term
from sam_body.settings import Beliefs
from sam_body.terms import landmark_terms
from shared.progress import Progress

Array = NDArray[np.float64]

GOOD_FRAMES = 12
WARM_STEPS = 14
TURN_SPREAD_RAD = 0.35
"""How far joints turn from frame to frame: a loose belief, which keeps unseen limbs where they were."""
LONG_GAP = 30
_FIRST = len(SHAPES) + 3


@dataclass(frozen=True, eq=False)
class Poses:
    """A body's poses in M frames, camera frame.

    Args:
        translations_m: (M, 3) of the hips.
        angles: (M, J, 3) rotation vectors, radians, in the frames of the average shape.
        costs: (M,) half the squared residuals.
    """

    translations_m: Array
    angles: Array
    costs: Array


def clip_shape(model: BodyModel, sightings: Sequence[Observation], beliefs: Beliefs) -> Array:
    """Return (6,) the one shape of a clip: the median of those that good frames tell, each on its own.

    Errors of the net's depths are much alike in all frames, so frames are not counted as independent evidence
    against what is believed of shapes: a shape solved from all at once came out worse on rendered walks.

    Args:
        model: The body.
        sightings: What was seen of one person, in order.
        beliefs: What is believed beside that; a known shape is returned as it is.
    """
    if beliefs.shape is not None:
        return np.array(beliefs.shape)
    fits = [fit(model, sightings[i], beliefs) for i in good_frames(sightings)]
    costs = np.array([one.cost for one in fits])
    good = costs <= 2.5 * np.median(costs)  # a frame whose fit went wrong has no say
    return np.median([one.shape for one, counts in zip(fits, good, strict=True) if counts], axis=0)


def good_frames(sightings: Sequence[Observation], count: int = GOOD_FRAMES) -> list[int]:
    """Return the places of the frames that show most, one from each of `count` equal stretches."""
    value = np.array([seen.weight.sum() for seen in sightings])
    stretches = np.array_split(np.arange(len(sightings)), min(count, len(sightings)))
    best = [int(part[np.argmax(value[part])]) for part in stretches]
    return [i for i in best if value[i] >= 0.6 * value[best].max()]


def clip_poses(
    model: BodyModel,
    sightings: Sequence[Observation],
    frames: Sequence[int],
    shape: Array,
    beliefs: Beliefs,
    progress: Progress | None = None,
) -> Poses:
    """Fit every frame's pose, each from the frame before it.

    Args:
        model: The body.
        sightings: What was seen, in order.
        frames: The frame of each; a gap loosens the tie to the pose before it.
        shape: (6,) the clip's.
        beliefs: What is believed beside the landmarks.
        progress: Told of each frame.
    """
    progress, count = progress or Progress(), len(sightings)
    known = replace(beliefs, shape=tuple(shape.tolist()))
    moves, angles, costs = np.zeros((count, 3)), np.zeros((count, len(model.bones), 3)), np.zeros(count)
    before: Fit | None = None
    for i, seen in enumerate(sightings):
        progress.step(i / count, f"fitting frame {i + 1} of {count}")
        gap = frames[i] - frames[i - 1] if i else 1
        found = _next(model, seen, known, before if gap < LONG_GAP else None, gap, costs[:i])
        moves[i], angles[i], costs[i] = found.translation_m, found.angles, found.cost
        before = found
    return Poses(moves, angles, costs)


def _next(
    model: BodyModel, seen: Observation, known: Beliefs, before: Fit | None, gap: int, costs: Array
) -> Fit:
    """Fit from the pose before; afresh where there is none, or where that ends in a bad place."""
    if before is None:
        return fit(model, seen, known)
    terms = (*landmark_terms(model, seen, known), _near(before, gap))
    warm = improve(model, before, terms, WARM_STEPS, shape=known.shape)
    usual = float(np.median(costs[-60:]))
    if warm.cost < 3 * usual + 5:
        return warm
    fresh = fit(model, seen, known)
    return fresh if fresh.cost < 0.7 * warm.cost else warm


def _near(before: Fit, gap: int) -> Term:
    """Tie the joints loosely to those of the frame before, the looser the longer ago that was."""
    spread = TURN_SPREAD_RAD * gap

    def term(state: State, bones: NDArray[np.int64]) -> tuple[Array, Array]:
        turn = (state.angles[bones] - before.angles[bones]).ravel() / spread
        slope = np.zeros((len(turn), _FIRST + len(turn)))
        slope[np.arange(len(turn)), _FIRST + np.arange(len(turn))] = 1 / spread
        return turn, slope

    return term


def points_of(model: BodyModel, shape: Array, poses: Poses) -> Array:
    """(M, 27, 3) the body's landmarks in every frame, camera frame."""
    points = landmark_points()
    return np.stack(
        [
            State.of(model, move, shape, turn).points(points)
            for move, turn in zip(poses.translations_m, poses.angles, strict=True)
        ]
    )
