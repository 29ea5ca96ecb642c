"""A small photo set of a patterned thing on a patterned table, as if taken by hand."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from shared.mesh import Camera, Mesh
from shared.render import View, sketch
from tests.sam_3d.photos.sets import Shot, shot

COUNT = 12
SIZE_PX = (360, 270)
_CELLS = 64


def patterned() -> Mesh:
    """Return a bumpy ball with a block beside it on the ground y = 0, in blotches of colour."""
    import trimesh

    ball, block = trimesh.creation.icosphere(5, 0.42), trimesh.creation.box((0.32, 0.9, 0.5))
    ball.apply_translation((0, 0.42, 0))
    block = block.subdivide().subdivide().subdivide().subdivide().subdivide()
    block.apply_translation((0.35, 0.45, 0.05))
    both = trimesh.util.concatenate([ball, block])
    points = np.asarray(both.vertices, np.float64)
    return Mesh(points, np.asarray(both.faces), colors=_blotches(points, 0.04, seed=1))


def table() -> Mesh:
    """Return a square at y = 0, in blotches of grey."""
    line = np.linspace(-1.1, 1.1, _CELLS + 1)
    across, deep = np.meshgrid(line, line, indexing="ij")
    points = np.stack([across.ravel(), np.zeros(across.size), deep.ravel()], 1)
    corner = (np.arange(_CELLS)[:, None] * (_CELLS + 1) + np.arange(_CELLS)).ravel()
    near, far = corner + 1, corner + _CELLS + 1
    faces = np.concatenate([np.stack([corner, near, far + 1], 1), np.stack([corner, far + 1, far], 1)])
    return Mesh(points, faces, colors=np.repeat(_blotches(points, 0.05, seed=2)[:, :1], 3, axis=1))


def by_hand(count: int) -> list[View]:
    """Return cameras all around, at unequal steps and heights, not quite level."""
    rng = np.random.default_rng(3)
    camera = Camera(1.25 * SIZE_PX[0], (SIZE_PX[0] / 2, SIZE_PX[1] / 2), SIZE_PX)
    views = []
    for i in range(count):
        azimuth = 2 * np.pi * (i + rng.uniform(-0.2, 0.2)) / count
        up = np.radians((24, 38)[i % 2] + rng.uniform(-3, 3))
        back = np.array([np.sin(azimuth) * np.cos(up), np.sin(up), np.cos(azimuth) * np.cos(up)])
        right = np.cross((rng.uniform(-0.06, 0.06), 1, rng.uniform(-0.06, 0.06)), back)
        right /= np.linalg.norm(right)
        pose = np.eye(4)
        pose[:3, :3] = right, np.cross(back, right), back
        pose[:3, 3] = pose[:3, :3] @ -(back * rng.uniform(2.2, 2.5) + (0.1, 0.4, 0))
        views.append(View(camera, pose))
    return views


@cache
def on_table(count: int) -> Shot:
    """Photograph the thing on the table."""
    views, cloth = by_hand(count), table()
    behind: list[NDArray[np.uint8]] = []
    for view in views:
        frame = sketch([cloth], view)
        alpha = frame[..., 3:] / 255
        behind.append((frame[..., :3] * alpha + 205 * (1 - alpha)).astype(np.uint8))
    return shot(patterned(), views, behind)


def _blotches(points: NDArray[np.float64], size: float, *, seed: int) -> NDArray[np.uint8]:
    """Return a colour for each point, which changes from one cube of space to the next."""
    rng = np.random.default_rng(seed)
    cube = rng.integers(30, 225, (64, 64, 64, 3)).astype(np.uint8)
    x, y, z = (np.floor(points / size).astype(int) % 64).T
    return cube[x, y, z]
