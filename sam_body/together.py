"""Fit one shape and one pose to several photos of a person, each with its own camera.

A camera that goes around a person is the same as a person who turns before a camera: each photo has its
own place and turn of the hips, which tell its camera, and shares the shape and the pose with the others.
People sway, so that each photo may bend each joint by a little more or less.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sam_body import skinning
from sam_body.descent import Arrow, descend
from sam_body.fitting import USUAL, Fit, shape_terms
from sam_body.measures import shape_with, unmet
from sam_body.model import BodyModel, body_model
from sam_body.observation import INDEX, Observation, landmark_points
from sam_body.points import State, Term
from sam_body.priors import JOINTS, Prior
from sam_body.settings import Beliefs
from sam_body.silhouette import outline_term
from sam_body.start import first_translation, procrustes
from sam_body.terms import landmark_terms

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

SWAY = 0.1
"""Spread of a joint's angles from photo to photo, as a share of their spread among poses."""
DEPTH_TRUST = 0.3
"""Share of the trust in the pose net's depth that is left where another photo is from the side.

Depths of the joint net come with spreads of their own and count as they are.
"""
ITERATIONS = 30
ROUNDS, ROUND_ITERATIONS = 3, 8
_PLACED = 6
"""Unknowns of a photo beside its sway: the hips' place and turn."""
_SHAPE, _BENT = slice(3, 9), slice(12, None)
"""Columns of a term's slopes: by the shape, and by the joints but the hips."""


@dataclass(frozen=True, eq=False)
class Together:
    """One person in P photos.

    Args:
        fits: P fits of one shape: place and turn in each photo, and the pose with that photo's sway.
        angles: (J, 3) the pose that they share, with the hips of the first photo.
        cost: Half the sum of squared residuals.
    """

    fits: tuple[Fit, ...]
    angles: Array
    cost: float

    def shared(self, photo: int = 0) -> Fit:
        """Return the pose that all share, placed and turned as in one photo."""
        fit, angles = self.fits[photo], self.angles.copy()
        angles[_hips()] = fit.angles[_hips()]
        return Fit(fit.translation_m, fit.shape, angles, fit.cost, fit.iterations)


def _hips() -> int:
    return body_model().mover


def placed(model: BodyModel, fit: Fit, seen: Sequence[Observation]) -> Together:
    """Return a start: the shape and pose of one photo's fit, placed and turned into each photo.

    Args:
        model: The body.
        fit: Outcome of a fit to one of the photos.
        seen: What each photo shows.
    """
    torso = [INDEX[f"{side}_{part}"] for part in ("shoulder", "hip") for side in ("left", "right")]
    still = fit.angles.copy()
    still[model.mover] = 0
    rest = State.of(model, np.zeros(3), fit.shape, still).points(landmark_points())
    axes, fits = model.axes[model.mover], []
    for photo in seen:
        root = procrustes(rest[torso], photo.relative_m[torso])
        angles = still.copy()
        angles[model.mover] = skinning.rotation_vectors((axes.T @ root @ axes)[None])[0]
        points = State.of(model, np.zeros(3), fit.shape, angles).points(landmark_points())
        fits.append(Fit(first_translation(points, photo), fit.shape, angles, np.inf, 0))
    return Together(tuple(fits), fits[0].angles, np.inf)


def fit_together(
    model: BodyModel,
    start: Together,
    seen: Sequence[Observation],
    beliefs: Beliefs = USUAL,
    masks: Sequence[Mask | None] = (),
    *,
    rounds: int = ROUNDS,
) -> Together:
    """Descend from a start; then, where there are masks, with the outlines.

    Args:
        model: The body.
        start: See `placed`.
        seen: What each photo shows.
        beliefs: What is believed beside that.
        masks: (H, W) bool of the person in each photo, or None; none for landmarks alone.
        rounds: How often outlines and measures are looked at anew; once is enough near the end.
    """
    trust = 1 - (1 - DEPTH_TRUST) * np.sin(widest_rad(model, start)) ** 2
    seen = [
        photo if photo.lift else replace(photo, depth_weight=photo.depth_weight * trust) for photo in seen
    ]
    pulls = [landmark_terms(model, photo, beliefs) for photo in seen]
    found = start if np.isfinite(start.cost) else _improved(model, start, pulls, beliefs, ITERATIONS)
    alone = found.fits[0].shape
    for _ in range(rounds if beliefs.measures_cm or len(masks) else 0):
        outlines = [
            None if mask is None else outline_term(model, photo, fit, mask, clothes_m=beliefs.clothes_m)
            for photo, fit, mask in zip(seen, found.fits, masks or [None] * len(seen), strict=True)
        ]
        more = shape_terms(found.fits[0].shape, beliefs, alone)
        both = [
            (*pull, *([] if edge is None else [edge]), *(more if k == 0 else ()))
            for k, (pull, edge) in enumerate(zip(pulls, outlines, strict=True))
        ]
        found = _improved(model, found, both, beliefs, ROUND_ITERATIONS)
    return found


