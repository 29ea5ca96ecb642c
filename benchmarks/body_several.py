"""Bars of a body from several photos: joints and girths on rendered front and side pairs with exact truth.

python -m benchmarks.body_several
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from benchmarks.body import LIMBS, true_landmarks
from benchmarks.body_bars import main_joints, similarity_error_mm
from benchmarks.record import Row, record
from sam_body.corrections import BEFORE
from sam_body.estimate import estimate
from sam_body.measures import measures_of
from sam_body.sampling import Scene, random_views
from sam_body.settings import FitSettings
from sam_body.several import PhotoOfPerson, estimate_several
from sam_body.types import Body
from shared.errors import InputError
from shared.prompts import Keypoints, Prompts

PAIRS, FIRST_SEED = 12, 200
MILD, STRONG = 0.3, 0.6
DRAGS = 4
"""Joints that a user puts right one after another, in turn in either photo."""


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


def dragged(pairs: Sequence[tuple[Scene, ...]]) -> tuple[Tally, Tally, Tally]:
    """Put the joints right that are farthest off, one after another; see `DRAGS`.

    Returns:
        Before; after all, each time gone on from the last estimate, with the seconds of each; and estimated
        anew with the same joints.
    """
    first, on, anew = Tally(), Tally(), Tally()
    for pair in pairs:
        settings = FitSettings(height_cm=round(100 * pair[0].body.height_m, 1))
        photos = [PhotoOfPerson(f"{i}", scene.image) for i, scene in enumerate(pair)]
        try:
            found = estimate_several(photos, settings=settings)
        except InputError:
            first.missed += 1
            continue
        first.add(found.body, pair[0])
        for drag in range(DRAGS):
            which = drag % len(photos)
            said = worst(found.views[which], pair[which], photos[which].prompts)
            photos[which] = replace(photos[which], prompts=(*photos[which].prompts, said))
            start = time.process_time()
            found = estimate_several(photos, settings=settings, before=found)
            on.seconds.append(time.process_time() - start)
        on.add(found.body, pair[0])
        start = time.process_time()
        anew.add(estimate_several(photos, settings=settings).body, pair[0])
        anew.seconds.append(time.process_time() - start)
    return first, on, anew


def worst(body: Body, scene: Scene, prompts: Prompts) -> Keypoints:
    """Return the limb joint not placed yet whose fitted place in a photo is farthest off, put right."""
    marks, true = body.landmarks, true_landmarks(scene)
    flat = scene.camera.project(true)
    placed = {name for prompt in prompts if isinstance(prompt, Keypoints) for name in prompt.names}
    size = scene.camera.size_px
    apart = {
        name: float(np.linalg.norm(marks.fitted_px[i] - flat[i]))
        for i, name in enumerate(marks.names)
        if name.endswith(LIMBS) and name not in placed and (flat[i] >= 0).all() and (flat[i] < size).all()
    }
    name = max(apart, key=lambda each: apart[each])
    x, y = flat[marks.names.index(name)]
    base = marks.names.index(BEFORE[name])
    nearer = bool(true[marks.names.index(name), 2] > true[base, 2])
    said = Keypoints((name,), ((float(x), float(y)),))
    return replace(said, nearer=(name,)) if nearer else replace(said, farther=(name,))


def main() -> int:
    """Measure and record."""
    seeds = range(FIRST_SEED, FIRST_SEED + PAIRS)
    mild = [random_views(seed, strength=MILD) for seed in seeds]
    strong = [random_views(seed, strength=STRONG) for seed in seeds]
    one, told = alone(mild), together(mild, known_height=True)
    free, hard = together(mild, known_height=False), together(strong, known_height=True)
    _, on, anew = dragged(mild)
    how = f"mean of {PAIRS} dressed, rendered people, front and side, unknown cameras, height told"
    refit = "processor time of a whole estimate that goes on from the last one, nets' findings in memory"
    drags = f"mild poses; the {DRAGS} joints farthest off placed one after another, in turn in either photo"
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
        Row("several photos: seconds of a refit", float(np.median(on.seconds)), "s", at_most=0.5, how=refit),
        Row("the slowest tenth takes more than", float(np.quantile(on.seconds, 0.9)), "s", how=refit),
        Row("several photos: PA-MPJPE, dragged", _mean(on.errors_mm), "mm", at_most=30, how=drags),
        Row("the same, estimated anew", _mean(anew.errors_mm), "mm", how="for comparison"),
        Row("several photos: pairs refused", told.missed + hard.missed, "", at_most=0, how=how),
    ]
    return record("body_several", rows, packages=("numpy", "onnxruntime"))


def _mean(values: list[float]) -> float:
    return float(np.mean(values))


if __name__ == "__main__":
    sys.exit(main())
