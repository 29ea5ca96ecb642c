"""How true lifts are: known meshes, photographed from two sides, lifted by every way, compared.

    python -m benchmarks.object_meshes MESHES
    python -m benchmarks.objects MESHES [--ways inflate,lift_net,revolve,...] [--quick]

Prints a table of Chamfer distance, F score at 0.05 of the longest edge and volume IoU for each way, with an
extruded bounding box as the floor and a depth map of degraded true distances as the ceiling, beside time and
memory of TripoSR's real architecture, and records the bars. The mode "parts" wants a mask for each part: see
`benchmarks.parts`. Needs embreex.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import trimesh

from benchmarks.object_meshes import Triangles, group_of, meshes
from benchmarks.object_metrics import Score, placed, score
from benchmarks.object_views import Photo, photograph
from benchmarks.record import Row, record
from benchmarks.spoilt_depth import spoilt
from sam_3d.depth.depth_map import DISTANCE, DepthMap
from sam_3d.inflation import outline, placing
from sam_3d.inflation.outline import FloatGrid, Outline
from sam_3d.lift import lift
from sam_3d.types import Shape
from shared.mesh import Mesh

VIEWS = ((35.0, 20.0), (-60.0, 10.0))
ENGINES = ("inflate", "lift_net")
MODES = ("revolve", "extrude", "shell", "relief", "lithophane")
FLOOR, CEILING = "bounding box", "degraded true depth"
Way = Callable[[Photo], Shape]
_TRIPOSR = "its real architecture with random weights, one thread, processor seconds"


def ways() -> dict[str, Way]:
    """Return every way to lift, by name."""
    found: dict[str, Way] = {FLOOR: _box, CEILING: _by_depth}
    for engine in ENGINES:
        found[engine] = lambda photo, name=engine: lift(photo.image, photo.mask, engine=name)
    for mode in MODES:
        found[mode] = lambda photo, name=mode: lift(photo.image, photo.mask, mode=name)
    return found


def _box(photo: Photo) -> Shape:
    """Extrude the box around the mask by half of its shorter side, forwards and backwards."""
    traced = outline.trace(photo.mask)
    rows, columns = np.nonzero(traced.coverage > 0.5)
    boxed = np.zeros_like(traced.coverage)
    boxed[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] = 1
    half = min(np.ptp(rows), np.ptp(columns)) / 2
    return _shape(photo, traced, *_prism(boxed, half))


def _prism(coverage: FloatGrid, half: float) -> Triangles:
    rows, columns = np.nonzero(coverage)
    size = np.array([np.ptp(columns) + 1, np.ptp(rows) + 1, 2 * half])
    box = trimesh.creation.box(size).subdivide_loop(0)
    middle = (columns.min() + columns.max()) / 2, (rows.min() + rows.max()) / 2, 0
    return np.asarray(box.vertices) + middle, np.asarray(box.faces)


def _by_depth(photo: Photo) -> Shape:
    """Lift by a map of the true distances, spoilt as a depth network would."""
    return lift(photo.image, photo.mask, depth=DepthMap(spoilt(photo), DISTANCE, photo.focal_px))


def _shape(photo: Photo, traced: Outline, cells: np.ndarray, faces: np.ndarray) -> Shape:
    camera = placing.assumed_camera(photo.image)
    vertices, position = placing.placed(cells, traced, camera)
    return Shape(Mesh(vertices, faces), camera, position)


def closed(shape: Shape) -> bool:
    """Whether a mesh is closed, consistently wound and encloses a volume."""
    mesh = trimesh.Trimesh(shape.mesh.vertices, shape.mesh.faces, process=True)
    mesh.merge_vertices(merge_tex=True, merge_norm=True)
    return bool(mesh.is_watertight and mesh.is_winding_consistent and mesh.volume > 0)


def measured(
    models: dict[str, Triangles], chosen: dict[str, Way], *, paint: str = "shaded"
) -> dict[str, list[tuple[str, Score, float, bool]]]:
    """Lift every photo by every way; return (model, score, seconds, closed) for each."""
    found: dict[str, list[tuple[str, Score, float, bool]]] = {name: [] for name in chosen}
    for number, (model, mesh) in enumerate(models.items()):
        for view, (azimuth, elevation) in enumerate(VIEWS):
            photo = photograph(mesh, azimuth, elevation, seed=2 * number + view, paint=paint)
            for name, way in chosen.items():
                started = time.process_time()
                shape = way(photo)
                seconds = time.process_time() - started
                result = score(placed(shape, photo), photo.truth)
                found[name].append((model, result, seconds, closed(shape)))
    return found


def printed(found: dict[str, list[tuple[str, Score, float, bool]]], title: str) -> None:
    """Print one line a way, over all models and by group."""
    print(f"\n{title}\n{'way':24s} {'Chamfer':>8s} {'F@0.05':>7s} {'IoU':>6s} {'s':>6s}  closed")
    for name, rows in found.items():
        line = np.array([(r.chamfer, r.f_score, r.iou, s, shut) for _, r, s, shut in rows]).mean(0)
        groups = {}
        for model, result, _, _ in rows:
            groups.setdefault(group_of(model), []).append((result.f_score, result.iou))
        parts = "  ".join(f"{g} {np.mean(v, 0)[0]:.3f}/{np.mean(v, 0)[1]:.3f}" for g, v in groups.items())
        print(
            f"{name:24s} {line[0]:8.4f} {line[1]:7.3f} {line[2]:6.3f} {line[3]:6.2f} {line[4]:7.0%}  {parts}"
        )


def _triposr() -> dict[str, float]:
    """Return the seconds and the memory of TripoSR, measured in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.triposr_speed", "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> int:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("meshes", type=Path)
    parser.add_argument("--ways", default="", help="names, comma-separated; all when left out")
    parser.add_argument("--quick", action="store_true", help="print only, record nothing")
    parsed = parser.parse_args()
    known = ways()
    names = [name for name in parsed.ways.split(",") if name] or list(known)
    models = meshes(parsed.meshes)
    found = measured(models, {name: known[name] for name in names})
    printed(found, f"{len(models)} models x {len(VIEWS)} views, painted and lit")
    flat = measured(models, {name: known[name] for name in names if name in ENGINES}, paint="flat")
    printed(flat, "the same in one flat colour")
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"\npeak memory {peak_gb:.1f} GB")
    if parsed.quick:
        return 0

    def mean(rows: list[tuple[str, Score, float, bool]], what: str) -> float:
        return float(np.mean([getattr(result, what) for _, result, _, _ in rows]))

    triposr = _triposr()
    lift_s = float(np.mean([row[2] for row in found["lift_net"]]))
    how = f"{len(models)} known meshes x {len(VIEWS)} views, exact masks"
    every = [row for rows in found.values() for row in rows]
    times = [row[2] for name in ENGINES for row in found[name]]
    rows = [
        Row("inflated outline, F@0.05", mean(found["inflate"], "f_score"), "", 0.59, None, how),
        Row("lift net, F@0.05", mean(found["lift_net"], "f_score"), "", 0.72, None, how),
        Row("lift net, volume IoU", mean(found["lift_net"], "iou"), "IoU", 0.60, None, how),
        Row("lift net on one flat colour, F@0.05", mean(flat["lift_net"], "f_score"), "",
            mean(flat["inflate"], "f_score"), None, f"{how}; wanted: no worse than the inflated outline"),
        Row("extruded bounding box, F@0.05", mean(found[FLOOR], "f_score"), "", None, None, how),
        Row("degraded true depth, F@0.05", mean(found[CEILING], "f_score"), "", 0.72, None, how),
        *(
            Row(f"{name}, Chamfer distance", mean(found[name], "chamfer"), "", None, None,
                f"{how}; in longest edges")
            for name in names
        ),
        *(Row(f"{name}, F@0.05", mean(found[name], "f_score"), "", None, None, how) for name in MODES),
        *(Row(f"{name}, volume IoU", mean(found[name], "iou"), "IoU", None, None, how)
          for name in names if name != "lift_net"),
        Row("closed meshes", 100 * float(np.mean([row[3] for row in every])), "%", 100, None,
            f"{len(every)} lifts; trimesh: watertight, winding, volume"),
        Row("lift, slowest", max(times), "s", None, 3, "processor seconds of one lift, both engines"),
        Row("memory, most", peak_gb, "GB", None, None, "the whole run, with its meshes and measurements"),
        Row("TripoSR, a lift", triposr["seconds"], "s", None, None, _TRIPOSR),
        Row("TripoSR's time over the lift net's", triposr["seconds"] / lift_s, "x", 1, None, _TRIPOSR),
        Row("TripoSR, memory", triposr["peak_gb"], "GB", None, None, _TRIPOSR),
    ]  # fmt: skip
    return record("objects", rows, packages=("numpy", "scipy", "scikit-image", "trimesh", "onnxruntime"))


if __name__ == "__main__":
    sys.exit(main())
