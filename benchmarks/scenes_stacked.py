"""How true the places of things are that stand on other things: boxes and cylinders, seen by a known camera.

python -m benchmarks.scenes_stacked [--scenes N]

A box named as furniture stands on a level ground and bears a smaller thing, a third thing stands anywhere;
all are as high as such things usually are, give or take (see `benchmarks.scenes`); the camera is not told.
Each scene is arranged with the smaller thing on the furniture, and with everything on the ground. It is also
counted how often `sam_3d.standing` finds the former, and how often it takes things that merely hide one
another for such that stand on one another.
"""

import argparse
import sys
from itertools import combinations

import numpy as np
import trimesh
from numpy.typing import NDArray

from benchmarks.record import Row, record
from benchmarks.scenes import LEAST_PX, SIZE_PX, SLIM, WIDE, scene
from sam_3d.arrange import Item, arrange
from sam_3d.ground import Ground
from sam_3d.lift import lift
from sam_3d.standing import carriers, uncovered
from sam_3d.usual_heights import usual_height
from shared.media import Image
from shared.mesh import Camera
from shared.raster import rasterise

SEED = 5
BEARING = {
    "dining table": ("cup", "bottle", "bowl", "vase", "laptop", "potted plant", "wine glass"),
    "bench": ("backpack", "cat", "suitcase", "dog"),
    "bed": ("cat", "dog", "suitcase", "teddy bear"),
    "suitcase": ("cat", "teddy bear", "bowl"),
}
BESIDE = ("chair", "dog", "suitcase")
DEEP = 0.7  # of a box's width
HIDDEN = 0.03  # of a thing's pixels: with more it counts as hidden
Mask = NDArray[np.bool_]
Solids = list[tuple[str, trimesh.Trimesh]]


def solid(name: str, random: np.random.Generator, camera_m: float) -> trimesh.Trimesh:
    """Return a box or a cylinder as high as what is named so, its foot in the origin."""
    usual = usual_height(name)
    assert usual is not None
    height = usual.metres * float(np.exp(random.normal(0, usual.spread))) / camera_m
    width = height * (WIDE.get(name) or SLIM.get(name) or 1.0)
    if name in BEARING:
        made = trimesh.creation.box(extents=(width, height, DEEP * width))
    else:
        made = trimesh.creation.cylinder(radius=width / 2, height=height, sections=24)
        made.apply_transform(trimesh.transformations.rotation_matrix(np.pi / 2, (1, 0, 0)))
    made.apply_translation((0, height / 2, 0))
    return made


def stacked(random: np.random.Generator) -> tuple[Solids, Ground, float]:
    """Draw a scene in units of the camera's height: the lower thing, what is on it, and another one."""
    camera_m = random.uniform(1.2, 1.9)
    half = np.radians(random.uniform(45, 68) / 2)
    camera = Camera(max(SIZE_PX) / 2 / float(np.tan(half)), (SIZE_PX[0] / 2, SIZE_PX[1] / 2), SIZE_PX)
    ground = Ground(camera, float(np.radians(random.uniform(10, 50))))
    low = str(random.choice(list(BEARING)))
    lower, upper = solid(low, random, camera_m), str(random.choice(BEARING[low]))
    width, height, deep = lower.extents
    foot, _ = ground.hit(np.array(SIZE_PX) * (random.uniform(0.25, 0.75), random.uniform(0.6, 0.95)))
    lower.apply_transform(trimesh.transformations.rotation_matrix(random.uniform(0, 3), (0, 1, 0)))
    lower.apply_translation(foot)
    on_it = solid(upper, random, camera_m)
    across, along = random.uniform(-0.25, 0.25) * width, random.uniform(-0.2, 0.2) * deep
    on_it.apply_translation(foot + (across, height, along))
    other = str(random.choice([name for name in BESIDE if name != low]))
    third = solid(other, random, camera_m)
    place, _ = ground.hit(np.array(SIZE_PX) * (random.uniform(0.1, 0.9), random.uniform(0.4, 0.95)))
    third.apply_translation(place)
    return [(low, lower), (upper, on_it), (other, third)], ground, camera_m


def visible(solids: Solids, ground: Ground) -> tuple[list[Mask], list[float]]:
    """Return the visible part of each solid, and which share of it is visible."""
    drawn = [
        rasterise(ground.world_to_camera(np.asarray(s.vertices)), s.faces, ground.camera) for _, s in solids
    ]
    nearest = np.argmin([one.depth for one in drawn], axis=0)
    masks = [(one.face >= 0) & (nearest == number) for number, one in enumerate(drawn)]
    shares = [mask.sum() / max((one.face >= 0).sum(), 1) for mask, one in zip(masks, drawn, strict=True)]
    return masks, shares


