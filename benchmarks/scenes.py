"""How true the places of a scene are: things of known height and place, photographed by a known camera.

python -m benchmarks.scenes [--scenes N]

Solids stand on a level ground, as high as such things usually are times a random factor of the spread that
`sam_3d.usual_heights` states; the camera's tilt, height and field of view are random and not told. Each scene
is arranged with the names of its things and without. Errors are of the distances between things: of their
proportions, after the scale that fits best, and of that scale; and of the tilt.
"""

import argparse
import sys
from dataclasses import replace

import numpy as np
import trimesh
from numpy.typing import NDArray

from benchmarks.record import Row, record
from sam_3d.arrange import Arrangement, Item, arrange
from sam_3d.ground import Ground
from sam_3d.lift import lift
from sam_3d.usual_heights import usual_height
from shared.media import Image
from shared.mesh import Camera
from shared.raster import rasterise

SEED, SIZE_PX = 11, (320, 240)
TABLE = ("cup", "bottle", "bowl", "wine glass", "vase", "apple", "laptop", "toaster")
ROOM = ("chair", "couch", "dining table", "potted plant", "dog", "suitcase", "refrigerator", "bench")
# Width by height of each kind of thing, roughly.
WIDE = {
    "couch": 2.0,
    "dining table": 1.6,
    "bowl": 1.8,
    "laptop": 1.4,
    "bench": 1.6,
    "dog": 1.3,
    "toaster": 1.4,
}
SLIM = {"bottle": 0.3, "wine glass": 0.4, "refrigerator": 0.4, "vase": 0.5, "chair": 0.55, "suitcase": 0.65}
LEAST_PX = 150  # of a mask: less cannot be lifted


def scene(random: np.random.Generator) -> tuple[list[tuple[str, trimesh.Trimesh]], Ground, float] | None:
    """Draw a scene in units of the camera's height: solids, camera, metres a unit; None if too far."""
    names, camera_m = (
        (TABLE, random.uniform(0.25, 0.7)) if random.random() < 0.5 else (ROOM, random.uniform(1, 1.8))
    )
    half = np.radians(random.uniform(45, 68) / 2)
    camera = Camera(max(SIZE_PX) / 2 / float(np.tan(half)), (SIZE_PX[0] / 2, SIZE_PX[1] / 2), SIZE_PX)
    ground = Ground(camera, float(np.radians(random.uniform(5, 55))))
    solids = []
    for name in random.choice(names, int(random.integers(3, 6)), replace=False):
        usual = usual_height(str(name))
        assert usual is not None
        height = usual.metres * float(np.exp(random.normal(0, usual.spread))) / camera_m
        width = height * (WIDE.get(str(name)) or SLIM.get(str(name)) or 1.0)
        foot, depth = ground.hit(
            np.array([random.uniform(0.12, 0.88) * SIZE_PX[0], random.uniform(0.35, 0.97) * SIZE_PX[1]])
        )
        if depth > 12:
            return None
        solid = trimesh.creation.cylinder(radius=0.5, height=1.0, sections=24)
        solid.vertices = solid.vertices[:, [0, 2, 1]] * (width, height, width) + foot + (0, height / 2, 0)
        solid.invert()
        solids.append((str(name), solid))
    return solids, ground, camera_m


def photographed(
    solids: list[tuple[str, trimesh.Trimesh]], ground: Ground
) -> tuple[Image, list[NDArray[np.bool_]]] | None:
    """Return the photo and the visible part of each solid; None where one is hidden or cut off."""
    owner = np.full(SIZE_PX[::-1], -1)
    depth = np.full(SIZE_PX[::-1], np.inf)
    whole = []
    for number, (_, solid) in enumerate(solids):
        seen = rasterise(ground.world_to_camera(np.asarray(solid.vertices)), solid.faces, ground.camera)
        nearer = (seen.face >= 0) & (seen.depth < depth)
        owner[nearer], depth[nearer] = number, seen.depth[nearer]
        whole.append(seen.face >= 0)
    masks = [owner == number for number in range(len(solids))]
    edge = np.ones(SIZE_PX[::-1], bool)
    edge[1:-1, 1:-1] = False
    for mask, all_of_it in zip(masks, whole, strict=True):
        if mask.sum() < LEAST_PX or mask.sum() < 0.95 * all_of_it.sum() or (mask & edge).any():
            return None
    pixels = np.full((*SIZE_PX[::-1], 3), 200, np.uint8)
    for number, mask in enumerate(masks):
        pixels[mask] = (60 + 35 * number % 160, 90, 200 - 40 * number % 160)
    return Image(pixels), masks


def apart(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distances between all pairs of places (N, 2)."""
    first, second = np.triu_indices(len(places), 1)
    return np.linalg.norm(places[first] - places[second], axis=1)


def errors(made: Arrangement, truth: NDArray[np.float64], pitch_deg: float) -> tuple[float, float, float]:
    """Return the logarithms by which proportions and scale are wrong, and degrees of tilt."""
    found = apart(np.array([node.position[[0, 2]] for node in made.scene.nodes]))
    wrong = np.log(found / truth)
    scale = float(np.median(wrong))
    return float(np.abs(wrong - scale).mean()), abs(scale), abs(made.pitch_deg - pitch_deg)


def main() -> int:
    """Measure and write the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scenes", type=int, default=40)
    asked, random = parser.parse_args(), np.random.default_rng(SEED)
    named, nameless = [], []
    while len(named) < asked.scenes:
        drawn = scene(random)
        photo = drawn and photographed(drawn[0], drawn[1])
        if not drawn or not photo:
            continue
        solids, ground, metres = drawn
        image, masks = photo
        lifts = [lift(image, mask, engine="inflate", thickness=1.3) for mask in masks]
        items = [Item(name, one, mask) for (name, _), one, mask in zip(solids, lifts, masks, strict=True)]
        truth = apart(np.array([s.bounds.mean(0)[[0, 2]] for _, s in solids])) * metres
        pitch = float(np.degrees(ground.pitch_rad))
        blank = [replace(item, name="") for item in items]
        named.append(errors(arrange(items, SIZE_PX, plate=False), truth, pitch))
        nameless.append(errors(arrange(blank, SIZE_PX, plate=False), truth, pitch))
    how = f"mean of {asked.scenes} scenes of 3 to 5 things, seed {SEED}"
    rows = []
    for words, found in (("with names", named), ("without", nameless)):
        proportions, scale, degrees = np.mean(np.array(found), axis=0)
        rows.append(
            Row(f"proportions of distances, {words}", float(np.expm1(proportions)) * 100, "%", how=how)
        )
        rows.append(Row(f"scale, {words}", float(np.exp(scale)), "times", how=how))
        rows.append(Row(f"tilt, {words}", float(degrees), "deg", how=how))
    return record("scenes", rows, packages=("numpy",))


if __name__ == "__main__":
    sys.exit(main())
