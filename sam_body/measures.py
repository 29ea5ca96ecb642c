"""Measures of a body as a tailor takes them, and the shape that has given ones.

All are taken on the standing body at rest. Girths are those of a tape: the convex outline of a level
section through the trunk (arms left out). The terms are those of ISO 8559-1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_body.model import AVERAGE, SHAPES, body_model
from sam_body.points import State, Term
from sam_body.types import Body
from shared.errors import InputError

Array = NDArray[np.float64]

MEASURES = ("height", "chest", "waist", "hip", "inseam", "arm")
"""Stature; girths of chest, waist and hip; crotch above the floor; shoulder to wrist along the arm."""
SPREADS_CM = np.array([0.5, 1.0, 1.0, 1.0, 0.7, 0.7])
GIRTHS = ("chest", "waist", "hip")
STATURE_SPREAD_CM = {"girths": 2.0, "lengths": 8.0}
"""How far the stature may move where it is not told: girths say nothing of it, inseam and arm do."""
LIMITS_CM = {
    "height": (50, 230), "chest": (40, 180), "waist": (35, 180),
    "hip": (40, 190), "inseam": (15, 115), "arm": (15, 85),
}  # fmt: skip
_SHAPE_SPREAD = np.array([0.25, 0.05, 0.3, 0.3, 0.4, 0.3])
MISSED_CM = 1.0
STEP, WIDE_STEP = 0.02, 0.05
DIRECTIONS = 120
"""In which a section's width is taken: girths are exact to 0.01 cm."""


@dataclass(frozen=True)
class Solved:
    """A shape with given measures.

    Args:
        shape: (6,) in 0..1.
        measures_cm: All measures of it.
        missed_cm: Measure to how far it is from what was asked, where that is more than `MISSED_CM`.
    """

    shape: Array
    measures_cm: dict[str, float]
    missed_cm: dict[str, float]


def measure(shape: Array) -> dict[str, float]:
    """Return all measures of a (6,) shape in cm, by name."""
    return dict(zip(MEASURES, _measured(shape, list(range(len(MEASURES)))).tolist(), strict=True))


def measures_of(body: Body) -> dict[str, float]:
    """Return all measures of a person, in cm with one decimal."""
    found = measure(np.array([body.shape[name] for name in SHAPES]))
    return {name: round(value, 1) for name, value in found.items()}


def _measured(shape: Array, rows: list[int]) -> Array:
    """(R,) the measures at some rows of `MEASURES`, cm; without girths it is done sooner."""
    model = body_model()
    weights, at = model.coefficients(shape), model.index
    heads = model.heads + np.tensordot(weights, model.heads_shapes, 1)
    surface = model.surface(shape)
    chain = heads[[at[f"{bone}_l"] for bone in ("upperarm", "lowerarm", "hand")]]
    arm = np.linalg.norm(np.diff(chain, axis=0), axis=1).sum()
    crotch = surface[_crotch_rows(), 1].min()
    inseam = crotch - surface[:, 1].min()
    girths = np.zeros(len(GIRTHS))
    if any(MEASURES[row] in GIRTHS for row in rows):
        girths = _chest_waist_hip(surface, heads[:, 1], float(crotch))
    return np.array([np.ptp(surface[:, 1]), *girths, inseam, arm])[rows] * 100


def _chest_waist_hip(surface: Array, heights: Array, crotch: float) -> Array:
    """(3,) girths of a surface in metres, by the (J,) heights of its joints and that of its crotch."""
    at = body_model().index
    thigh, neck, shoulder = (heights[at[bone]] for bone in ("thigh_l", "neck_01", "upperarm_l"))
    chest_levels = neck + np.linspace(0.30, 0.42, 4) * (thigh - neck)
    waist_levels = neck + np.linspace(0.55, 0.80, 6) * (thigh - neck)
    hip_levels = np.linspace(crotch + 0.02, crotch + 1.2 * (thigh - crotch), 5)
    levels = [np.minimum(chest_levels, shoulder - 0.05), waist_levels, hip_levels]
    ends = np.cumsum([len(part) for part in levels])
    chest, waist, hip = np.split(_girths(surface, np.concatenate(levels)), ends[:-1])
    return np.array([chest.max(), waist.min(), hip.max()])


