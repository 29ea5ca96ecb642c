"""What pulls a fit: landmarks in pixels and in depth, what the user said, and what is believed."""

import numpy as np
from numpy.typing import NDArray

from sam_body.lifting import tree
from sam_body.model import BodyModel
from sam_body.observation import INDEX, Lift, Observation, landmark_points
from sam_body.points import Folded, State, Term, fold_heads
from sam_body.settings import Beliefs

Array = NDArray[np.float64]

PIXEL_SHARE = 0.005
"""Spread of a trusted landmark: this share of the person's size in the photo (5 px of 1000)."""
DEPTH_SPREAD_M = 0.15
ACROSS_SPREAD_M = 0.3
LEAN_SPREAD_M = 0.06
SIDE_SPREAD_M = 0.02
GROUND_SPREAD_M = 0.02
LIFT_TRUST = 0.7
"""Share of the trust in lifted depths: those of neighbouring joints err together."""
OUTLIER = 3.0

_SLOPPY = {"hip": 2.0, "ear": 1.5, "eye": 1.5, "pinky": 2.0, "index": 2.0, "thumb": 2.5, "heel": 1.3}


def landmark_terms(model: BodyModel, seen: Observation, beliefs: Beliefs) -> tuple[Term, ...]:
    """Return the terms that pull the body to a person's landmarks, and to what is believed."""
    terms = [_pixels(seen), _relative(seen)]
    if seen.lift is not None:
        terms.append(_lifted(seen, seen.lift))
    ankles = {"foot_l": INDEX["left_ankle"], "foot_r": INDEX["right_ankle"]}
    if unseen := [foot for foot, ankle in ankles.items() if not seen.visibility[ankle]]:
        # Legs out of sight hang below the hips: the net hardly sees a lean.
        terms.append(_level(model, [(foot, "pelvis") for foot in unseen], axis=2, spread_m=LEAN_SPREAD_M))
    if seen.placed:
        terms.append(_placed(seen))
    if seen.depth:
        terms.append(_sides(seen))
    if beliefs.upright:
        terms.append(_level(model, [("pelvis", "neck_01")], axis=2, spread_m=LEAN_SPREAD_M))
    if beliefs.ground:
        terms.append(_ground(model))
    return tuple(terms)


def project(points: Array, slopes: Array, seen: Observation) -> tuple[Array, Array]:
    """Project (K, 3) camera-frame points; return (K, 2) pixels and (K, 2, P) their slopes."""
    camera = seen.camera
    depth = np.maximum(-points[:, 2], 0.05)
    scale = camera.focal_px / depth
    flat = np.stack([scale * points[:, 0], -scale * points[:, 1]], axis=1)
    across = slopes[:, :2] * np.array([1.0, -1.0])[:, None] * scale[:, None, None]
    along = (flat / depth[:, None])[:, :, None] * slopes[:, 2:3]
    return flat + camera.center_px, across + along


def _pixel_trust(seen: Observation) -> Array:
    loose = np.array([next((s for part, s in _SLOPPY.items() if part in name), 1.0) for name in INDEX])
    return seen.weight / (loose * PIXEL_SHARE * seen.size_px)


def _lifted_spread_px(seen: Observation, lift: Lift) -> Array:
    return np.maximum(lift.xy_spread_px, PIXEL_SHARE * seen.size_px)


def _pixels(seen: Observation) -> Term:
    points = landmark_points()
    trust = _pixel_trust(seen) if seen.lift is None else seen.weight / _lifted_spread_px(seen, seen.lift)
    trust[list(seen.placed)] = 0.0

    def term(state: State, bones: NDArray[np.int64]) -> tuple[Array, Array]:
        flat, slope = project(state.points(points), state.jacobian(points, bones), seen)
        residual = (flat - seen.xy_px) * trust[:, None]
        return robust(residual, slope * trust[:, None, None])

    return term


def _placed(seen: Observation) -> Term:
    """Joints that the user placed: no outliers, so the loss is quadratic."""
    points, rows = landmark_points(), sorted(seen.placed)
    trust = _pixel_trust(seen)[rows]

    def term(state: State, bones: NDArray[np.int64]) -> tuple[Array, Array]:
        flat, slope = project(state.points(points)[rows], state.jacobian(points, bones)[rows], seen)
        residual = (flat - seen.xy_px[rows]) * trust[:, None]
        slope = slope * trust[:, None, None]
        return residual.ravel(), slope.reshape(-1, slope.shape[2])

    return term


