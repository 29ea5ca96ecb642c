"""Bars of the lift: closed prints, valid GLB, overlap of the silhouette with the mask, seconds.

python -m benchmarks.lift_bars
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
import trimesh
from numpy.typing import NDArray
from scipy import ndimage
from skimage import data

from benchmarks.record import Row, record
from sam_3d.lift import lift
from sam_3d.ops.simplify import Simplify
from sam_3d.ops.stand import BasePlate
from sam_3d.preview import turntable
from sam_3d.types import Reconstruction
from shared.exporting import export
from shared.media import Image
from shared.raster import rasterise

Case = tuple[str, Image, NDArray[np.bool_]]
# Boxes (left, top, width, height) around the object of each photo, for GrabCut.
BOXES = {
    "coffee": (150, 20, 320, 250),
    "chelsea": (20, 5, 430, 294),
    "rocket": (285, 75, 85, 350),
    "astronaut": (30, 0, 370, 512),
}
THICKNESSES = (0.3, 1.3, 2.0)


def photos() -> list[Case]:
    """Real photos with ragged masks as a segmenter gives them."""
    return [
        (name, Image(getattr(data, name)()), grabcut(getattr(data, name)(), BOXES[name])) for name in BOXES
    ]


def grabcut(pixels: NDArray[np.uint8], box: tuple[int, int, int, int]) -> NDArray[np.bool_]:
    """Return OpenCV's GrabCut from a box, opened by a pixel, its largest part."""
    cv2.setRNGSeed(0)
    marks, models = np.zeros(pixels.shape[:2], np.uint8), (np.zeros((1, 65)), np.zeros((1, 65)))
    cv2.grabCut(pixels[:, :, ::-1].copy(), marks, box, *models, 6, cv2.GC_INIT_WITH_RECT)
    opened = cv2.morphologyEx(marks & 1, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    _, parts, stats, _ = cv2.connectedComponentsWithStats(opened)
    return np.asarray(parts == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()))


def shapes() -> list[Case]:
    """Masks of awkward forms: thin, tiny, with holes, at the border, random blobs, 12 megapixels."""
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:300, :300] + 0.5
    radius = np.hypot(rows - 150, columns - 150)
    found = {"ring": (radius < 120) & (radius > 60), "whole": np.ones((200, 300), bool)}
    found["corner"] = (rows < 120) & (columns < 80)
    found["thin bar"] = (np.abs(rows - 150) < 3) & (np.abs(columns - 150) < 140)
    found["5 pixels"] = (np.abs(rows - 150) < 1) & (np.abs(columns - 150) < 2.5)
    for i in range(12):
        field = ndimage.gaussian_filter(rng.normal(size=(300, 300)), rng.uniform(6, 20)) - radius * 3e-4
        labels, _ = ndimage.label(field > 0)  # type: ignore[misc]
        found[f"blob {i}"] = labels == 1 + int(np.bincount(labels.ravel())[1:].argmax())
    found["12 megapixels"] = np.kron(radius < 100, np.ones((12, 12), bool))
    return [(n, Image(np.full((*m.shape, 3), 128, np.uint8)), m) for n, m in found.items()]


def overlap(result: Reconstruction, mask: NDArray[np.bool_]) -> float:
    """Return the IoU of the mesh's silhouette from the photo's camera with the mask."""
    seen = rasterise(result.in_camera(), result.mesh.faces, result.camera).face >= 0
    return float((seen & mask).sum() / (seen | mask).sum())


def is_print(path: Path) -> bool:
    """Whether trimesh, reading the STL from disk, sees one closed body, outside out, standing on z = 0."""
    mesh = trimesh.load(path, force="mesh")
    solid = mesh.is_watertight and mesh.is_winding_consistent and mesh.volume > 0 and mesh.body_count == 1
    return bool(solid and abs(float(mesh.bounds[0, 2])) < 1e-3)


def glb_faults(paths: list[Path]) -> int:
    """Return errors and warnings of the Khronos validator over all files; −1 where it is not installed."""
    script = Path(__file__).parents[1] / "tests" / "oracles" / "validate_glb.mjs"
    if not (script.parent / "node_modules").is_dir():
        return -1
    done = subprocess.run(["node", str(script), *map(str, paths)], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    clean = sum('"errors":0,"warnings":0' in line for line in lines)
    return len(paths) - clean


def seconds(cases: list[Case]) -> list[float]:
    """Return seconds of a lift, modules loaded: the best of three for each photo."""
    found = []
    for _, image, mask in cases:
        times = []
        for _ in range(3):
            start = time.perf_counter()
            lift(image, mask)
            times.append(time.perf_counter() - start)
        found.append(min(times))
    return found


def main() -> int:
    """Measure all bars and record them."""
    real, awkward = photos(), shapes()
    overlaps: dict[str, float] = {}
    prints: list[bool] = []
    glbs: list[Path] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for label, image, mask in (*real, *awkward):
            for thickness in THICKNESSES if label in BOXES else (1.3,):
                result = lift(image, mask, thickness=thickness)
                overlaps[f"{label} {thickness}"] = overlap(result, mask)
                for i, made in enumerate((result, Simplify(faces=4000)(result), BasePlate()(result))):
                    path = folder / f"{label} {thickness} {i}.stl"
                    prints.append(is_print(export(made, path, package="sam_3d.export", height_mm=100)))
                glbs.append(export(result, path.with_suffix(".glb"), package="sam_3d.export", height_mm=100))
        faults = glb_faults(glbs)
        shown = lift(real[1][1], real[1][2])
        turntable([shown.mesh], folder / "warm.gif", frames=1)
        start = time.perf_counter()
        warnings = turntable([shown.mesh], folder / "turn.gif")
        turn_s, turn_mb = time.perf_counter() - start, (folder / "turn.gif").stat().st_size / 1e6
    on_photos = [v for k, v in overlaps.items() if k.rpartition(" ")[0] in BOXES]
    on_shapes = [v for k, v in overlaps.items() if k.rpartition(" ")[0] not in BOXES]
    times = seconds(real)
    count = f"{len(glbs)} lifts ({len(real)} photos x {len(THICKNESSES)} thicknesses, {len(awkward)} masks)"
    renderer = "numpy" if warnings else "pyrender"
    rows = [
        Row("STL closed, one body, positive volume", np.mean(prints) * 100, "%", 100, None,
            f"{len(prints)} STL files (as lifted, simplified, on a plate) of {count}; read by trimesh"),
        Row("GLB with validator errors or warnings", faults, "files", 0, 0, f"Khronos validator on {count}"),
        Row("silhouette overlap with the mask, worst photo", min(on_photos), "IoU", 0.95, None,
            f"{len(on_photos)} lifts of {len(real)} photos; numpy z-buffer from the photo's camera"),
        Row("silhouette overlap with the mask, worst awkward mask", min(on_shapes), "IoU", 0.95, None,
            f"{len(on_shapes)} masks; the worst is {min(overlaps, key=lambda k: overlaps[k])}"),
        Row("lift with texture, slowest photo", max(times), "s", None, 3, "best of 3 a photo, 4 photos"),
        Row("turntable, 24 frames at 400 px", turn_s, "s", None, None, f"{renderer}, renderer warm"),
        Row("turntable file", turn_mb, "MB", None, 2, "chelsea"),
    ]  # fmt: skip
    packages = ("numpy", "scipy", "scikit-image", "manifold3d", "trimesh", "pyrender")
    return record("lift_bars", rows, packages=packages)


if __name__ == "__main__":
    sys.exit(main())
