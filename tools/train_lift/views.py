"""Look at meshes from random sides: what a photo's crop would show, and the depths behind it.

    python -m tools.train_lift.views OUT --packages DIR --seed 0 --meshes 4000

Writes shards of views (`shard_<seed>_<n>.npz`) and, for meshes from packages, `manifest_<seed>.csv`. Colours
are not stored: `shading` lights every view afresh at each pass. Depths are in widths of the crop, 0 at the
median of the front, growing away from the viewer; perspective is read as a parallel view, as at run time.

Needs embreex (Intel's Embree) besides the suite.
"""

import argparse
import csv
import itertools
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sam_3d.inflation.field import squared_height
from tools.train_lift import creatures, packages, people, solids
from tools.train_lift.fields import Triangles, turned

Rng = np.random.Generator
SIDE, MARGIN = 64, 3  # of the crop, pixels
INFLATION = 1.3  # what the embedded engine multiplies heights by
SHARD = 512
ANY_WAY_UP = {"blob", "superquadric", "machined"}
MAKERS: dict[str, tuple[Callable[[Rng], Triangles], float]] = {
    "figure": (creatures.figure, 0.12),
    "animal": (creatures.animal, 0.16),
    "bust": (creatures.bust, 0.06),
    "lathe": (solids.lathe, 0.14),
    "blob": (solids.blob, 0.05),
    "superquadric": (solids.superquadric, 0.05),
    "machined": (solids.machined, 0.18),
    "assembly": (solids.assembly, 0.1),
    "brick": (solids.brick, 0.08),
    "person": (people.person, 0.06),
}


@dataclass(frozen=True)
class View:
    """One look at a mesh; arrays are (64, 64), rows from the top.

    Args:
        coverage: uint8, share of each pixel that the object covers, 255 for all.
        inflation: float16, half thickness of the inflated outline, crop widths.
        front, back: float16, depth where a ray first and last meets the object.
        normal: (64, 64, 3) int8, of the front, camera's axes (right, down, away), 127 for 1.
        part: uint8, which connected piece is seen.
    """

    coverage: np.ndarray
    inflation: np.ndarray
    front: np.ndarray
    back: np.ndarray
    normal: np.ndarray
    part: np.ndarray


class Scene:
    """A mesh that rays can meet."""

    def __init__(self, vertices: np.ndarray, faces: np.ndarray) -> None:
        from embreex.mesh_construction import TriangleMesh
        from embreex.rtcore_scene import EmbreeScene

        self.vertices, self.faces = vertices, faces
        self._scene = EmbreeScene()
        TriangleMesh(self._scene, np.ascontiguousarray(vertices[faces], np.float32))
        corners = vertices[faces]
        flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        self._flat = _unit(flat)
        smooth = np.zeros_like(vertices)
        for corner in range(3):
            np.add.at(smooth, faces[:, corner], flat)
        self._smooth = _unit(smooth)
        self.parts = _parts(len(vertices), faces)

    def meet(self, origins: np.ndarray, directions: np.ndarray) -> dict[str, np.ndarray]:
        """Return the first hit of each ray: primID (−1: none), tfar, u, v."""
        arrays = (np.ascontiguousarray(a, np.float32) for a in (origins, directions))
        return self._scene.run(*arrays, output=1)

    def normals(self, hit: dict[str, np.ndarray]) -> np.ndarray:
        """Return (N, 3) normals at hits: smooth where the facets around agree, flat at creases."""
        face = hit["primID"]
        weights = np.stack([1 - hit["u"] - hit["v"], hit["u"], hit["v"]], 1)
        smooth = _unit(np.einsum("nk,nkc->nc", weights, self._smooth[self.faces[face]]))
        agree = np.abs((smooth * self._flat[face]).sum(1)) > 0.75
        return np.where(agree[:, None], smooth, self._flat[face])