def _sides(seen: Observation) -> Term:
    """Keep joints on the side in depth that the user named."""
    points = landmark_points()
    rows, before, signs = (np.array(column) for column in zip(*seen.depth, strict=True))

    def term(state: State, bones: NDArray[np.int64]) -> tuple[Array, Array]:
        depth, slope = state.points(points)[:, 2], state.jacobian(points, bones)[:, 2]
        wrong = np.minimum((depth[rows] - depth[before]) * signs, 0) / SIDE_SPREAD_M
        turn = (slope[rows] - slope[before]) * (signs * (wrong < 0))[:, None] / SIDE_SPREAD_M
        return wrong, turn

    return term


def robust(residual: Array, slope: Array) -> tuple[Array, Array]:
    """Let (K, D) residuals count less the longer they are: length r becomes r / sqrt(1 + r² / c²).

    That is the Geman–McClure loss; slopes follow by the chain rule.
    """
    square = (residual**2).sum(1) / OUTLIER**2
    short = 1 / np.sqrt(1 + square)
    pull = np.einsum("kd,kdp->kp", residual, slope) / OUTLIER**2
    bent = slope * short[:, None, None] - residual[:, :, None] * (pull * short[:, None] ** 3)[:, None]
    return (residual * short[:, None]).ravel(), bent.reshape(-1, slope.shape[2])


def _relative(seen: Observation) -> Term:
    points = landmark_points()
    hips = [INDEX["left_hip"], INDEX["right_hip"]]
    spread = np.array([ACROSS_SPREAD_M, ACROSS_SPREAD_M, np.inf if seen.lift else DEPTH_SPREAD_M])

    def term(state: State, bones: NDArray[np.int64]) -> tuple[Array, Array]:
        places, slope = state.points(points), state.jacobian(points, bones)
        apart = places - places[hips].mean(0) - seen.relative_m
        slope = slope - slope[hips].mean(0)
        trust = seen.depth_weight[:, None] / spread
        return robust(apart * trust, slope * trust[:, :, None])

    return term


def _lifted(seen: Observation, lift: Lift) -> Term:
    """Hold each landmark as much nearer than the one before it as lifting told, in shares of the distance."""
    points, matrix = landmark_points(), tree()
    hips = [INDEX["left_hip"], INDEX["right_hip"]]
    trust = LIFT_TRUST * seen.depth_weight / lift.spread

    def term(state: State, bones: NDArray[np.int64]) -> tuple[Array, Array]:
        near = state.points(points) @ lift.ray
        slope = np.einsum("kcp,c->kp", state.jacobian(points, bones), lift.ray)
        middle, middle_slope = near[hips].mean(), slope[hips].mean(0)
        apart, change = matrix @ (near - middle), matrix @ (slope - middle_slope)
        away = -middle
        residual = (apart / away - lift.depth) * trust
        change = (change / away + apart[:, None] * middle_slope / away**2) * trust[:, None]
        return robust(residual[:, None], change[:, None])

    return term


def _level(model: BodyModel, pairs: list[tuple[str, str]], *, axis: int, spread_m: float) -> Term:
    """Pull the heads of pairs of bones to the same place along an axis (1 up, 2 towards the viewer)."""
    names = sorted({name for pair in pairs for name in pair})
    ends: Folded = fold_heads(model, [model.index[name] for name in names])
    low, high = ([names.index(pair[i]) for pair in pairs] for i in (0, 1))

    def term(state: State, bones: NDArray[np.int64]) -> tuple[Array, Array]:
        places, slope = state.points(ends)[:, axis], state.jacobian(ends, bones)[:, axis]
        return (places[high] - places[low]) / spread_m, (slope[high] - slope[low]) / spread_m

    return term


def _ground(model: BodyModel) -> Term:
    """Hold ankles and balls of both feet at one height each: level ground under a level camera."""
    return _level(model, [("foot_l", "foot_r"), ("ball_l", "ball_r")], axis=1, spread_m=GROUND_SPREAD_M)
