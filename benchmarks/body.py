"""Bars of a single photo: joint error, outline, seconds and corrections on rendered people with exact truth.

python -m benchmarks.body
"""

import sys
import time
from dataclasses import dataclass, field, replace

import numpy as np

from benchmarks.body_bars import main_joints, outline_iou, similarity_error_mm
from benchmarks.record import Row, record
from sam_body.corrections import BEFORE
from sam_body.estimate import estimate
from sam_body.measures import measures_of
from sam_body.model import body_model
from sam_body.observation import NAMES
from sam_body.sampling import Scene, random_scene
from sam_body.settings import FitSettings
from sam_body.types import Body
from shared.errors import InputError
from shared.prompts import Keypoints, Prompts

SCENES, FIRST_SEED = 12, 100
MILD, STRONG = 0.3, 0.6
LIMBS = ("elbow", "wrist", "knee", "ankle")
MAIN = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "nose", "ear", "heel", "foot_index")


@dataclass
class Tally:
    """What one way of estimating gave, person by person."""

    errors_mm: list[float] = field(default_factory=list)
    outlines: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    missed: int = 0

    def add(self, scene: Scene, prompts: Prompts) -> Body | None:
        """Estimate one scene and judge it; the seconds are the processor's, of the estimate alone."""
        start = time.process_time()
        try:
            body = estimate(scene.image, prompts).bodies[0]
        except InputError:
            self.missed += 1
            return None
        self.seconds.append(time.process_time() - start)
        rows = main_joints(body)
        self.errors_mm.append(similarity_error_mm(body.posed_joints()[rows], scene.joints_m[rows]))
        self.outlines.append(outline_iou(body, scene))
        return body


def true_landmarks(scene: Scene) -> np.ndarray:
    """(27, 3) the landmarks of a scene's person in the camera's frame, in the order of `NAMES`."""
    model, body = body_model(), scene.body
    surface, joints = body.posed_vertices(), body.posed_joints()
    fingers = {"index": "index_01", "pinky": "pinky_01", "thumb": "thumb_02"}
    points = []
    for name in NAMES:
        side, _, part = name.partition("_")
        if part in fingers:
            points.append(joints[body.rig.bones.index(f"{fingers[part]}_{side[0]}")])
        else:
            points.append(
                model.regressor[model.keypoints.index(name.replace("foot_index", "big_toe"))] @ surface
            )
    # The scene's camera frame is a rigid motion of the body's world; the joints tell which.
    turn, shift = rigid(joints, scene.joints_m)
    return np.array(points) @ turn.T + shift


def rigid(source: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return rotation and shift that take (N, 3) points onto others (Kabsch)."""
    a, b = source - source.mean(0), target - target.mean(0)
    left, _, right = np.linalg.svd(a.T @ b)
    turn = right.T @ np.diag([1, 1, np.sign(np.linalg.det(right.T @ left.T))]) @ left.T
    return turn, target.mean(0) - turn @ source.mean(0)


def dragged(scene: Scene) -> Keypoints:
    """Return what a careful user says: all main joints in 2D, and which limbs point to the camera."""
    points = true_landmarks(scene)
    flat = scene.camera.project(points)
    width, height = scene.camera.size_px
    index = {name: i for i, name in enumerate(NAMES)}
    names = [
        name
        for name in NAMES
        if name.endswith(MAIN) and 0 <= flat[index[name]][0] < width and 0 <= flat[index[name]][1] < height
    ]
    nearer, farther = [], []
    for name in BEFORE:
        if name.endswith(LIMBS):
            apart = points[index[name], 2] - points[index[BEFORE[name]], 2]
            (nearer if apart > 0 else farther).append(name)
    places = tuple((float(x), float(y)) for x, y in flat[[index[name] for name in names]])
    return Keypoints(tuple(names), places, nearer=tuple(nearer), farther=tuple(farther))


def measure(strength: float) -> tuple[Tally, Tally]:
    """Estimate all scenes of a strength: as found, and with dragged joints."""
    found, corrected = Tally(), Tally()
    for seed in range(FIRST_SEED, FIRST_SEED + SCENES):
        scene = random_scene(seed, strength=strength)
        if found.add(scene, ()) is not None:
            corrected.add(scene, (dragged(scene),))
    return found, corrected


def with_measures(strength: float) -> tuple[list[float], list[float]]:
    """Return seconds of refits with a waist told, and with height, chest, waist and hip told."""
    waist, all_four = [], []
    for seed in range(FIRST_SEED, FIRST_SEED + SCENES // 2):
        scene = random_scene(seed, strength=strength)
        true = measures_of(scene.body)
        try:
            estimate(scene.image)
        except InputError:
            continue
        for seconds, names in ((waist, ("waist",)), (all_four, ("height", "chest", "waist", "hip"))):
            told = replace(FitSettings(), **{f"{name}_cm": true[name] for name in names})
            start = time.process_time()
            estimate(scene.image, (dragged(scene),), settings=told)
            seconds.append(time.process_time() - start)
    return waist, all_four


def main() -> int:
    """Measure and record."""
    estimate(random_scene(FIRST_SEED - 1).image)  # loads nets and body
    mild, mild_corrected = measure(MILD)
    strong, strong_corrected = measure(STRONG)
    waist, all_four = with_measures(MILD)
    refits = mild_corrected.seconds + strong_corrected.seconds
    how = f"mean of {SCENES} dressed, rendered people, no prompt, unknown camera"
    said = "main joints placed where they are in 2D, near or far told for each limb; mean"
    outlines = "mean over mild and strong poses; the mask has clothes and hair"
    measured = f"median processor time, {len(waist)} people in mild poses"
    rows = [
        Row("body: PA-MPJPE, mild poses", _mean(mild.errors_mm), "mm", at_most=45, how=how),
        Row("body: PA-MPJPE, strong poses", _mean(strong.errors_mm), "mm", at_most=60, how=how),
        Row("body: outline", _mean(mild.outlines + strong.outlines), "IoU", at_least=0.8, how=outlines),
        Row("body: PA-MPJPE, mild, dragged", _mean(mild_corrected.errors_mm), "mm", at_most=30, how=said),
        Row("body: PA-MPJPE, strong, dragged", _mean(strong_corrected.errors_mm), "mm", at_most=30, how=said),
        Row(
            "body: seconds of a refit",
            _median(refits),
            "s",
            at_most=0.5,
            how="median processor time of a whole estimate with corrections, nets' findings in memory",
        ),
        Row("the same with a waist girth told", _median(waist), "s", at_most=0.5, how=measured),
        Row("the same with height and three girths", _median(all_four), "s", at_most=0.5, how=measured),
        Row("body: people not found", mild.missed + strong.missed, "", at_most=0, how=how),
    ]
    return record("body", rows, packages=("numpy", "onnxruntime"))


def _median(values: list[float]) -> float:
    return float(np.median(values))


def _mean(values: list[float]) -> float:
    return float(np.mean(values))


if __name__ == "__main__":
    sys.exit(main())