def look(scene: Scene, rng: Rng) -> View | None:
    """Look at a scene from a random side; None when there is too little to see."""
    field = np.radians(rng.uniform(20, 50))
    distance = 0.62 / np.tan(field / 2) * rng.uniform(1.0, 1.25) + 0.5
    eye, axes = _camera(rng, distance)
    seen = (scene.vertices - eye) @ axes.T
    if seen[:, 2].min() < 0.05:
        return None
    flat = seen[:, :2] / seen[:, 2:]
    low, high = flat.min(0), flat.max(0)
    side = float((high - low).max()) * SIDE / (SIDE - 2 * MARGIN)
    fine = _rays((low + high) / 2, side, 2 * SIDE) @ axes
    covered = scene.meet(np.broadcast_to(eye, fine.shape), fine)["primID"] >= 0
    coverage = covered.reshape(SIDE, 2, SIDE, 2).mean((1, 3)).astype(np.float32)
    if coverage.mean() < 0.04:
        return None
    return _measured(
        scene, eye, axes, _rays((low + high) / 2, side, SIDE), coverage, side, float(seen[:, 2].max())
    )


def _measured(
    scene: Scene,
    eye: np.ndarray,
    axes: np.ndarray,
    rays: np.ndarray,
    coverage: np.ndarray,
    side: float,
    far: float,
) -> View | None:
    world = rays @ axes
    first = scene.meet(np.broadcast_to(eye, world.shape), world)
    hit = first["primID"] >= 0
    if not hit.any():
        return None
    first = {name: values[hit] for name, values in first.items()}
    beyond = 1.1 * far
    last = scene.meet(eye + world[hit] * beyond, -world[hit])
    front = first["tfar"]
    back = np.maximum(np.where(last["primID"] >= 0, beyond - last["tfar"], front), front)
    middle = float(np.median(front))
    unit = side * middle
    thick = (back - front) / unit
    if np.median(thick) < 0.02 or np.percentile((back - middle) / unit, 98) > 2.5:
        return None
    normal = scene.normals(first) @ axes.T
    normal = np.where((normal * rays[hit]).sum(1, keepdims=True) > 0, -normal, normal)
    inflated = np.sqrt(np.maximum(squared_height(coverage), 0)) * INFLATION / SIDE

    def spread(values: np.ndarray, kind: Any) -> np.ndarray:
        grid = np.zeros((SIDE * SIDE, *values.shape[1:]), kind)
        grid[hit] = values
        return grid.reshape(SIDE, SIDE, *values.shape[1:])

    return View(
        coverage=np.round(255 * coverage * hit.reshape(SIDE, SIDE)).astype(np.uint8),
        inflation=inflated.astype(np.float16),
        front=spread((front - middle) / unit, np.float16),
        back=spread((back - middle) / unit, np.float16),
        normal=spread(np.round(127 * normal), np.int8),
        part=spread(scene.parts[first["primID"]], np.uint8),
    )


def _camera(rng: Rng, distance: float) -> tuple[np.ndarray, np.ndarray]:
    """Return where the eye is, and rows: right, down, forward."""
    turn, lift, roll = np.radians([rng.uniform(0, 360), rng.uniform(-10, 45), rng.normal(0, 3)])
    eye = distance * np.array([np.cos(lift) * np.sin(turn), np.sin(lift), np.cos(lift) * np.cos(turn)])
    back = eye / np.linalg.norm(eye)
    right = _unit(np.cross([0, 1, 0], back)[None])[0]
    axes = np.stack([right, -np.cross(back, right), -back])
    tilt = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return eye, tilt @ axes


def _rays(middle: np.ndarray, side: float, count: int) -> np.ndarray:
    """Return (count², 3) camera rays with depth 1, through the pixels of a square crop."""
    steps = ((np.arange(count) + 0.5) / count - 0.5) * side
    across, down = np.meshgrid(middle[0] + steps, middle[1] + steps)
    return np.stack([across, down, np.ones_like(across)], -1).reshape(-1, 3)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)


def _parts(count: int, faces: np.ndarray) -> np.ndarray:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    edges = np.concatenate([faces[:, :2], faces[:, 1:]])
    links = coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (count, count))
    return connected_components(links)[1][faces[:, 0]] % 256


