"""Measures of a body as a tailor takes them, and the shape that has given ones.

All are taken on the standing body at rest. Girths are those of a tape: the convex outline of a level
section through the trunk (arms left out). The terms are those of ISO 8559-1.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sam_body.model import AVERAGE, SHAPES, BodyModel, body_model
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
STEP = 0.02


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
    model = body_model()
    weights = model.coefficients(shape)
    heads = model.heads + np.tensordot(weights, model.heads_shapes, 1)
    return dict(zip(MEASURES, _measured(model, model.surface(shape), heads).tolist(), strict=True))


def measures_of(body: Body) -> dict[str, float]:
    """Return all measures of a person, in cm with one decimal."""
    found = measure(np.array([body.shape[name] for name in SHAPES]))
    return {name: round(value, 1) for name, value in found.items()}


def _measured(model: BodyModel, surface: Array, heads: Array) -> Array:
    at, arms = model.index, ("upperarm", "lowerarm", "hand")
    floor, crotch = surface[:, 1].min(), surface[_crotch_rows(), 1].min()
    thigh, neck = heads[at["thigh_l"], 1], heads[at["neck_01"], 1]
    shoulder = heads[at["upperarm_l"], 1]
    chest_levels = neck + np.linspace(0.30, 0.42, 4) * (thigh - neck)
    waist_levels = neck + np.linspace(0.55, 0.80, 6) * (thigh - neck)
    hip_levels = np.linspace(crotch + 0.02, crotch + 1.2 * (thigh - crotch), 5)
    levels = [np.minimum(chest_levels, shoulder - 0.05), waist_levels, hip_levels]
    girths = np.split(_girths(surface, np.concatenate(levels)), np.cumsum([len(part) for part in levels])[:-1])
    chain = np.array([heads[at[f"{bone}_l"]] for bone in arms])
    arm = np.linalg.norm(np.diff(chain, axis=0), axis=1).sum()
    found = [np.ptp(surface[:, 1]), girths[0].max(), girths[1].min(), girths[2].max(), crotch - floor, arm]
    return np.array(found) * 100


@cache
def _trunk_faces() -> NDArray[np.int64]:
    model = body_model()
    bones = [bone.split("_")[0] for bone in model.bones]
    off = ("upperarm", "lowerarm", "hand", "thumb", "index", "middle", "ring", "pinky", "head", "calf", "foot")
    share = np.where(np.isin(bones, off)[model.joints], model.weights, 0).sum(1)
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
    """Lengths of the convex outlines of the trunk's sections at (L,) heights, metres; 0 where there is none."""
    from scipy.spatial import ConvexHull

    trunk = _trunk_faces()
    heights = surface[:, 1][trunk]
    at, face = np.nonzero((heights.min(1) <= levels[:, None]) & (heights.max(1) > levels[:, None]))
    corners, level = surface[trunk[face]], levels[at][:, None]
    above = corners[..., 1] > level
    crossing = above != np.roll(above, -1, axis=1)
    a, b = corners[crossing], np.roll(corners, -1, axis=1)[crossing]
    of, _ = np.nonzero(crossing)
    share = (levels[at[of]] - a[:, 1]) / (b[:, 1] - a[:, 1])
    points = (a + share[:, None] * (b - a))[:, [0, 2]]
    outlines = np.split(points, np.searchsorted(at[of], np.arange(1, len(levels))))
    return np.array([ConvexHull(outline).area if len(outline) > 2 else 0.0 for outline in outlines])


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

    def residual(shape: Array) -> Array:
        found = np.array(list(measure(shape).values()))[rows]
        return np.concatenate([(found - wanted) / spread, 0.3 * (shape - start) / _SHAPE_SPREAD])

    low, high = np.zeros(len(SHAPES)), np.ones(len(SHAPES))
    inside = np.clip(start, low + 1e-3, high - 1e-3)
    # Slopes over a wide step, and a box: shapes have kinks at the average, where smaller steps stay.
    how = {"method": "dogbox", "diff_step": 0.05, "x_scale": _SHAPE_SPREAD, "xtol": 1e-3, "max_nfev": 25}
    found = least_squares(residual, inside, bounds=(low, high), **how)
    return solved(found.x, wanted_cm)


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

    def measures(at: Array) -> Array:
        return np.array(list(measure(at).values()))[rows]

    moves = np.where(shape > 0.5, -STEP, STEP)
    base = measures(shape)
    slopes = [(measures(shape + np.eye(len(SHAPES))[i] * by) - base) / by for i, by in enumerate(moves)]
    slope = np.stack(slopes, axis=1) / spread[:, None]
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
