"""How true objects of several photos are: known meshes on a turntable and on the marker mat, photographed.

    python -m benchmarks.object_meshes MESHES
    python -m benchmarks.photos MESHES [--models cow,rocker:plain] [--sets "mat 12"] [--keep FOLDER] [--quick]

Photos have lens blur, noise, soft shadows and another exposure and white balance each time; meshes are
painted with blotches, or of one colour where their name ends on ":plain". The object is marked by one box on
the first photo. Meshes are compared as in `benchmarks.objects`. Each set has its own file of results. Needs
embreex.
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

MODELS = "featuretype,cow,teapot,bunny:plain,rocker:plain"
LONGEST_M, WIDEST_M = 0.085, 0.100  # of an object on the mat
CELLS, ATLAS_PX = 128, 512
MAT_CELLS = 192  # where lengths are true; tips need finer cells, and 256 are the usual ones
_PLAIN = ":plain"
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
    """One object: how near it is, how wrong three edges and the longest are, processor seconds."""

    score: Score
    edges: float
    longest: float
    seconds: float


def standing(mesh: Triangles, size: float = 1.0) -> Triangles:
    """Return a mesh scaled, in the middle of the ground y = 0."""
    points = mesh[0] * size
    low, high = points.min(0), points.max(0)
    return points - [(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2], mesh[1]


def turned(mesh: Triangles, count: int, size_px: tuple[int, int], *, plain: bool = False) -> Shots:
    """Turn an object once before a still camera that looks down by 22°."""
    mesh = standing(mesh)
    views = ring(count, elevations_deg=(22,), size_px=size_px, fov_deg=40, distance=2.6,
                 middle=(0, mesh[0][:, 1].max() / 2, 0))  # fmt: skip
    return Studio(mesh, plain_ground(), 7, turning=True, plain=plain).shoot(views, seed=3)


def on_mat(
    mesh: Triangles, rings: Rings = RINGS, size_px: tuple[int, int] = (800, 600), *, plain: bool = False
) -> Shots:
    """Walk around an object on the A4 mat."""
    mesh = standing(mesh)
    wide = float(np.hypot(*np.ptp(mesh[0], axis=0)[[0, 2]]))
    mesh = standing(mesh, min(LONGEST_M, WIDEST_M / wide))
    views = by_hand(rings, size_px, height=float(mesh[0][:, 1].max()) * 0.45)
    return Studio(mesh, mat_ground(PAPERS[0]), 1, plain=plain).shoot(views)


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


PHOTOGRAPHED: dict[str, Callable[[Triangles, bool], Shots]] = {
    "mat": lambda mesh, plain: on_mat(mesh, plain=plain),
    "known_8": lambda mesh, plain: turned(mesh, 8, (640, 480), plain=plain),
    "known_24": lambda mesh, plain: turned(mesh, 24, (480, 360), plain=plain),
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


def compared(shots: Shots, way: str, cells: int) -> Result:
    """Make an object of photos and compare it with the true one."""
    found, seconds = made(shots, way, cells=cells)
    back = found.views[0].camera_from_world[2, :3]
    angle = np.arctan2(back[0], back[2])  # the object was turned towards the first camera
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.array([[cosine, 0, -sine], [0, 1, 0], [sine, 0, cosine]])
    mesh = found.object.mesh
    return _result((mesh.vertices @ turn, mesh.faces), shots, seconds)


def exact(shots: Shots, cells: int) -> Result:
    """Carve by exact outlines and cameras alone."""
    started = time.process_time()
    outlines = [outline(view, mask) for view, mask in zip(shots.views, shots.masks, strict=True)]
    field, grid = carve(outlines, bounds(shots.views, shots.masks, floor=0.0), cells=cells, floor=0.0)
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


def kept(folder: Path | None, name: str, render: Callable[[], Shots]) -> Shots:
    """Return photos that a folder keeps under a name, or render them and keep them there."""
    path = None if folder is None else folder / f"{name}.pkl"
    if path is not None and path.is_file():
        return pickle.loads(path.read_bytes())
    shots = render()
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(shots))
    return shots


def _told(name: str, tag: str, last: Result) -> None:
    near = f"F {last.score.f_score:.3f} IoU {last.score.iou:.3f} edges {last.edges:.2%}"
    print(
        f"{name:14s} {tag:18s} {near} longest {last.longest:.2%} {last.seconds:.1f} s",
        flush=True,
    )


def main() -> int:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description="How true objects of several photos are.")
    parser.add_argument("meshes", type=Path)
    parser.add_argument("--models", default=MODELS, help="names, comma-separated")
    parser.add_argument("--sets", default=",".join(SETS), help=f"of {', '.join(SETS)}, comma-separated")
    parser.add_argument("--keep", type=Path, help="folder where photos are kept, and taken from again")
    parser.add_argument("--quick", action="store_true", help="print only, record nothing")
    parsed = parser.parse_args()
    names = [name for name in parsed.models.split(",") if name]
    known = meshes(parsed.meshes)
    missed = 0
    for tag in parsed.sets.split(","):
        rows = _measured(tag, names, known, parsed.keep)
        if not parsed.quick:  # each set on its own, so that a run that is cut off leaves what it measured
            packages = ("numpy", "scipy", "opencv-python-headless", "trimesh")
            missed += record(f"photos_{tag.replace(' ', '_')}", rows, packages=packages)
    return missed


def _measured(tag: str, names: list[str], known: dict[str, Triangles], keep: Path | None) -> list[Row]:
    way, photograph = SETS[tag]
    cells = MAT_CELLS if way == "mat" else CELLS
    found: dict[str, Result] = {}
    bare: dict[str, Result] = {}
    for name in names:
        mesh, plain = known[name.removesuffix(_PLAIN)], name.endswith(_PLAIN)
        stem = f"{photograph}_{name.replace(':', '_')}"
        shots = kept(keep, stem, lambda m=mesh, p=plain: PHOTOGRAPHED[photograph](m, p))
        found[name], bare[name] = compared(shots, way, cells), exact(shots, cells)
        _told(name, tag, found[name])
        _told(name, f"{tag}, exact", bare[name])
    rows = _rows(found, bare, tag, cells)
    if tag == "known 24":
        rows += _time(kept(keep, f"mat_{names[0]}", lambda: on_mat(known[names[0].removesuffix(_PLAIN)])))
    return rows


def _rows(found: dict[str, Result], bare: dict[str, Result], tag: str, cells: int) -> list[Row]:
    one = f"mean of {len(found)} known meshes ({', '.join(found)}), one box on one photo, {cells} cells"
    exactly = f"the same {len(found)} meshes, outlines alone, {cells} cells"
    rows = []
    for key, results, how, wanted in (
        (tag, found, one, WANTED[tag]),
        (f"{tag}, exact", bare, exactly, None),
    ):
        near, overlap = ([getattr(r.score, w) for r in results.values()] for w in ("f_score", "iou"))
        rows.append(Row(f"{key}, F@0.05", float(np.mean(near)), "", wanted, None, how))
        rows.append(Row(f"{key}, volume IoU", float(np.mean(overlap)), "IoU", None, None, how))
    limit = 1 if tag == "mat 12" else None
    longest, edges = ([100 * getattr(r, which) for r in found.values()] for which in ("longest", "edges"))
    rows.append(Row(f"{tag}, error of the longest edge", float(np.mean(longest)), "%", None, limit, one))
    rows.append(Row(f"{tag}, error of all three edges", float(np.mean(edges)), "%", None, None, one))
    for name, value in zip(found, longest, strict=True):
        score = found[name].score
        rows.append(Row(f"{tag}, {name}, F@0.05", score.f_score, "", None, None, f"{cells} cells"))
        rows.append(
            Row(f"{tag}, {name}, error of the longest edge", value, "%", None, None, f"{cells} cells")
        )
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
