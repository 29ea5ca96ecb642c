"""Whether baked textures show seams: colour steps across edges of charts and views, against elsewhere.

    python -m benchmarks.photo_seams MESHES [--models teapot,bunny:plain] [--keep FOLDER] [--quick]

Photos are those on a turntable of `benchmarks.photos`, each exposed and white-balanced otherwise. Outlines
and cameras are exact, so that only the painting is measured. Needs embreex.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.object_meshes import meshes
from benchmarks.photo_studio import Shots
from benchmarks.photos import kept, turned
from benchmarks.record import Row, record
from sam_3d.photos.baking import ATLAS_PX, bake
from sam_3d.photos.cameras import place
from sam_3d.photos.carving import bounds, carve, outline
from sam_3d.photos.surface import closed_surface
from shared.mesh import Mesh
from shared.render import View

VISIBLE = 2.0  # of 255: about the contrast of 1 % that the eye begins to see
_CELLS = 96
_INTO = 0.3  # how far from an edge into its faces colours are taken
_DIGITS = 7
Rows = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True)
class Seams:
    """Mean colour steps between the two faces of an edge, of 255, and how much of that is the seam's.

    Args:
        charts: Across edges where the atlas is cut, less the mean step elsewhere.
        views: Across edges whose faces are best seen by different photos, less the mean step elsewhere.
        elsewhere: Across all other edges.
    """

    charts: float
    views: float
    elsewhere: float


def painted(shots: Shots, size_px: int = ATLAS_PX) -> Mesh:
    """Carve by exact outlines and paint by the photos."""
    outlines = [outline(view, mask) for view, mask in zip(shots.views, shots.masks, strict=True)]
    field, grid = carve(outlines, bounds(shots.views, shots.masks, floor=0.0), cells=_CELLS, floor=0.0)
    return bake(*closed_surface(field, grid), shots.views, shots.photos, shots.masks, size_px=size_px)[0]


def seams(mesh: Mesh, views: Sequence[View]) -> Seams:
    """Measure the steps across all edges of a textured mesh in the world of its photos' cameras."""
    first, second, edge, cut = _edges(mesh)
    step = np.abs(_colour(mesh, first, edge) - _colour(mesh, second, edge)).mean(1)
    best = _best_view(mesh, np.stack([place(view) for view in views]) - mesh.vertices.mean(0))
    border = best[first] != best[second]
    plain = float(step[~cut & ~border].mean())
    return Seams(float(step[cut & ~border].mean()) - plain, float(step[border & ~cut].mean()) - plain, plain)


def _edges(mesh: Mesh) -> tuple[Index, Index, Index, NDArray[np.bool_]]:
    """Return the two faces of each edge, its welded ends (E, 2), and whether the atlas is cut there."""
    _, welded = np.unique(mesh.vertices.round(_DIGITS), axis=0, return_inverse=True)
    ends = np.concatenate([mesh.faces[:, pair] for pair in ([0, 1], [1, 2], [2, 0])])
    owner = np.tile(np.arange(len(mesh.faces)), 3)
    key = np.sort(np.ravel(welded)[ends], axis=1)
    order = np.lexsort((key[:, 1], key[:, 0]))
    same = np.flatnonzero((key[order][1:] == key[order][:-1]).all(1))
    one, other = order[same], order[same + 1]
    cut = (np.sort(ends[one], axis=1) != np.sort(ends[other], axis=1)).any(1)
    return owner[one], owner[other], key[one], cut


def _colour(mesh: Mesh, face: Index, edge: Index) -> Rows:
    """Return (E, 3) colours in faces, a little beside the middles of their edges."""
    assert mesh.texture is not None and mesh.uv is not None
    _, welded = np.unique(mesh.vertices.round(_DIGITS), axis=0, return_inverse=True)
    corners = mesh.faces[face]
    on_edge = (np.ravel(welded)[corners][:, :, None] == edge[:, None]).any(2)
    weight = np.where(on_edge, (1 - _INTO) / 2, _INTO)[..., None]
    spots = (mesh.uv[corners] * weight).sum(1)
    height, width = mesh.texture.shape[:2]
    column = (spots[:, 0] * width - 0.5).astype(np.float32)
    row = ((1 - spots[:, 1]) * height - 0.5).astype(np.float32)
    parts = [
        cv2.remap(mesh.texture, column[i : i + 32_000, None], row[i : i + 32_000, None], cv2.INTER_LINEAR)
        for i in range(0, len(spots), 32_000)
    ]
    return np.concatenate(parts).reshape(-1, 3).astype(np.float64)


def _best_view(mesh: Mesh, ways: Rows) -> Index:
    """Return which of the directions (N, 3) to the cameras each face is turned to most."""
    a, b, c = (mesh.vertices[mesh.faces[:, i]] for i in range(3))
    ways = ways / np.linalg.norm(ways, axis=1, keepdims=True)
    return (np.cross(b - a, c - a) @ ways.T).argmax(1)


def main() -> int:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description="Whether baked textures show seams.")
    parser.add_argument("meshes", type=Path)
    parser.add_argument("--models", default="teapot,featuretype,bunny:plain", help="names, comma-separated")
    parser.add_argument("--keep", type=Path, help="folder where photos are kept, and taken from again")
    parser.add_argument("--quick", action="store_true", help="print only, record nothing")
    parsed = parser.parse_args()
    known, rows = meshes(parsed.meshes), []
    for name in parsed.models.split(","):
        base, plain = name.removesuffix(":plain"), name.endswith(":plain")
        stem = f"known_8_{name.replace(':', '_')}"
        shots = kept(parsed.keep, stem, lambda m=known[base], p=plain: turned(m, 8, (640, 480), plain=p))
        found = seams(painted(shots), shots.views)
        print(name, found, flush=True)
        for where in ("charts", "views"):
            how = f"mean colour step across edges of {where}, less the {found.elsewhere:.1f} elsewhere"
            rows.append(Row(f"{name}, seams of {where}", getattr(found, where), "of 255", None, VISIBLE, how))
    return 0 if parsed.quick else record("photos_seams", rows, packages=("numpy", "opencv-python-headless"))


if __name__ == "__main__":
    sys.exit(main())
