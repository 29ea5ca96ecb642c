"""Rendered photo sets with true meshes and cameras: lens blur, noise and changing light."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from sam_3d.photos.cameras import turntable_view
from shared.media import Image
from shared.mesh import Camera, Mesh
from shared.render import View, render
from tools.train_lift import creatures, solids

SEEDS = {"figure": 3, "animal": 11, "bust": 5, "machined": 7}


@dataclass(frozen=True, eq=False)
class PhotoSet:
    """Pictures, exact outlines and cameras of one mesh."""

    name: str
    mesh: Mesh
    photos: tuple[Image, ...]
    masks: tuple[NDArray[np.bool_], ...]
    views: tuple[View, ...]


def objects(*, height: float = 1.0) -> dict[str, Mesh]:
    """Return procedural bodies, textured by vertex colours, standing on y = 0, of this greatest extent."""
    makers = {
        "figure": creatures.figure,
        "animal": creatures.animal,
        "bust": creatures.bust,
        "machined": solids.machined,
    }
    found = {}
    for name, make in makers.items():
        vertices, faces = make(np.random.default_rng(SEEDS[name]))
        points = np.asarray(vertices, np.float64)
        points = (points - points.min(0)) / np.ptp(points, axis=0).max() * height
        points -= [np.ptp(points[:, 0]) / 2, 0, np.ptp(points[:, 2]) / 2]
        found[name] = coloured(points, np.asarray(faces, np.int64), SEEDS[name])
    return found


def coloured(points: NDArray[np.float64], faces: NDArray[np.int64], seed: int) -> Mesh:
    """Return a mesh with blotches of colour as paint and wear leave them, refined to hold them."""
    import trimesh

    size = float(np.ptp(points, axis=0).max())
    points, faces = trimesh.remesh.subdivide_to_size(points, faces, size / 60, max_iter=12)
    mesh = trimesh.Trimesh(points, faces, process=True)
    points, faces = np.asarray(mesh.vertices), np.asarray(mesh.faces)
    rng = np.random.default_rng(seed)
    cube = rng.normal(size=(3, 32, 32, 32))
    cube = ndimage.gaussian_filter(cube, (0, 0.8, 0.8, 0.8))
    spots = ((points - points.min(0)) / size * 31).T
    waves = np.stack([ndimage.map_coordinates(c, spots, order=1) for c in cube], 1)
    base = rng.uniform((120, 40, 30), (190, 90, 80))
    colours = np.clip(base + 90 * waves, 10, 235).astype(np.uint8)
    return Mesh(points, faces.astype(np.int64), colors=colours)


def ring(
    count: int,
    *,
    elevations_deg: Sequence[float],
    size_px: tuple[int, int],
    fov_deg: float = 30.0,
    distance: float = 2.6,
    middle: tuple[float, float, float] = (0, 0.45, 0),
) -> tuple[View, ...]:
    """Return cameras all around at equal angles, their heights taken in turn."""
    focal = max(size_px) / 2 / np.tan(np.radians(fov_deg / 2))
    camera = Camera(float(focal), (size_px[0] / 2, size_px[1] / 2), size_px)
    found = []
    for i in range(count):
        elevation = np.radians(elevations_deg[i % len(elevations_deg)])
        view = turntable_view(camera, 2 * np.pi * i / count, elevation=float(elevation))
        pose = view.camera_from_world.copy()
        pose[:3, 3] = pose[:3, :3] @ -np.asarray(middle, float) + [0, 0, -distance]
        found.append(View(camera, pose))
    return tuple(found)


def shoot(name: str, mesh: Mesh, views: Sequence[View], *, scenery: Sequence[Mesh] = (), seed: int = 0,
          backdrop: tuple[int, int, int] = (214, 212, 206), blur_px: float = 0.8, noise: float = 3.0,
          light: float = 0.12) -> PhotoSet:  # fmt: skip
    """Photograph a mesh: rendered, lit a little differently each time, blurred and noisy."""
    rng = np.random.default_rng(seed)
    alone = render([mesh], views).frames[..., 3]
    frames = render([mesh, *scenery], views).frames if scenery else render([mesh], views).frames
    photos = []
    for frame in frames:
        rgb, alpha = frame[..., :3].astype(np.float32), frame[..., 3:].astype(np.float32) / 255
        picture = rgb * alpha + np.array(backdrop, np.float32) * (1 - alpha)
        picture = ndimage.gaussian_filter(picture, (blur_px, blur_px, 0))
        picture *= 1 + rng.uniform(-light, light) + rng.uniform(-0.03, 0.03, 3)
        picture += rng.normal(0, noise, picture.shape)
        photos.append(Image(np.clip(picture, 0, 255).astype(np.uint8)))
    return PhotoSet(name, mesh, tuple(photos), tuple(a > 127 for a in alone), tuple(views))


def f_score(made: Mesh, true: Mesh, *, at: float = 0.05, aligned: bool = True) -> float:
    """Return F at a distance, of meshes scaled so that the true one's greatest extent is 1.

    Points are drawn evenly on both surfaces. Where `aligned`, the made one is first brought onto the true one
    by a similarity (ICP from the two boxes), as in the research protocol.
    """
    import trimesh

    size = float(np.ptp(true.vertices, axis=0).max())
    goal = trimesh.sample.sample_surface(trimesh.Trimesh(true.vertices, true.faces), 20_000, seed=1)[0] / size
    points = (
        trimesh.sample.sample_surface(trimesh.Trimesh(made.vertices, made.faces), 20_000, seed=0)[0] / size
    )
    if aligned:
        points = _aligned(points, goal)
    there, back = cKDTree(goal).query(points)[0], cKDTree(points).query(goal)[0]
    precision, recall = float((there < at).mean()), float((back < at).mean())
    return 2 * precision * recall / max(precision + recall, 1e-9)


def _aligned(points: NDArray, goal: NDArray) -> NDArray:
    middle = lambda p: (p.min(0) + p.max(0)) / 2  # noqa: E731
    scale = np.ptp(goal, axis=0).max() / np.ptp(points, axis=0).max()
    points = (points - middle(points)) * scale + middle(goal)
    tree = cKDTree(goal)
    for _ in range(20):
        near = goal[tree.query(points)[1]]
        a, b = points.mean(0), near.mean(0)
        u, s, vt = np.linalg.svd((points - a).T @ (near - b))
        sign = np.diag([1, 1, np.sign(np.linalg.det(u @ vt))])
        turn = u @ sign @ vt
        factor = float(np.clip((s * np.diag(sign)).sum() / ((points - a) ** 2).sum(), 0.97, 1.03))
        points = (points - a) @ turn * factor + b
    return points