def prepared(vertices: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Weld, centre and scale to a longest edge of 1; None for what is flat, broken or tiny."""
    import trimesh

    mesh = trimesh.Trimesh(vertices, faces, process=True)
    mesh.merge_vertices(merge_tex=True, merge_norm=True)
    mesh.update_faces(mesh.nondegenerate_faces())
    mesh.remove_unreferenced_vertices()
    if len(mesh.faces) < 12:
        return None
    extents = np.sort(mesh.extents)
    if not np.isfinite(extents).all() or extents[0] < 0.03 * extents[2] or extents[1] < 0.05 * extents[2]:
        return None
    vertices = np.asarray(mesh.vertices, np.float64)
    vertices = vertices - (vertices.max(0) + vertices.min(0)) / 2
    return vertices / extents[2], np.asarray(mesh.faces, np.int64)


def made(rng: Rng, count: int) -> Iterator[tuple[str, str, Triangles]]:
    """Yield (family, group, triangles) of our own shapes."""
    names, shares = list(MAKERS), np.array([share for _, share in MAKERS.values()])
    start = int(rng.integers(1 << 40))
    for index in range(count):
        name = str(rng.choice(names, p=shares / shares.sum()))
        try:
            yield name, f"{name}:{start + index}", MAKERS[name][0](rng)
        except (ValueError, RuntimeError, IndexError):
            continue  # a draw of numbers that gives no surface


def stretched(rng: Rng, family: str, vertices: np.ndarray) -> np.ndarray:
    """Vary a mesh: stretch it half of the time, turn what has no up."""
    if rng.random() < 0.5:
        vertices = vertices * np.exp(rng.normal(0, 0.15, 3))
        vertices = vertices / np.ptp(vertices, axis=0).max()
    if family in ANY_WAY_UP and rng.random() < 0.5 or rng.random() < 0.05:
        vertices = vertices @ turned(rng).T
    return vertices


def _write(folder: Path, seed: int, number: int, rows: list[tuple[View, str, str]], rng: Rng) -> None:
    rng.shuffle(rows)  # pyright: ignore[reportArgumentType]
    arrays = {
        name: np.stack([getattr(view, name) for view, _, _ in rows]) for name in View.__dataclass_fields__
    }
    draft = folder / f"draft_{seed}.npz"
    names = {"family": [row[1] for row in rows], "group": [row[2] for row in rows]}
    np.savez(draft, **(arrays | names))  # pyright: ignore[reportArgumentType]
    draft.rename(folder / f"shard_{seed}_{number:04d}.npz")


def main() -> None:
    """Render views until all meshes are seen."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--packages", type=Path, help="folder with unpacked packages")
    parser.add_argument("--meshes", type=int, default=4000, help="how many of our own to make")
    parser.add_argument("--views", type=int, default=6, help="looks at each mesh")
    parser.add_argument("--seed", type=int, default=0)
    parsed = parser.parse_args()
    parsed.out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(parsed.seed)
    number = len(list(parsed.out.glob(f"shard_{parsed.seed}_*.npz")))
    rows: list[tuple[View, str, str]] = []
    sources = made(rng, parsed.meshes)
    if parsed.packages:
        sources = itertools.chain(
            _given(parsed.packages, parsed.out / f"manifest_{parsed.seed}.csv"), sources
        )
    for family, group, triangles in sources:
        found = prepared(*triangles)
        if found is None:
            continue
        scene = Scene(stretched(rng, family, found[0]), found[1])
        looks = (look(scene, rng) for _ in range(parsed.views))
        rows += [(view, family, group) for view in looks if view is not None]
        while len(rows) >= SHARD:
            _write(parsed.out, parsed.seed, number, rows[:SHARD], rng)
            rows, number = rows[SHARD:], number + 1
            print(f"{number * SHARD} views", file=sys.stderr)


def _given(folder: Path, manifest: Path) -> Iterator[tuple[str, str, Triangles]]:
    with manifest.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("catalogue", "name", "licence"))
        for source, triangles in packages.meshes(folder):
            writer.writerow((source.catalogue, source.name, source.licence))
            # Colours and sizes of one thing are one group: "chair", "chair2".
            yield "package", f"{source.catalogue}:{source.name.rstrip('0123456789_-')}", triangles


if __name__ == "__main__":
    main()
