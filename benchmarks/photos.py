"""How true objects of several photos are: known meshes on a turntable and on the marker mat, photographed.

    python -m benchmarks.object_meshes MESHES
    python -m benchmarks.photos MESHES [--models teapot,featuretype] [--keep FOLDER] [--quick]

Photos have lens blur, noise, soft shadows and another exposure and white balance each time. The object is
marked by one box on the first photo. Meshes are compared as in `benchmarks.objects`. Needs embreex.
"""

import argparse
import pickle
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.object_meshes import Triangles, meshes
from benchmarks.object_metrics import Score, score
from benchmarks.photo_sets import ring
from benchmarks.photo_studio import Shots, Studio, mat_ground, plain_ground
from benchmarks.record import Row, peak_mb, record
from sam_3d.photos.album import Album, Photo
from sam_3d.photos.cameras import to_json
from sam_3d.photos.carving import bounds, carve, outline
from sam_3d.photos.making import Made, make
from sam_3d.photos.mat import PAPERS
from sam_3d.photos.surface import closed_surface
from shared.media import Image
from shared.mesh import Camera
from shared.prompts import Box
from shared.render import View

MODELS = "teapot,featuretype"
LONGEST_M, WIDEST_M = 0.085, 0.100  # of an object on the mat
CELLS, ATLAS_PX = 128, 512
# Name: how the cameras are known, and which photos.
SETS = {"mat 12": ("mat", "mat"), "known 8": ("known", "known_8"), "known 24": ("known", "known_24"),
        "turntable 8": ("turntable", "known_8")}  # fmt: skip
WANTED = {"mat 12": 0.93, "known 8": 0.94, "known 24": 0.97, "turntable 8": 0.94}
Rings = tuple[tuple[int, tuple[float, float], float], ...]
# Photos, lowest and highest elevation (degrees), turn of the first one in steps.
RINGS: Rings = ((6, (10, 20), 0.0), (4, (35, 50), 0.3), (2, (60, 75), 0.6))
_ROOM_PX = 4


@dataclass(frozen=True)
class Result:
    """One object: how near it is, how wrong its three edges and its longest one are, processor seconds."""

    score: Score
    edges: float
    longest: float
    seconds: float


