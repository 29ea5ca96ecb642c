"""Measure objects made of photos without a mat: cameras by structure from motion, on rendered photo sets.

    python -m benchmarks.photos_sfm

Each mesh is photographed as if by hand (unequal steps, heights, distances and rolls) with lens blur, noise
and changing light; alone before a plain wall, and on a patterned table. The outlines are exact, so that the
figure is that of the cameras and the carving. The cameras' errors are told after the similarity that brings
their places onto the true ones, objects 1 long; F@0.05 is of the whole result, turned and scaled as in the
research protocol. Bar: 0.88.
"""

import argparse
import resource
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from benchmarks.photo_sets import SEEDS, PhotoSet, f_score, objects, shoot
from sam_3d.photos.album import Album, Photo
from sam_3d.photos.cameras import place
from sam_3d.photos.making import make
from shared.errors import StudioError
from shared.mesh import Camera, Mesh
from shared.render import View

Similarity = tuple[float, NDArray[np.float64], NDArray[np.float64]]


def by_hand(count: int, size_px: tuple[int, int], seed: int = 1) -> tuple[View, ...]:
    """Return cameras around an object 1 high at the origin: two low rounds in turn, and some from above."""
    rng = np.random.default_rng(seed)
    focal = 1.2 * max(size_px)
    camera = Camera(focal, (size_px[0] / 2, size_px[1] / 2), size_px)
    views = []
    for i in range(count):
        azimuth = 2 * np.pi * (i + rng.uniform(-0.25, 0.25)) / count
        up = np.radians((14, 30, 48)[i % 3] + rng.uniform(-5, 5))
        back = np.array([np.sin(azimuth) * np.cos(up), np.sin(up), np.cos(azimuth) * np.cos(up)])
        right = np.cross((rng.uniform(-0.08, 0.08), 1, 0), back)
        right /= np.linalg.norm(right)
        pose = np.eye(4)
        pose[:3, :3] = right, np.cross(back, right), back
        spot = back * rng.uniform(2.1, 2.6) + (0, 0.45, 0) + rng.uniform(-0.06, 0.06, 3)
        pose[:3, 3] = pose[:3, :3] @ -spot
        views.append(View(camera, pose))
    return tuple(views)


def table(seed: int = 4) -> Mesh:
    """Return a square with blotches of colour to stand on, as a printed cloth has them."""
    rng, cells = np.random.default_rng(seed), 96
    line = np.linspace(-1.3, 1.3, cells + 1)
    across, deep = np.meshgrid(line, line, indexing="ij")
    points = np.stack([across.ravel(), np.full(across.size, -0.002), deep.ravel()], 1)
    corner = (np.arange(cells)[:, None] * (cells + 1) + np.arange(cells)).ravel()
    faces = np.concatenate(
        [
            np.stack([corner, corner + 1, corner + cells + 2], 1),
            np.stack([corner, corner + cells + 2, corner + cells + 1], 1),
        ]
    )
    colours = rng.integers(40, 220, (len(points), 3)).astype(np.uint8)
    return Mesh(points, faces, colors=colours)


def similarity(found: NDArray[np.float64], true: NDArray[np.float64]) -> Similarity:
    """Return scale, rotation and shift that bring (N, 3) points onto others in the least squares sense.

    After S. Umeyama, 1991: the rotation is of the singular vectors of the points' covariance.
    """
    a, b = found - found.mean(0), true - true.mean(0)
    u, s, vt = np.linalg.svd(b.T @ a)
    sign = np.diag([1, 1, np.sign(np.linalg.det(u @ vt))])
    turn = u @ sign @ vt
    scale = float((s * np.diag(sign)).sum() / (a**2).sum())
    return scale, turn, true.mean(0) - scale * turn @ found.mean(0)