@cache
def _trunk_faces() -> NDArray[np.int64]:
    model = body_model()
    bones = [bone.split("_")[0] for bone in model.bones]
    limbs = ("upperarm", "lowerarm", "hand", "thumb", "index", "middle", "ring", "pinky", "calf", "foot")
    share = np.where(np.isin(bones, (*limbs, "head"))[model.joints], model.weights, 0).sum(1)
    return model.faces[((share < 0.5) & (model.parts == 0))[model.faces].all(1)]


@cache
def _crotch_rows() -> NDArray[np.int64]:
    """Skin vertices between the legs, on the middle plane of the average body."""
    model = body_model()
    surface = model.surface(AVERAGE)
    legs = np.array([bone.split("_")[0] in ("pelvis", "thigh") for bone in model.bones])
    share = np.where(legs[model.joints], model.weights, 0).sum(1)
    return np.flatnonzero((np.abs(surface[:, 0]) < 0.004) & (share > 0.8) & (model.parts == 0))


def _girths(surface: Array, levels: Array) -> Array:
    """Lengths of the convex outlines of the trunk's sections at (L,) heights, metres; 0 where there is none.

    The length of a convex outline is π times its mean width (Cauchy 1832).
    """
    trunk = _trunk_faces()
    heights = surface[:, 1][trunk.T]
    at, face = np.nonzero((heights.min(0) <= levels[:, None]) & (heights.max(0) > levels[:, None]))
    corners, level = surface[trunk[face]], levels[at][:, None]
    above = corners[..., 1] > level
    crossing = above != np.roll(above, -1, axis=1)
    a, b = corners[crossing], np.roll(corners, -1, axis=1)[crossing]
    of = at[np.nonzero(crossing)[0]]
    share = (levels[of] - a[:, 1]) / (b[:, 1] - a[:, 1])
    points = (a + share[:, None] * (b - a))[:, [0, 2]]
    cut, first = np.unique(of, return_index=True)
    around = np.linspace(0, np.pi, DIRECTIONS, endpoint=False)
    places = np.stack([np.cos(around), np.sin(around)], axis=1) @ points.T
    widths = np.maximum.reduceat(places, first, axis=1) - np.minimum.reduceat(places, first, axis=1)
    lengths = np.zeros(len(levels))
    lengths[cut] = np.pi * widths.mean(0)
    return lengths


def shape_with(wanted_cm: dict[str, float], start: Array = AVERAGE) -> Solved:
    """Return the shape nearest to `start` that has the given measures.

    Args:
        wanted_cm: Measure to centimetres; what is left out is free.
        start: (6,) what is believed beside that.

    Raises:
        InputError: A name is unknown, or a value is out of range.
    """
    from scipy.optimize import least_squares

    checked(wanted_cm)
    rows, wanted, spread = _pulls(wanted_cm, start)
    loose = 0.3 / _SHAPE_SPREAD

    def missed(shape: Array) -> Array:
        return (_measured(shape, rows) - wanted) / spread

    def residual(shape: Array) -> Array:
        return np.concatenate([missed(shape), loose * (shape - start)])

    def jacobian(shape: Array) -> Array:
        return np.concatenate([secant.at(shape), np.diag(loose)])

    low, high, secant = np.zeros(len(SHAPES)), np.ones(len(SHAPES)), _Secant(missed)
    inside = np.clip(start, low + 1e-3, high - 1e-3)
    how: dict[str, Any] = {"method": "dogbox", "x_scale": _SHAPE_SPREAD, "xtol": 1e-3, "max_nfev": 25}
    found = least_squares(residual, inside, bounds=(low, high), **{"jac": jacobian, **how})
    return solved(found.x, wanted_cm)


