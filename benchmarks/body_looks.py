"""Bars of the looks: outline of known clothes, where a head looks, what a print keeps, and the seconds of it.

python -m benchmarks.body_looks
"""

import sys
import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.body import rigid
from benchmarks.record import Row, record
from sam_body.clothing.drape import drape
from sam_body.clothing.surface import outwards, regions
from sam_body.details.head import find_head
from sam_body.estimate import estimate
from sam_body.export.distance import distances
from sam_body.export.solid import one_solid
from sam_body.export.stl import printable
from sam_body.model import body_model
from sam_body.sampling import Scene, random_scene
from sam_body.skeletons import FINGERS
from sam_body.skinning import rotation_vectors
from sam_body.types import Body, Skin
from shared.errors import InputError
from shared.raster import rasterise

PEOPLE, FIRST_SEED, STRENGTH = 6, 100, 0.3
LEAST_M, MOST_M = 0.02, 0.06
PRINTS, SWALLOWED_MM = 4, 3.0


def clothed(body: Body, rng: np.random.Generator) -> Body:
    """Return a body in cloth that is 2 to 6 cm off its skin, differently thick on trunk and limbs."""
    parts, skin = regions(), body.skin
    cloth = np.clip(1 - parts.face - parts.scalp - parts.neck - parts.hands - parts.feet, 0, 1)
    bone = skin.weights.argmax(1)
    thick = rng.uniform(LEAST_M, MOST_M, len(body.rig.bones))[skin.joints[np.arange(len(bone)), bone]]
    for _ in range(30):
        sums = np.bincount(skin.faces.ravel(), np.repeat(thick[skin.faces].mean(1), 3), len(thick))
        thick = sums / np.maximum(np.bincount(skin.faces.ravel(), minlength=len(thick)), 1)
    vertices = skin.vertices + (thick * cloth)[:, None] * outwards(skin.vertices)
    return replace(body, skin=Skin(vertices, skin.faces, skin.joints, skin.weights, skin.parts))


def silhouette(body: Body) -> np.ndarray:
    """(H, W) bool: the body in its photo."""
    return rasterise(body.posed_vertices() + body.offset_m, body.skin.faces, body.camera).face >= 0


def head_errors(scene: Scene) -> tuple[float, float] | None:
    """Return the errors of the fit's and of the face net's turn of the head, degrees; None if not seen."""
    try:
        body = estimate(scene.image).bodies[0]
    except InputError:
        return None
    head = find_head(scene.image, body)
    if head is None:
        return None
    turn, _ = rigid(scene.body.posed_joints(), scene.joints_m)
    true = turn @ scene.body.turns()[scene.body.rig.bones.index("head")]
    fitted = body.turns()[body.rig.bones.index("head")]
    apart = [rotation_vectors((true.T @ found)[None])[0] for found in (fitted, head.turn)]
    return tuple(float(np.degrees(np.linalg.norm(vector))) for vector in apart)  # type: ignore[return-value]


def blunt_mm(body: Body) -> tuple[NDArray[np.float64], float] | None:
    """Return how far fingers and face lie from the redrawn solid, mm a vertex, and the seconds of drawing it.

    Fingers that lie in something else, which the solid swallows, are left out; None for a body that is whole.
    """
    model, kept = body_model(), body.skin.parts == 0
    vertices, faces = printable(body)
    start = time.process_time()
    points, triangles, anew = one_solid(vertices, faces)
    seconds = time.process_time() - start
    if not anew:
        return None
    apart = distances(vertices, points, triangles)
    found = [apart[regions().face[kept] > 0.8]]
    for tip in (f"{finger}_03_{side}" for finger in FINGERS for side in "lr"):
        share = np.where(model.joints == model.index[tip], model.weights, 0).sum(1)[kept]
        finger = apart[share > 0.5]
        if np.median(finger) < SWALLOWED_MM:
            found.append(finger)
    return np.concatenate(found), seconds


def main() -> int:
    """Measure and record."""
    rng = np.random.default_rng(0)
    blunt = [b for seed in range(PRINTS) if (b := blunt_mm(random_scene(seed, strength=STRENGTH).body))]
    tips = np.concatenate([apart for apart, _ in blunt])
    before, after, seconds, errors = [], [], [], []
    for seed in range(FIRST_SEED, FIRST_SEED + PEOPLE):
        scene = random_scene(seed, strength=STRENGTH)
        mask = silhouette(clothed(scene.body, rng))
        start = time.process_time()
        draped = drape(scene.body, mask)
        seconds.append(time.process_time() - start)
        if draped is not None:
            before.append(draped.iou_before)
            after.append(draped.iou_after)
        if (error := head_errors(scene)) is not None:
            errors.append(error)
    how = f"mean of {len(after)} bodies in cloth of known thickness, 2 to 6 cm, true pose"
    seen = f"mean of {len(errors)} of {PEOPLE} rendered people whose face is seen"
    drawn = f"{len(blunt)} of {PRINTS} bodies that cut themselves, life size"
    fitted, net = np.mean(errors, axis=0).tolist()
    rows = [
        Row("looks: outline of the bare body", float(np.mean(before)), "IoU", how=how),
        Row("looks: outline of the widened body", float(np.mean(after)), "IoU", at_least=0.93, how=how),
        Row("looks: seconds of widening", float(np.median(seconds)), "s", at_most=2.0, how="processor time"),
        Row("looks: turn of the head, landmark fit", fitted, "°", how=seen),
        Row("looks: turn of the head, face net", net, "°", at_most=8.0, how=seen),
        Row("print: fingers and face off the skin, mean", float(tips.mean()), "mm", how=drawn),
        Row("print: fingers and face off the skin, 99 %", float(np.percentile(tips, 99)), "mm", how=drawn),
        Row("print: seconds of drawing a solid", float(np.median([s for _, s in blunt])), "s", how=drawn),
    ]
    return record("body_looks", rows, packages=("numpy", "scipy", "onnxruntime"))


if __name__ == "__main__":
    sys.exit(main())
