"""Fit the body to landmarks: Levenberg–Marquardt on pixels, relative depth, and anatomy.

Unknowns are the hips' translation (3), the shape (6) and a rotation vector for each of 20 bones.
All slopes are exact, so a fit is some tens of small linear systems (Marquardt 1963; damping after
Nielsen 1999).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_body.model import AVERAGE, SHAPES, BodyModel
from sam_body.observation import INDEX, Observation, landmark_points
from sam_body.points import Folded, State, fold_heads
from sam_body.priors import Prior
from sam_body.start import first_angles, first_translation

Array = NDArray[np.float64]
Term = Callable[[State, NDArray[np.int64]], tuple[Array, Array]]

PIXEL_SHARE = 0.005
"""Spread of a trusted landmark: this share of the person's size in the photo (5 px of 1000)."""
DEPTH_SPREAD_M = 0.15
ACROSS_SPREAD_M = 0.3
LEAN_SPREAD_M = 0.06
OUTLIER = 3.0
ITERATIONS = 40
SOLVED = 1e-4

_SLOPPY = {"hip": 2.0, "ear": 1.5, "eye": 1.5, "pinky": 2.0, "index": 2.0, "thumb": 2.5, "heel": 1.3}


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


def fit(model: BodyModel, seen: Observation) -> Fit:
    """Fit shape, pose and place to one person's landmarks."""
    angles = first_angles(model, seen)
    state = State.of(model, np.zeros(3), AVERAGE, angles)
    move = first_translation(state.points(landmark_points()), seen)
    start = Fit(move, AVERAGE.copy(), angles, np.inf, 0)
    return improve(model, start, landmark_terms(model, seen))


def improve(model: BodyModel, start: Fit, terms: tuple[Term, ...], iterations: int = ITERATIONS) -> Fit:
    """Descend from a start until the cost stands still.

    Args:
        model: The body.
        start: Where to begin.
        terms: Residuals and slopes, beside the prior, which is always there.
        iterations: Most steps.
    """
    prior = Prior.of(model)

    def unpack(x: Array) -> State:
        full = start.angles.copy()
        full[prior.bones] = x[9:].reshape(-1, 3)
        return State.of(model, x[:3], x[3:9], full)

    def evaluate(x: Array) -> tuple[Array, Array]:
        state = unpack(x)
        parts = [prior.residuals(x[3:9], x[9:].reshape(-1, 3))]
        parts += [term(state, prior.bones) for term in terms]
        return np.concatenate([r for r, _ in parts]), np.concatenate([j for _, j in parts])

    x = np.concatenate([start.translation_m, start.shape, start.angles[prior.bones].ravel()])
    x, cost, steps = _descend(x, evaluate, iterations)
    return Fit(x[:3], np.clip(x[3:9], 0, 1), unpack(x).angles, cost, start.iterations + steps)


def _descend(
    x: Array, evaluate: Callable[[Array], tuple[Array, Array]], iterations: int
) -> tuple[Array, float, int]:
    residual, slope = evaluate(x)
    cost, damping, growth, steps = float(residual @ residual) / 2, 1e-3, 2.0, 0
    while steps < iterations:
        steps += 1
        normal, gradient = slope.T @ slope, slope.T @ residual
        scale = np.diag(normal) + 1e-6 * np.diag(normal).max()
        move = np.clip(-np.linalg.solve(normal + damping * np.diag(scale), gradient), -0.6, 0.6)
        tried, tried_slope = evaluate(x + move)
        new = float(tried @ tried) / 2
        if new >= cost:
            damping, growth = damping * growth, growth * 2
            if damping > 1e8:
                break
            continue
        gain = (cost - new) / cost
        x, residual, slope, cost = x + move, tried, tried_slope, new
        damping, growth = max(damping / 5, 1e-9), 2.0
        if gain < SOLVED:
            break
    return x, cost, steps


def landmark_terms(model: BodyModel, seen: Observation) -> tuple[Term, ...]:
    """Return the terms that pull the body to a person's landmarks."""
    return _pixels(seen), _relative(seen), _lean(model, seen)


def project(points: Array, slopes: Array, seen: Observation) -> tuple[Array, Array]:
    """Project (K, 3) camera-frame points; return (K, 2) pixels and (K, 2, P) their slopes."""
    camera = seen.camera
    depth = np.maximum(-points[:, 2], 0.05)
    scale = camera.focal_px / depth
    flat = np.stack([scale * points[:, 0], -scale * points[:, 1]], axis=1)
    across = slopes[:, :2] * np.array([1.0, -1.0])[:, None] * scale[:, None, None]
    along = (flat / depth[:, None])[:, :, None] * slopes[:, 2:3]
    return flat + camera.center_px, across + along


def _pixels(seen: Observation) -> Term:
    points = landmark_points()
    loose = np.array([next((s for part, s in _SLOPPY.items() if part in name), 1.0) for name in INDEX])
    trust = seen.weight / (loose * PIXEL_SHARE * seen.size_px)

    def term(state: State, bones: NDArray[np.int64]) -> tuple[Array, Array]:
        flat, slope = project(state.points(points), state.jacobian(points, bones), seen)
        residual = (flat - seen.xy_px) * trust[:, None]
        return robust(residual, slope * trust[:, None, None])

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
    spread = np.array([ACROSS_SPREAD_M, ACROSS_SPREAD_M, DEPTH_SPREAD_M])

    def term(state: State, bones: NDArray[np.int64]) -> tuple[Array, Array]:
        places, slope = state.points(points), state.jacobian(points, bones)
        apart = places - places[hips].mean(0) - seen.relative_m
        slope = slope - slope[hips].mean(0)
        trust = seen.weight[:, None] / spread
        return robust(apart * trust, slope * trust[:, :, None])

    return term


def _lean(model: BodyModel, seen: Observation) -> Term:
    """Hold the back upright in depth, and legs that are out of sight below the hips.

    The net hardly sees a lean towards or away from the camera.
    """
    pairs = [("pelvis", "neck_01")]
    ankles = [INDEX["left_ankle"], INDEX["right_ankle"]]
    pairs += [(f"foot_{s}", "pelvis") for s, i in zip("lr", ankles, strict=True) if not seen.visibility[i]]
    names = sorted({name for pair in pairs for name in pair})
    ends: Folded = fold_heads(model, [model.index[name] for name in names])
    low, high = ([names.index(pair[i]) for pair in pairs] for i in (0, 1))

    def term(state: State, bones: NDArray[np.int64]) -> tuple[Array, Array]:
        places, slope = state.points(ends)[:, 2], state.jacobian(ends, bones)[:, 2]
        return (places[high] - places[low]) / LEAN_SPREAD_M, (slope[high] - slope[low]) / LEAN_SPREAD_M

    return term


def shape_dict(shape: Array) -> dict[str, float]:
    """Return a shape as names and values."""
    return {name: float(value) for name, value in zip(SHAPES, shape, strict=True)}