def inside(mask: Mask) -> bool:
    """Tell whether a mask is large enough, and not cut off by the picture's edge."""
    edge = mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any()
    return bool(mask.sum() >= LEAST_PX and not edge)


def errors(
    solids: Solids, masks: list[Mask], metres: float, below: tuple[int | None, ...]
) -> tuple[float, float, float]:
    """Arrange a scene: errors of place and level of what stands on the first thing, and of its height.

    Returns:
        Distance from its true place beside the lower thing, over the lower thing's longest side; error of its
        level over the true one; error of the logarithm of its height over the lower thing's.
    """
    pixels = np.full((*SIZE_PX[::-1], 3), 200, np.uint8)
    for number, mask in enumerate(masks):
        pixels[mask] = (60 + 35 * number, 90, 200 - 40 * number)
    items = []
    for number, mask in enumerate(masks):
        riders = [masks[n] for n, one in enumerate(below) if one == number]
        image, whole = uncovered(Image(pixels), mask, riders) if riders else (Image(pixels), mask)
        shape = lift(image, whole, engine="inflate", thickness=1.3)
        items.append(Item(solids[number][0], shape, whole, stands_on=below[number]))
    nodes = arrange(items, SIZE_PX, plate=False).scene.nodes[:2]
    found = [np.array([v.min(0), v.max(0)]) for v in (node.in_world().vertices for node in nodes)]
    true = [np.asarray(one.bounds) * metres for _, one in solids[:2]]
    size = float(np.ptp(true[0], axis=0).max())
    way, way_true = (boxes[1].mean(0) - boxes[0].mean(0) for boxes in (found, true))
    level = abs(found[1][0, 1] / true[1][0, 1] - 1)
    ratio, ratio_true = (np.ptp(boxes[1][:, 1]) / np.ptp(boxes[0][:, 1]) for boxes in (found, true))
    return float(np.linalg.norm(way - way_true)) / size, float(level), abs(float(np.log(ratio / ratio_true)))


def taken_wrongly(count: int, random: np.random.Generator) -> tuple[int, int]:
    """Return how many things are partly hidden in so many scenes of things on the ground, and how many of all
    are taken to stand on another one."""
    hidden = wrong = scenes = 0
    while scenes < count:
        drawn = scene(random)
        if drawn is None:
            continue
        masks, shares = visible(drawn[0], drawn[1])
        if min(mask.sum() for mask in masks) < LEAST_PX or min(shares) > 1 - HIDDEN or _through(drawn[0]):
            continue
        scenes += 1
        hidden += sum(share < 1 - HIDDEN for share in shares)
        wrong += sum(one is not None for one in carriers(masks, [""] * len(masks)))
    return hidden, wrong


def _through(solids: Solids) -> bool:
    """Tell whether two solids may go through one another."""
    boxes = [one.bounds for _, one in solids]
    pairs = combinations(boxes, 2)
    return any((np.minimum(a[1], b[1]) > np.maximum(a[0], b[0])).all() for a, b in pairs)


def main() -> int:
    """Measure and write the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scenes", type=int, default=60)
    asked, random = parser.parse_args(), np.random.default_rng(SEED)
    told, fallen, found = [], [], 0
    while len(told) < asked.scenes:
        solids, ground, metres = stacked(random)
        masks, shares = visible(solids, ground)
        if shares[1] < 1 - HIDDEN or not all(inside(mask) for mask in masks):
            continue
        below = carriers(masks, [name for name, _ in solids])
        found += below == (None, 0, None)
        told.append(errors(solids, masks, metres, (None, 0, None)))
        fallen.append(errors(solids, masks, metres, (None, None, None)))
    hidden, wrong = taken_wrongly(5 * asked.scenes, np.random.default_rng(SEED))
    how = f"median of {asked.scenes} scenes, seed {SEED}"
    rows = [Row("told what stands on what", 100 * found / asked.scenes, "%", how=f"{asked.scenes} scenes")]
    rows.append(
        Row("taken wrongly to stand on what hides it", wrong, "things", how=f"of {hidden} hidden ones")
    )
    for words, values in (("put where it stands", told), ("all on the ground", fallen)):
        place, level, height = np.median(np.array(values), axis=0)
        rows.append(Row(f"place over the lower thing's size, {words}", 100 * float(place), "%", how=how))
        rows.append(Row(f"level it stands on, {words}", 100 * float(level), "%", how=how))
        rows.append(Row(f"height over the lower thing's, {words}", float(np.exp(height)), "times", how=how))
    return record("scenes_stacked", rows, packages=("numpy",))


if __name__ == "__main__":
    sys.exit(main())
