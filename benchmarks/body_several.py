"""Bars of a body from several photos: joints and girths on rendered front and side pairs with exact truth.

python -m benchmarks.body_several
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.body_bars import main_joints, similarity_error_mm
from benchmarks.record import Row, record
from sam_body.estimate import estimate
from sam_body.measures import measures_of
from sam_body.sampling import Scene, random_views
from sam_body.settings import FitSettings
from sam_body.several import PhotoOfPerson, estimate_several
from sam_body.types import Body
from shared.errors import InputError

PAIRS, FIRST_SEED = 12, 200
MILD, STRONG = 0.3, 0.6


@dataclass
class Tally:
    """What one way of estimating gave, person by person."""

    errors_mm: list[float] = field(default_factory=list)
    girths: dict[str, list[float]] = field(default_factory=lambda: {"chest": [], "waist": [], "hip": []})
    seconds: list[float] = field(default_factory=list)
    missed: int = 0

    def add(self, body: Body, scene: Scene) -> None:
        """Judge a body against the first photo's truth."""
        rows, true = main_joints(body), measures_of(scene.body)
        self.errors_mm.append(similarity_error_mm(body.posed_joints()[rows], scene.joints_m[rows]))
        found = measures_of(body)
        for name, apart in self.girths.items():
            apart.append(100 * abs(found[name] / true[name] - 1))


def together(pairs: Sequence[tuple[Scene, ...]], *, known_height: bool) -> Tally:
    """Estimate each pair as one person."""
    tally = Tally()
    for pair in pairs:
        height = round(100 * pair[0].body.height_m, 1) if known_height else 0.0
        photos = [PhotoOfPerson(f"{i}", scene.image) for i, scene in enumerate(pair)]
        start = time.process_time()
        try:
            found = estimate_several(photos, settings=FitSettings(height_cm=height))
        except InputError:
            tally.missed += 1
            continue
        tally.seconds.append(time.process_time() - start)
        tally.add(found.body, pair[0])
    return tally


def alone(pairs: Sequence[tuple[Scene, ...]]) -> Tally:
    """Estimate the first photo of each pair."""
    tally = Tally()
    for front, *_ in pairs:
        height = round(100 * front.body.height_m, 1)
        try:
            tally.add(estimate(front.image, settings=FitSettings(height_cm=height)).bodies[0], front)
        except InputError:
            tally.missed += 1
    return tally


def main() -> int:
    """Measure and record."""
    seeds = range(FIRST_SEED, FIRST_SEED + PAIRS)
    mild = [random_views(seed, strength=MILD) for seed in seeds]
    strong = [random_views(seed, strength=STRONG) for seed in seeds]
    one, told = alone(mild), together(mild, known_height=True)
    free, hard = together(mild, known_height=False), together(strong, known_height=True)
    how = f"mean of {PAIRS} dressed, rendered people, front and side, unknown cameras, height told"
    rows = [
        Row("several photos: PA-MPJPE, mild poses", _mean(told.errors_mm), "mm", at_most=30, how=how),
        Row("the same, the front photo alone", _mean(one.errors_mm), "mm", how="for comparison"),
        Row("several photos: PA-MPJPE, strong poses", _mean(hard.errors_mm), "mm", how=how),
        Row("several photos: PA-MPJPE, height not told", _mean(free.errors_mm), "mm", at_most=30, how=how),
        Row("several photos: chest girth", _mean(told.girths["chest"]), "%", at_most=4, how=how),
        Row("several photos: waist girth", _mean(told.girths["waist"]), "%", at_most=4, how=how),
        Row("several photos: hip girth", _mean(told.girths["hip"]), "%", how=how),
        Row("waist girth, the front photo alone", _mean(one.girths["waist"]), "%", how="for comparison"),
        Row("waist girth, height not told", _mean(free.girths["waist"]), "%", how="size is then a guess"),
        Row("several photos: seconds", float(np.median(told.seconds)), "s", how="median processor time"),
        Row("several photos: pairs refused", told.missed + hard.missed, "", at_most=0, how=how),
    ]
    return record("body_several", rows, packages=("numpy", "onnxruntime"))


def _mean(values: list[float]) -> float:
    return float(np.mean(values))


if __name__ == "__main__":
    sys.exit(main())