def standing(mesh: Triangles, size: float = 1.0) -> Triangles:
    """Return a mesh scaled, in the middle of the ground y = 0."""
    points = mesh[0] * size
    low, high = points.min(0), points.max(0)
    return points - [(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2], mesh[1]


def turned(mesh: Triangles, count: int, size_px: tuple[int, int]) -> Shots:
    """Turn an object once before a still camera that looks down by 22°."""
    mesh = standing(mesh)
    views = ring(count, elevations_deg=(22,), size_px=size_px, fov_deg=40, distance=2.6,
                 middle=(0, mesh[0][:, 1].max() / 2, 0))  # fmt: skip
    return Studio(mesh, plain_ground(), 7, turning=True).shoot(views, seed=3)


def on_mat(mesh: Triangles, rings: Rings = RINGS, size_px: tuple[int, int] = (800, 600)) -> Shots:
    """Walk around an object on the A4 mat."""
    mesh = standing(mesh)
    wide = float(np.hypot(*np.ptp(mesh[0], axis=0)[[0, 2]]))
    mesh = standing(mesh, min(LONGEST_M, WIDEST_M / wide))
    views = by_hand(rings, size_px, height=float(mesh[0][:, 1].max()) * 0.45)
    return Studio(mesh, mat_ground(PAPERS[0]), 1).shoot(views)


def by_hand(rings: Rings, size_px: tuple[int, int], *, height: float, distance: float = 0.30) -> list[View]:
    """Return cameras as of a phone in a hand, in metres: places, heights, aim and roll vary."""
    rng = np.random.default_rng(0)
    camera = Camera(1.05 * size_px[0], (size_px[0] / 2, size_px[1] / 2), size_px)
    found = []
    for count, (low, high), first in rings:
        for i in range(count):
            azimuth = 2 * np.pi * (i + first + rng.uniform(-0.25, 0.25)) / count
            up = np.radians(rng.uniform(low, high))
            back = np.array([np.sin(azimuth) * np.cos(up), np.sin(up), np.cos(azimuth) * np.cos(up)])
            right = np.cross((rng.uniform(-0.06, 0.06), 1, rng.uniform(-0.06, 0.06)), back)
            right /= np.linalg.norm(right)
            pose = np.eye(4)
            pose[:3, :3] = right, np.cross(back, right), back
            aim = np.array([0, height, 0]) + rng.uniform(-0.008, 0.008, 3)
            pose[:3, 3] = pose[:3, :3] @ -(back * distance * rng.uniform(0.93, 1.12) + aim)
            found.append(View(camera, pose))
    return found


PHOTOGRAPHED: dict[str, Callable[[Triangles], Shots]] = {
    "mat": on_mat,
    "known_8": lambda mesh: turned(mesh, 8, (640, 480)),
    "known_24": lambda mesh: turned(mesh, 24, (480, 360)),
}


def made(shots: Shots, way: str, *, cells: int = CELLS, atlas_px: int = ATLAS_PX) -> tuple[Made, float]:
    """Return the object of photos with one box on the first one, and the processor seconds."""
    names = [f"{i:02}.png" for i in range(len(shots.photos))]
    photos = tuple(Photo(name, photo) for name, photo in zip(names, shots.photos, strict=True))
    album = Album(photos, to_json(names, shots.views) if way == "known" else None)
    rows, columns = np.nonzero(shots.masks[0])
    height, width = shots.masks[0].shape
    left, right = max(columns.min() - _ROOM_PX, 0), min(columns.max() + 1 + _ROOM_PX, width)
    top, bottom = max(rows.min() - _ROOM_PX, 0), min(rows.max() + 1 + _ROOM_PX, height)
    box = float(left), float(top), float(right), float(bottom)
    started = time.process_time()
    prompts = {names[0]: (Box(box),)}
    found = make(album, prompts, cameras=way, cells=cells, atlas_px=atlas_px)
    return found, time.process_time() - started


def compared(shots: Shots, way: str) -> Result:
    """Make an object of photos and compare it with the true one."""
    found, seconds = made(shots, way)
    back = found.views[0].camera_from_world[2, :3]
    angle = np.arctan2(back[0], back[2])  # the object was turned towards the first camera
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.array([[cosine, 0, -sine], [0, 1, 0], [sine, 0, cosine]])
    mesh = found.object.mesh
    return _result((mesh.vertices @ turn, mesh.faces), shots, seconds)


def exact(shots: Shots) -> Result:
    """Carve by exact outlines and cameras alone."""
    started = time.process_time()
    outlines = [outline(view, mask) for view, mask in zip(shots.views, shots.masks, strict=True)]
    field, grid = carve(outlines, bounds(shots.views, shots.masks, floor=0.0), cells=CELLS, floor=0.0)
    return _result(closed_surface(field, grid), shots, time.process_time() - started)


def _result(mesh: Triangles, shots: Shots, seconds: float) -> Result:
    true = np.ptp(shots.mesh[0], axis=0)
    wrong = np.abs(np.ptp(mesh[0], axis=0) / true - 1)
    size = float(true.max())
    near = score((mesh[0] / size, mesh[1]), (shots.mesh[0] / size, shots.mesh[1]))
    return Result(near, float(wrong.mean()), float(wrong[true.argmax()]), seconds)


def enlarged(shots: Shots, width: int, count: int) -> Shots:
    """Return as many photos of a width, taken in turn: to measure the time only."""
    height = round(width * shots.photos[0].height / shots.photos[0].width)
    index = [i % len(shots.photos) for i in range(count)]
    photos = tuple(Image(_resized(shots.photos[i].pixels, (width, height))) for i in index)
    masks = tuple(_resized(shots.masks[i].astype(np.uint8), (width, height)) > 0 for i in index)
    return Shots(shots.mesh, photos, masks, tuple(shots.views[i] for i in index))


def _resized(values: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _kept(folder: Path | None, name: str, render: Callable[[], Shots]) -> Shots:
    path = None if folder is None else folder / f"{name}.pkl"
    if path is not None and path.is_file():
        return pickle.loads(path.read_bytes())
    shots = render()
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(shots))
    return shots


def _told(name: str, tag: str, last: Result) -> None:
    near = f"F {last.score.f_score:.3f} IoU {last.score.iou:.3f} edges {last.edges:.1%}"
    print(f"{name:14s} {tag:18s} {near} longest {last.longest:.1%} {last.seconds:.1f} s", flush=True)


def main() -> int:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description="How true objects of several photos are.")
    parser.add_argument("meshes", type=Path)
    parser.add_argument("--models", default=MODELS, help="names, comma-separated")
    parser.add_argument("--keep", type=Path, help="folder where photos are kept, and taken from again")
    parser.add_argument("--quick", action="store_true", help="print only, record nothing")
    parsed = parser.parse_args()
    names = [name for name in parsed.models.split(",") if name]
    models = {name: mesh for name, mesh in meshes(parsed.meshes).items() if name in names}
    found: dict[str, list[Result]] = {}
    rows: list[Row] = []
    missed = 0
    for tag, (way, photograph) in SETS.items():
        for name, mesh in models.items():
            shots = _kept(
                parsed.keep, f"{photograph}_{name}", lambda m=mesh, p=photograph: PHOTOGRAPHED[p](m)
            )
            found.setdefault(tag, []).append(compared(shots, way))
            found.setdefault(f"{tag}, exact", []).append(exact(shots))
            for key in (tag, f"{tag}, exact"):
                _told(name, key, found[key][-1])
        rows += _rows(found, tag, len(models))
        if tag == "known 24":
            shots = _kept(parsed.keep, f"mat_{names[0]}", lambda: on_mat(models[names[0]]))
            rows += _time(shots)
        if not parsed.quick:  # after each set, so that a run that is cut off leaves what it measured
            missed = record("photos", rows, packages=("numpy", "scipy", "opencv-python-headless", "trimesh"))
    return missed