def painted(mesh: Mesh, seed: int) -> Mesh:
    """Return a mesh with fine specks over its blotches, as stone, wood, cloth and print have them."""
    import trimesh

    size = float(np.ptp(mesh.vertices, axis=0).max())
    points, faces = trimesh.remesh.subdivide_to_size(mesh.vertices, mesh.faces, size / 170, max_iter=12)
    solid = trimesh.Trimesh(points, faces, process=True)
    points = np.asarray(solid.vertices)
    _, nearest = cKDTree(mesh.vertices).query(points)
    colours = np.asarray(mesh.colors)[nearest].astype(np.float64)
    rng = np.random.default_rng(seed)
    for cell, strength in ((1 / 90, 26.0), (1 / 35, 18.0)):
        cube = rng.normal(size=(97, 97, 97))
        x, y, z = (np.floor(points / size / cell).astype(int) % 97).T
        colours += strength * cube[x, y, z][:, None]
    return Mesh(points, np.asarray(solid.faces), colors=np.clip(colours, 5, 250).astype(np.uint8))


def measured(photos: PhotoSet, *, cells: int) -> dict[str, float]:
    """Return what was placed, the cameras' errors, and F of the object made of a photo set."""
    names = [f"{i:02}.png" for i in range(len(photos.photos))]
    items = zip(names, photos.photos, photos.masks, strict=True)
    album = Album(tuple(Photo(name, image, mask=mask) for name, image, mask in items))
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    made = make(album, {}, cameras="sfm", cells=cells, atlas_px=256)
    seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    true = [photos.views[names.index(made.album.photos[i].name)] for i in made.used]
    fit = similarity(_places(made.views), _places(true))
    apart = np.linalg.norm(_moved(_places(made.views), fit) - _places(true), axis=1)
    return {
        "placed": len(true) / len(names),
        "place_error": float(np.median(apart)),
        "turn_error_deg": float(np.median(_turns(made.views, true, fit))),
        "F@0.05": f_score(made.object.mesh, _turned(photos.mesh, true[0])),
        "sfm_cpu_s": seconds,
    }


def _turned(mesh: Mesh, view: View) -> Mesh:
    """Return a mesh with the side to +z that a camera sees, as objects of several photos are given."""
    back = view.camera_from_world[2, :3]
    angle = np.arctan2(back[0], back[2])
    cosine, sine = np.cos(angle), np.sin(angle)
    around = np.array([[cosine, 0, -sine], [0, 1, 0], [sine, 0, cosine]])
    return Mesh(mesh.vertices @ around.T, mesh.faces)


def _places(views: Sequence[View]) -> NDArray[np.float64]:
    return np.stack([place(view) for view in views])


def _moved(points: NDArray[np.float64], fit: Similarity) -> NDArray[np.float64]:
    return fit[0] * points @ fit[1].T + fit[2]


def _turns(found: Sequence[View], true: Sequence[View], fit: Similarity) -> list[float]:
    errors = []
    for view, right in zip(found, true, strict=True):
        apart = view.camera_from_world[:3, :3] @ fit[1].T @ right.camera_from_world[:3, :3].T
        errors.append(float(np.degrees(np.arccos(np.clip((np.trace(apart) - 1) / 2, -1, 1)))))
    return errors


def main(words: Sequence[str] | None = None) -> None:
    """Print one line a photo set and the mean."""
    parser = argparse.ArgumentParser(description="Structure from motion on rendered photo sets.")
    parser.add_argument("--photos", type=int, default=24)
    parser.add_argument("--side-px", type=int, default=800)
    parser.add_argument("--cells", type=int, default=128)
    parser.add_argument("--objects", default="", help="names by commas; all without")
    asked = parser.parse_args(words)
    size = (asked.side_px, asked.side_px * 3 // 4)
    scores = []
    for name, mesh in objects().items():
        if asked.objects and name not in asked.objects.split(","):
            continue
        mesh = painted(mesh, SEEDS[name])
        for ground, scenery in (("plain", ()), ("table", (table(),))):
            taken = shoot(name, mesh, by_hand(asked.photos, size), scenery=scenery)
            try:
                told = measured(taken, cells=asked.cells)
            except StudioError as error:
                print(f"{name:10} {ground:6} failed: {error}", flush=True)
                scores.append(0.0)
                continue
            print(f"{name:10} {ground:6}", *(f"{k} {v:.4f}" for k, v in told.items()), flush=True)
            scores.append(told["F@0.05"])
    print(f"mean F@0.05 {np.mean(scores):.4f}")


if __name__ == "__main__":
    main()
