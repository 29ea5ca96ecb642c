"""Bars of the body estimate: joint error on rendered people, and seconds a person.

python -m benchmarks.body_bars
"""

import sys
import time

import numpy as np

from benchmarks.record import Row, record
from sam_body.estimate import estimate
from sam_body.sampling import Scene, random_scene
from sam_body.types import Body
from shared.errors import InputError

SCENES = 12
FIRST_SEED = 100
_FINGERS = ("thumb", "index", "middle", "ring", "pinky")


def similarity_error_mm(found: np.ndarray, truth: np.ndarray) -> float:
    """Mean distance of (J, 3) joints after the best rotation, scale and shift (Procrustes), in mm."""
    a, b = found - found.mean(0), truth - truth.mean(0)
    left, spread, right = np.linalg.svd(a.T @ b)
    flip = np.array([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
    scale = (spread * flip).sum() / (a**2).sum()
    return float(np.linalg.norm(scale * a @ (left * flip) @ right - b, axis=1).mean() * 1e3)


def main_joints(body: Body) -> np.ndarray:
    """Rows of the joints that are judged: all but the root on the floor, fingers and toes."""
    skip = ("Root", "ball", *_FINGERS)
    return np.array([i for i, bone in enumerate(body.rig.bones) if bone.split("_")[0] not in skip])


def outline_iou(body: Body, scene: Scene) -> float:
    """Intersection over union of the fitted body's silhouette and the true mask."""
    from shared.raster import rasterise

    drawn = rasterise(body.posed_vertices() + body.offset_m, body.skin.faces, body.camera).face >= 0
    return float((drawn & scene.mask).sum() / (drawn | scene.mask).sum())


def measure(strength: float) -> tuple[list[float], list[float], list[float], int]:
    """Estimate all scenes of a strength: errors in mm, outline IoUs, seconds, and people not found."""
    errors, outlines, seconds, missed = [], [], [], 0
    for seed in range(FIRST_SEED, FIRST_SEED + SCENES):
        scene = random_scene(seed, strength=strength)
        start = time.process_time()
        try:
            bodies = estimate(scene.image).bodies
        except InputError:
            missed += 1
            continue
        seconds.append((time.process_time() - start) / len(bodies))
        rows = main_joints(bodies[0])
        errors.append(similarity_error_mm(bodies[0].posed_joints()[rows], scene.joints_m[rows]))
        outlines.append(outline_iou(bodies[0], scene))
    return errors, outlines, seconds, missed


def main() -> int:
    """Measure and record."""
    estimate(random_scene(FIRST_SEED - 1).image)  # loads nets and body
    mild, outlines, seconds, missed = measure(0.3)
    strong, *_ = measure(0.6)
    how = f"{SCENES} dressed people rendered over cloudy backgrounds, unknown camera, no prompt; mean"
    return record(
        "body_bars",
        [
            Row(
                "body: joint error after Procrustes, mild poses",
                float(np.mean(mild)),
                "mm",
                at_most=60,
                how=how,
            ),
            Row("body: worst of them", max(mild), "mm", how="the largest mean joint error of one person"),
            Row("body: joint error, raised arms and bent knees", float(np.mean(strong)), "mm", how=how),
            Row(
                "body: outline on the true mask (clothes and hair)", float(np.mean(outlines)), "IoU", how=how
            ),
            Row("body: people not found", missed, "", at_most=0, how=how),
            Row(
                "body: seconds a person",
                float(np.median(seconds)),
                "s",
                at_most=5,
                how="median processor time, nets loaded",
            ),
        ],
        packages=("numpy", "onnxruntime"),
    )


if __name__ == "__main__":
    sys.exit(main())
