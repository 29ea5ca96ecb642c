"""Hold planted heels and toes where they stand: a smooth shift of the body, then a small solve of both legs.

Corrections fade in and out around each contact, as smooth curves do, so that nothing jumps where one begins.
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sam_body.model import BodyModel, body_model
from sam_body.points import Folded, State, fold_means
from sam_body.video.contacts import Flags, spans
from sam_body.video.smoothing import filled_values, smoothed

Array = NDArray[np.float64]

BONES = ("thigh_l", "calf_l", "foot_l", "thigh_r", "calf_r", "foot_r")
SHIFT_HZ, FADE_HZ = 1.5, 3.0
HELD_M, FREE_M = 0.001, 0.02
TURN_RAD, HINGE_RAD, SHIFT_M = 0.15, 0.02, 0.01
STEPS = 8
STEP_UP_M = 0.12
"""Feet that stand more than this above or below the floor stand on something: they keep their height."""


@cache
def foot_points() -> Folded:
    """Return heel and big toe of both feet, folded, in the order of `contacts.POINTS`."""
    model = body_model()
    names = ("left_heel", "left_big_toe", "right_heel", "right_big_toe")
    return fold_means(model, model.regressor[[model.keypoints.index(name) for name in names]])


def feet_at_rest(model: BodyModel, shape: Array) -> tuple[Array, Array]:
    """Return (4,) how far heels and toes are above the soles at rest, and (2,) the feet's lengths, metres."""
    still = State.of(model, np.zeros(3), shape, np.zeros((len(model.bones), 3))).points(foot_points())
    lengths = np.linalg.norm(still[1::2] - still[::2], axis=1)
    return still[:, 1] - model.floor_m(model.surface(shape)), lengths


@dataclass(frozen=True, eq=False)
class Stand:
    """One contact: a point of a foot that stands still for some frames.

    Args:
        point: 0..3, see `contacts.POINTS`.
        start: First frame.
        stop: Frame after the last.
        place: (3,) where it stands.
    """

    point: int
    start: int
    stop: int
    place: Array


def stands(flags: Flags, spots: Array) -> list[Stand]:
    """Return all contacts and where each stands: the median of its frames.

    Args:
        flags: (N, 4).
        spots: (N, 4, 3) the points, smoothed.
    """
    return [
        Stand(point, start, stop, np.median(spots[start:stop, point], axis=0))
        for point in range(flags.shape[1])
        for start, stop in spans(flags[:, point])
    ]


def whole_feet(found: list[Stand], lengths: Array) -> list[Stand]:
    """Return contacts with heel and toe of one foot, where they stand together, at the foot's true length.

    Args:
        found: Contacts.
        lengths: (2,) from heel to toe of the left and the right foot, metres.
    """
    fixed: list[Stand] = []
    for one in found:
        if one.point % 2:
            fixed.append(one)
            continue
        toes = [t for t in found if t.point == one.point + 1 and t.start < one.stop and one.start < t.stop]
        place = one.place
        if toes:
            toe = max(toes, key=lambda t: min(t.stop, one.stop) - max(t.start, one.start)).place
            back = place - toe
            place = toe + back * lengths[one.point // 2] / max(float(np.linalg.norm(back)), 1e-6)
        fixed.append(replace(one, place=place))
    return fixed


def on_floor(found: list[Stand], lifts: Array) -> list[Stand]:
    """Return contacts with their points at sole height over the floor y = 0, but those on steps."""
    level = []
    for one in found:
        place = one.place.copy()
        if abs(place[1] - lifts[one.point]) < STEP_UP_M:
            place[1] = lifts[one.point]
        level.append(replace(one, place=place))
    return level


def pinned(
    model: BodyModel, shape: Array, moves: Array, angles: Array, found: list[Stand], fps: float
) -> tuple[Array, Array]:
    """Return (N, 3) moves and (N, J, 3) angles with planted points held in place.

    Args:
        model: The body.
        shape: (6,).
        moves: (N, 3) of the hips, in the frame of the contacts' places.
        angles: (N, J, 3) rotation vectors, smoothed.
        found: The contacts.
        fps: Frames a second.
    """
    if not found:
        return moves, angles
    points = foot_points()
    spots = np.stack(
        [State.of(model, m, shape, a).points(points) for m, a in zip(moves, angles, strict=True)]
    )
    wanted, held = np.zeros_like(spots), np.zeros(spots.shape[:2], bool)
    for one in found:
        wanted[one.start : one.stop, one.point] = one.place
        held[one.start : one.stop, one.point] = True
    apart = np.where(held[..., None], wanted - spots, 0.0)
    count = held.sum(1)
    known = np.flatnonzero(count)
    mean = filled_values(known, apart[known].sum(1) / count[known, None], len(moves))
    shift = smoothed(mean, np.where(count > 0, 1.0, 0.3), SHIFT_HZ, fps)
    moves, spots = moves + shift, spots + shift[:, None]
    apart = np.where(held[..., None], wanted - spots, 0.0)
    faded = np.stack(
        [
            smoothed(apart[:, i], np.where(held[:, i], 100.0, 0.3), FADE_HZ, fps)
            for i in range(spots.shape[1])
        ],
        axis=1,
    )
    wanted = np.where(held[..., None], wanted, spots + faded)
    solved = [_solved(model, shape, moves[n], angles[n], wanted[n], held[n]) for n in range(len(moves))]
    return np.stack([m for m, _ in solved]), np.stack([a for _, a in solved])


def _solved(
    model: BodyModel, shape: Array, move: Array, angles: Array, wanted: Array, held: Flags
) -> tuple[Array, Array]:
    """Levenberg-Marquardt on the hips' place and the angles of thighs, calves and feet of one frame."""
    points, bones = foot_points(), np.array([model.index[bone] for bone in BONES])
    trust = np.repeat(np.where(held, 1 / HELD_M, 1 / FREE_M), 3)
    stiff = np.full((len(bones), 3), TURN_RAD)
    stiff[[1, 4], 1:] = HINGE_RAD
    ties = np.concatenate([np.full(3, 1 / SHIFT_M), 1 / stiff.ravel()])
    columns = np.r_[0:3, 9 : 9 + 3 * len(bones)]

    def at(x: Array) -> tuple[State, Array, float]:
        full = angles.copy()
        full[bones] += x[3:].reshape(-1, 3)
        state = State.of(model, move + x[:3], shape, full)
        residual = (state.points(points) - wanted).ravel() * trust
        return state, residual, float(residual @ residual + (ties * x) @ (ties * x))

    x, damping = np.zeros(len(columns)), 1e-3
    state, residual, cost = at(x)
    for _ in range(STEPS):
        slope = state.jacobian(points, bones).reshape(12, -1)[:, columns] * trust[:, None]
        normal = slope.T @ slope + np.diag(ties**2)
        pull = slope.T @ residual + ties**2 * x
        while damping < 1e4:
            step = np.clip(-np.linalg.solve(normal + damping * np.diag(ties**2), pull), -0.3, 0.3)
            tried = at(x + step)
            if tried[2] < cost:
                break
            damping = max(damping * 10, 0.1)
        else:
            break
        gain, x, damping = cost - tried[2], x + step, damping / 10
        state, residual, cost = tried
        if gain < 1e-3 * cost + 1e-6:
            break
    full = angles.copy()
    full[bones] += x[3:].reshape(-1, 3)
    return move + x[:3], full
