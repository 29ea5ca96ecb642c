"""How near a lifted mesh is to the true one: Chamfer distance, F score at 5 %, overlap of the volumes."""

from dataclasses import dataclass

import numpy as np
import trimesh
from numpy.typing import NDArray
from scipy.spatial import cKDTree  # type: ignore[attr-defined]

from benchmarks.object_meshes import Triangles
from benchmarks.object_views import Photo
from sam_3d.types import Shape
from tools.train_lift.views import Scene

POINTS, ROUNDS, NEAR = 6000, 20, 0.05
CELLS = 48
_WAYS = ((0.1, 0.05, 1), (1, 0.07, 0.11), (0.06, 1, 0.09))
_MOST_CROSSINGS = 64
_STEP = 1e-4
Points = NDArray[np.float64]


@dataclass(frozen=True)
class Score:
    """Chamfer distance (longest edges), F score at 0.05 and volume IoU (both 0..1)."""

    chamfer: float
    f_score: float
    iou: float


def placed(shape: Shape, photo: Photo) -> Triangles:
    """Return a lift in the true camera's axes (right, down, away), as large as its picture says."""
    points = shape.in_camera() * (1, -1, -1)
    away = -float(shape.position[2])
    pixel = shape.camera.focal_px / away * photo.distance / photo.focal_px
    return (points - (0, 0, away)) * pixel + (0, 0, photo.distance), shape.mesh.faces


def score(made: Triangles, truth: Triangles) -> Score:
    """Compare two meshes after alignment: middles first, then shift and scale to the nearest points.

    The protocol is that of the project's own research: 6000 points each, 20 rounds, scale within 3 % a round,
    volumes on a grid of 48³.
    """
    wanted = _sampled(truth, 1)
    seen, vertices = _sampled(made, 0), made[0]
    shift = _middle(truth[0]) - _middle(vertices)
    seen, vertices = seen + shift, vertices + shift
    tree = cKDTree(wanted)
    for _ in range(ROUNDS):
        near, back = tree.query(seen)[1], cKDTree(seen).query(wanted)[1]
        ours, theirs = np.concatenate([seen, seen[back]]), np.concatenate([wanted[near], wanted])
        our_mean, their_mean = ours.mean(0), theirs.mean(0)
        spread = ((ours - our_mean) ** 2).sum()
        scale = np.clip(((ours - our_mean) * (theirs - their_mean)).sum() / spread, 0.97, 1.03)
        seen, vertices = ((p - our_mean) * scale + their_mean for p in (seen, vertices))
    there, back = tree.query(seen)[0], cKDTree(seen).query(wanted)[0]
    precision, recall = float((there < NEAR).mean()), float((back < NEAR).mean())
    f_score = 2 * precision * recall / max(precision + recall, 1e-9)
    grid = _grid() + _middle(truth[0])
    ours, theirs = inside((vertices, made[1]), grid), inside(truth, grid)
    iou = float((ours & theirs).sum() / max((ours | theirs).sum(), 1))
    return Score(float(there.mean() + back.mean()) / 2, f_score, iou)


def inside(mesh: Triangles, points: Points) -> NDArray[np.bool_]:
    """Return which points (N,) lie inside: an odd number of crossings, by the majority of three ways."""
    scene = Scene(*mesh)
    votes = np.zeros(len(points), int)
    for way in _WAYS:
        votes += _crossings(scene, points, np.asarray(way) / np.linalg.norm(way)) % 2
    return votes >= 2


def _crossings(scene: Scene, points: Points, way: Points) -> NDArray[np.int64]:
    counts, alive, origins = np.zeros(len(points), np.int64), np.arange(len(points)), points.copy()
    for _ in range(_MOST_CROSSINGS):
        hit = scene.meet(origins, np.broadcast_to(way, origins.shape))
        met = hit["primID"] >= 0
        if not met.any():
            break
        counts[alive[met]] += 1
        origins = origins[met] + way * (hit["tfar"][met, None] + _STEP)
        alive = alive[met]
    return counts


def _sampled(mesh: Triangles, seed: int) -> Points:
    return np.asarray(
        trimesh.sample.sample_surface(trimesh.Trimesh(*mesh, process=False), POINTS, seed=seed)[0]
    )


def _middle(vertices: Points) -> Points:
    return (vertices.min(0) + vertices.max(0)) / 2


def _grid() -> Points:
    line = np.linspace(-0.62, 0.62, CELLS)
    return np.stack(np.meshgrid(line, line, line, indexing="ij"), -1).reshape(-1, 3)