def with_measures(
    model: BodyModel,
    found: Together,
    seen: Sequence[Observation],
    beliefs: Beliefs,
    masks: Sequence[Mask | None],
    *,
    rounds: int = ROUNDS,
) -> Together:
    """Give a shared fit the measures told where it has them not; see `silhouette.with_measures`."""
    shape = found.fits[0].shape
    if not unmet(shape, beliefs.measures_cm):
        return found
    shape = shape_with(beliefs.measures_cm, shape).shape
    start = replace(found, fits=tuple(replace(fit, shape=shape) for fit in found.fits))
    return fit_together(model, start, seen, beliefs.with_shape(tuple(shape.tolist())), masks, rounds=rounds)


def widest_rad(model: BodyModel, found: Together) -> float:
    """Return the largest angle, 0 to π/2, by which the directions that photos were taken from differ.

    A photo from behind tells of depth what the one from the front does, so that they differ by 0.
    """
    axes = model.axes[model.mover]
    turns = skinning.rotation_matrices(np.array([fit.angles[model.mover] for fit in found.fits]))
    views = (axes @ turns @ axes.T)[:, 2]  # the camera's direction in the body's frame
    return float(np.arccos(np.clip(np.abs(views @ views.T).min(), 0, 1)))


def _improved(
    model: BodyModel, start: Together, pulls: Sequence[tuple[Term, ...]], beliefs: Beliefs, iterations: int
) -> Together:
    prior = Prior.of(model, beliefs.shape)
    bent = prior.bones[1:]  # all but the hips, which are a photo's own
    size = 3 * len(bent)
    first, wide = 6 + size, _PLACED + size
    spread = np.array([JOINTS[model.bones[bone]].spread for bone in bent]).ravel() * SWAY
    known = start.fits[0].shape if beliefs.shape is None else np.array(beliefs.shape)
    held = None if beliefs.shape is None else State.of(model, np.zeros(3), known, start.angles)

    def states(x: Array) -> list[State]:
        still = State.of(model, np.zeros(3), x[:6], start.angles) if held is None else held
        made = []
        for k in range(len(pulls)):
            own = x[first + k * wide :][:wide]
            angles = start.angles.copy()
            angles[model.mover] = own[3:6]
            angles[bent] = (x[6:first] + own[6:]).reshape(-1, 3)
            made.append(still.posed(own[:3], angles, held=held is not None))
        return made

    def evaluate(x: Array) -> Arrow:
        parts = [
            [term(state, prior.bones) for term in terms]
            for state, terms in zip(states(x), pulls, strict=True)
        ]
        believed = prior.residuals(x[:6], np.concatenate([np.zeros(3), x[6:first]]).reshape(-1, 3))
        return _arrow(believed, parts, x[first:].reshape(-1, wide)[:, 6:], spread)

    common = start.angles[bent].ravel()
    parts = [known, common]
    for fit in start.fits:
        parts += [fit.translation_m, fit.angles[model.mover], fit.angles[bent].ravel() - common]
    x, cost, steps = descend(np.concatenate(parts), evaluate, iterations)
    shape, found = np.clip(x[:6], 0, 1), states(x)
    fits = tuple(
        Fit(x[first + k * wide :][:3], shape, state.angles, cost, start.fits[k].iterations + steps)
        for k, state in enumerate(found)
    )
    angles = fits[0].angles.copy()
    angles[bent] = x[6:first].reshape(-1, 3)
    return Together(fits, angles, cost)


def _arrow(
    believed: tuple[Array, Array], parts: Sequence[Sequence[tuple[Array, Array]]], sway: Array, spread: Array
) -> Arrow:
    """Return the normal equations of a shared fit.

    Args:
        believed: Residuals (R,) and slopes (R, 9 + 3·B) of the prior.
        parts: The same of each photo's terms. A joint's slope is that by the shared pose and by the sway.
        sway: (P, A) how much otherwise each photo bends the joints.
        spread: (A,) of it.
    """
    columns = np.arange(believed[1].shape[1])
    shared = np.concatenate([columns[_SHAPE], columns[_BENT]])
    own = np.delete(columns, _SHAPE)
    residual, slope = believed[0], believed[1][:, shared]
    cost, normal, gradient = float(residual @ residual), slope.T @ slope, slope.T @ residual
    joints, blocks, pulls = [], [], []
    for terms, bent in zip(parts, sway / spread, strict=True):
        residual, slope = (np.concatenate(column) for column in zip(*terms, strict=True))
        square, pull = slope.T @ slope, slope.T @ residual
        cost += float(residual @ residual + bent @ bent)
        normal += square[np.ix_(shared, shared)]
        gradient += pull[shared]
        block, drawn = square[np.ix_(own, own)], pull[own]
        swaying = np.arange(_PLACED, len(own))
        block[swaying, swaying] += spread**-2
        drawn[swaying] += bent / spread
        joints.append(square[np.ix_(shared, own)])
        blocks.append(block)
        pulls.append(drawn)
    return Arrow(cost / 2, normal, np.array(joints), np.array(blocks), gradient, np.array(pulls))
