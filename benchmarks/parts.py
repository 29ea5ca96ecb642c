"""Things with handles: parts inflated one by one, against their common outline inflated.

python -m benchmarks.parts

Mugs, jugs, baskets and kettlebells of random proportions, made of a body and a handle, are photographed from
three sides (`benchmarks.object_views`), the handle beside, slanting and before, with an exact mask of each
part. Scores as in `benchmarks.objects`, after the same placing. Needs embreex.
"""

import sys
from collections.abc import Callable

import numpy as np
import trimesh
from numpy.typing import NDArray

from benchmarks.object_meshes import Triangles
from benchmarks.object_metrics import Score, placed, score
from benchmarks.object_views import Photo, photograph
from benchmarks.record import Row, record
from sam_3d.lift import lift
from shared.masks import Masks

SEED, EACH = 3, 3
VIEWS = ((0.0, 20.0), (45.0, 20.0), (90.0, 20.0))
LEAST_PX = 150
"""Pixels of a handle below which a view does not show it."""
Parts = tuple[trimesh.Trimesh, trimesh.Trimesh]


def mug(random: np.random.Generator) -> Parts:
    """A cylinder with a ring at its side."""
    high, wide = random.uniform(0.8, 1.1), random.uniform(0.3, 0.42)
    ring, thick = random.uniform(0.22, 0.3), random.uniform(0.05, 0.08)
    return _upright(wide, high), _ring(ring, thick, (wide + 0.55 * ring, 0.0, 0.0))


def jug(random: np.random.Generator) -> Parts:
    """A ball, cut off below, with a large ring at its side."""
    wide, ring = random.uniform(0.36, 0.46), random.uniform(0.26, 0.34)
    body = trimesh.creation.icosphere(subdivisions=4, radius=wide)
    body.apply_scale((1.0, random.uniform(1.0, 1.3), 1.0))
    return body, _ring(ring, random.uniform(0.05, 0.07), (wide + 0.45 * ring, 0.05, 0.0))


def basket(random: np.random.Generator) -> Parts:
    """A low cylinder with an arch over it."""
    wide, high = random.uniform(0.4, 0.5), random.uniform(0.35, 0.5)
    return _upright(wide, high), _ring(0.9 * wide, random.uniform(0.05, 0.07), (0.0, high / 2, 0.0))


def kettlebell(random: np.random.Generator) -> Parts:
    """A ball with a ring on top."""
    wide = random.uniform(0.35, 0.42)
    ring = random.uniform(0.2, 0.26)
    body = trimesh.creation.icosphere(subdivisions=4, radius=wide)
    return body, _ring(ring, random.uniform(0.05, 0.08), (0.0, wide + 0.5 * ring, 0.0))


def case(random: np.random.Generator) -> Parts:
    """A box with an arch on top, broad side to the camera first."""
    size = random.uniform(0.7, 1.0), random.uniform(0.45, 0.6), random.uniform(0.2, 0.4)
    ring = random.uniform(0.12, 0.18)
    return trimesh.creation.box(size), _ring(ring, random.uniform(0.03, 0.05), (0.0, size[1] / 2, 0.0))


def pan(random: np.random.Generator) -> Parts:
    """A shallow cylinder with a rod at its side."""
    wide, high = random.uniform(0.35, 0.45), random.uniform(0.15, 0.22)
    long, thick = random.uniform(0.5, 0.7), random.uniform(0.03, 0.05)
    rod = trimesh.creation.cylinder(radius=thick, height=long + 0.1, sections=24)
    rod.apply_transform(trimesh.transformations.rotation_matrix(np.pi / 2, (0, 1, 0)))
    rod.apply_translation((wide + long / 2 - 0.05, high / 4, 0.0))
    return _upright(wide, high), rod


THINGS: dict[str, Callable[[np.random.Generator], Parts]] = {
    "mug": mug,
    "jug": jug,
    "basket": basket,
    "kettlebell": kettlebell,
    "case": case,
    "pan": pan,
}


def _upright(radius: float, height: float) -> trimesh.Trimesh:
    made = trimesh.creation.cylinder(radius=radius, height=height, sections=64)
    made.apply_transform(trimesh.transformations.rotation_matrix(np.pi / 2, (1, 0, 0)))
    return made


def _ring(radius: float, thick: float, middle: tuple[float, float, float]) -> trimesh.Trimesh:
    made = trimesh.creation.torus(radius, thick, major_sections=64, minor_sections=24)  # its axis is z
    made.apply_translation(middle)
    return made


def scaled(parts: Parts) -> tuple[Triangles, tuple[Triangles, ...]]:
    """Return one solid of both parts, and the parts, around the solid's middle with a longest edge of 1."""
    whole = trimesh.boolean.union(list(parts), engine="manifold")
    low, high = whole.bounds
    middle, size = (low + high) / 2, float((high - low).max())

    def made(mesh: trimesh.Trimesh) -> Triangles:
        return (np.asarray(mesh.vertices) - middle) / size, np.asarray(mesh.faces)

    return made(whole), tuple(made(part) for part in parts)


def part_masks(
    photo: Photo, parts: tuple[Triangles, ...], view: tuple[float, float]
) -> list[NDArray[np.bool_]]:
    """Return which pixels of a photo show which part."""
    fronts = [photograph(part, *view, seed=0, paint="flat").front for part in parts]
    nearest = np.argmin(np.nan_to_num(np.stack(fronts), nan=np.inf), axis=0)
    return [photo.mask & (nearest == number) for number in range(len(parts))]


def main() -> int:
    """Measure and record."""
    random = np.random.default_rng(SEED)
    one: list[Score] = []
    apart: list[Score] = []
    for name, make in THINGS.items():
        before = len(one)
        for number in range(EACH):
            whole, parts = scaled(make(random))
            for view in VIEWS:
                photo = photograph(whole, *view, seed=number, paint="shaded")
                masks = part_masks(photo, parts, view)
                if masks[1].sum() < LEAST_PX:
                    continue
                several = Masks(np.stack(masks), (1.0, 1.0), ("", ""))
                one.append(score(placed(lift(photo.image, photo.mask, engine="inflate"), photo), photo.truth))
                apart.append(score(placed(lift(photo.image, several, mode="parts"), photo), photo.truth))
        both = [np.mean([(s.f_score, s.iou) for s in scores[before:]], axis=0) for scores in (one, apart)]
        print(f"{name:12s} inflated {both[0].round(3)}  parts {both[1].round(3)}", flush=True)
    how = f"{len(one)} photos of things with handles, exact masks"

    def mean(scores: list[Score], what: str) -> float:
        return float(np.mean([getattr(one_score, what) for one_score in scores]))

    rows = [
        Row("common outline inflated, F@0.05", mean(one, "f_score"), "", None, None, how),
        Row(
            "parts, F@0.05", mean(apart, "f_score"), "", mean(one, "f_score"), None, f"{how}; wanted: better"
        ),
        Row("common outline inflated, volume IoU", mean(one, "iou"), "IoU", None, None, how),
        Row("parts, volume IoU", mean(apart, "iou"), "IoU", mean(one, "iou"), None, f"{how}; wanted: better"),
    ]
    return record("parts", rows, packages=("numpy", "scipy", "trimesh"))


if __name__ == "__main__":
    sys.exit(main())