class _Secant:
    """Slopes of measures: over a wide step at the first shape, mended by each next one (Broyden 1965).

    Shapes have kinks at the average. Slopes of small steps end there.
    """

    def __init__(self, missed: Callable[[Array], Array]) -> None:
        self._missed = missed
        self._last: tuple[Array, Array, Array] | None = None

    def at(self, shape: Array) -> Array:
        """(R, 6) slopes about a (6,) shape in 0..1."""
        here = self._missed(shape)
        if self._last is None:
            moves = np.where(shape > 0.5, -WIDE_STEP, WIDE_STEP)
            there = [self._missed(shape + step) for step in np.diag(moves)]
            slope = ((np.array(there) - here) / moves[:, None]).T
        else:
            before, value, slope = self._last
            step = shape - before
            slope = slope + np.outer(here - value - slope @ step, step) / max(float(step @ step), 1e-12)
        self._last = shape.copy(), here, slope
        return slope


def _pulls(wanted_cm: dict[str, float], kept: Array) -> tuple[list[int], Array, Array]:
    """Return rows of `MEASURES`, values and spreads in cm of what is wanted, and of the stature beside it.

    A body is made wider by a greater weight or by a greater stature, and the latter changes everything else
    with it. So where no height is wanted, that of the shape `kept` is, loosely.
    """
    pulls = {name: (value, SPREADS_CM[MEASURES.index(name)]) for name, value in wanted_cm.items()}
    if "height" not in pulls:
        kind = "girths" if set(wanted_cm) <= set(GIRTHS) else "lengths"
        pulls["height"] = measure(kept)["height"], STATURE_SPREAD_CM[kind]
    rows = [MEASURES.index(name) for name in pulls]
    wanted, spread = np.array(list(pulls.values())).T
    return rows, wanted, spread


def unmet(shape: Array, wanted_cm: dict[str, float]) -> bool:
    """Tell whether a shape misses a measure by more than `MISSED_CM`."""
    return bool(wanted_cm) and bool(solved(shape, wanted_cm).missed_cm)


def solved(shape: Array, wanted_cm: dict[str, float]) -> Solved:
    """Return what a shape measures, and by how much it misses what was wanted."""
    measures = measure(shape)
    apart = {name: measures[name] - value for name, value in wanted_cm.items()}
    return Solved(shape, measures, {name: by for name, by in apart.items() if abs(by) > MISSED_CM})


def measured_term(wanted_cm: dict[str, float], shape: Array, kept: Array) -> Term:
    """Return the term that pulls a shape to given measures, as they change about a shape.

    Args:
        wanted_cm: Measure to centimetres.
        shape: (6,) about which the measures are taken to be linear.
        kept: (6,) whose stature holds, loosely, where none is among the measures.
    """
    checked(wanted_cm)
    rows, wanted, spread = _pulls(wanted_cm, kept)
    moves = np.where(shape > 0.5, -STEP, STEP)
    base = _measured(shape, rows)
    there = [_measured(shape + step, rows) for step in np.diag(moves)]
    slope = ((np.array(there) - base) / moves[:, None]).T / spread[:, None]
    offset = (base - wanted) / spread - slope @ shape

    def term(state: State, bones: NDArray[np.int64]) -> tuple[Array, Array]:
        by = np.zeros((len(rows), 3 + len(SHAPES) + 3 * len(bones)))
        by[:, 3:9] = slope
        return offset + slope @ state.shape, by

    return term


def checked(wanted_cm: dict[str, float]) -> None:
    """Check names and ranges of measures.

    Raises:
        InputError: A name is unknown, or a value is out of range.
    """
    for name, value in wanted_cm.items():
        if name not in LIMITS_CM:
            raise InputError(f"There is no measure {name!r}.", f"Choose from {', '.join(MEASURES)}.")
        low, high = LIMITS_CM[name]
        if not low <= value <= high:
            raise InputError(f"The {name} wants {low} to {high} cm, but got {value:g}.")


def missed_words(solved: Solved) -> tuple[str, ...]:
    """Return a warning for each measure that no shape of the body has together with the others."""
    return tuple(
        f"The {name} came out as {solved.measures_cm[name]:.1f} cm ({by:+.1f} cm): "
        "the body has no shape with all these measures."
        for name, by in solved.missed_cm.items()
    )