def _rows(found: dict[str, list[Result]], tag: str, count: int) -> list[Row]:
    one, exactly = f"{count} known meshes, one box on one photo", f"{count} known meshes, outlines alone"
    rows = []
    for key, how, wanted in ((tag, one, WANTED[tag]), (f"{tag}, exact", exactly, None)):
        results = found[key]
        rows += [
            Row(f"{key}, F@0.05", float(np.mean([r.score.f_score for r in results])), "", wanted, None, how),
            Row(f"{key}, volume IoU", float(np.mean([r.score.iou for r in results])), "IoU", None, None, how),
        ]
    results, limit = found[tag], 1 if tag == "mat 12" else None
    longest, edges = (100 * float(np.mean([getattr(r, w) for r in results])) for w in ("longest", "edges"))
    rows.append(Row(f"{tag}, error of the longest edge", longest, "%", None, limit, f"{one}; mean"))
    rows.append(Row(f"{tag}, error of all three edges", edges, "%", None, None, f"{one}; mean"))
    return rows


def _time(shots: Shots) -> list[Row]:
    started = peak_mb()
    _, seconds = made(enlarged(shots, 1600, 24), "mat", cells=256, atlas_px=2048)
    print(f"24 photos of 1600 px: {seconds:.1f} s, {started:.0f} to {peak_mb():.0f} MB", flush=True)
    how = "processor seconds; 256 cells, texture of 2048 px, photos enlarged from 800 px, each taken twice"
    return [
        Row("24 photos of 1600 px on the mat", seconds, "s", None, 60, how),
        Row("memory of that", peak_mb() / 1000, "GB", None, None, "the most that the run held so far"),
    ]


if __name__ == "__main__":
    sys.exit(main())
