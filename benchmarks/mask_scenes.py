"""Rendered scenes whose masks are exact: painted solids, lit and shadowed, before windows of real photos.

Two kinds, as masks are asked of photos: `large`, one thing that fills much of the picture, and `crowded`,
a dozen and more small things that touch and hide each other. Meshes come from trimesh, photos from
scikit-image; nothing is downloaded.
"""

import cv2
import numpy as np
import trimesh
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from skimage import data

from benchmarks.image_composites import Composite
from shared.mesh import Camera
from shared.raster import rasterise

HEIGHT, WIDTH, FOCAL_PX, FINER = 480, 640, 900.0, 2
LIGHT = np.array([-0.45, 0.65, 0.6]) / np.linalg.norm([-0.45, 0.65, 0.6])
BACKGROUNDS = ("coffee", "chelsea", "rocket", "astronaut", "brick", "grass", "gravel")
Plane = NDArray[np.float64]


def large(count: int, *, seed: int) -> list[Composite]:
    """Return `count` scenes with one large thing and up to three small ones."""
    random = np.random.default_rng(seed)
    return [
        _scene(random, [random.uniform(0.5, 0.85), *random.uniform(0.1, 0.25, 3)], 0.06) for _ in range(count)
    ]


def crowded(count: int, *, seed: int) -> list[Composite]:
    """Return `count` scenes with 14 small things; the one asked for covers 0.4 to 5 % of the picture."""
    random = np.random.default_rng(seed)
    return [_scene(random, random.uniform(0.14, 0.36, 14).tolist(), 0.004) for _ in range(count)]


def _scene(random: np.random.Generator, sizes: list[float], least: float) -> Composite:
    """Draw things of these sizes (shares of the height), the first one asked for in a large scene."""
    height, width = HEIGHT * FINER, WIDTH * FINER
    camera = Camera(FOCAL_PX * FINER, (width / 2, height / 2), (width, height))
    picture = _backdrop(random, height, width)
    depth, owner = np.full((height, width), np.inf), np.full((height, width), -1)
    for number, size in enumerate(sizes):
        points, faces, colours, normals = _thing(random, size, first=number == 0 and len(sizes) < 8)
        seen = rasterise(points, faces, camera)
        picture *= _shadow(points, camera)[:, :, None]
        nearer = seen.depth < depth
        depth[nearer], owner[nearer] = seen.depth[nearer], number
        corners, weights = faces[seen.face[nearer]], seen.weights[nearer]
        light = np.einsum("nij,ni->nj", normals[corners], weights)
        light /= np.maximum(np.linalg.norm(light, axis=1, keepdims=True), 1e-9)
        shine = 0.35 + 0.65 * np.maximum(light @ LIGHT, 0)
        glint = random.uniform(0, 0.5) * np.maximum(light @ _half(), 0) ** 30
        picture[nearer] = np.einsum("nij,ni->nj", colours[corners], weights) * shine[:, None] + glint[:, None]
    areas = np.bincount(owner[owner >= 0], minlength=len(sizes)) / owner.size
    fitting = [0] if len(sizes) < 8 else np.flatnonzero((areas > least) & (areas < 0.05)).tolist() or [0]
    asked = int(fitting[int(random.integers(len(fitting)))])
    if areas[asked] < least:
        return _scene(random, sizes, least)
    small = cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    truth = (
        cv2.resize((owner == asked).astype(np.float32), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA) > 0.5
    )
    return Composite(_photographed(random, small), np.asarray(truth))


def _thing(
    random: np.random.Generator, size: float, *, first: bool
) -> tuple[Plane, NDArray[np.int64], Plane, Plane]:
    """Return points in the camera's frame, faces, colours 0..1 and normals of a painted solid."""
    mesh = _solid(random)
    mesh.apply_transform(trimesh.transformations.random_rotation_matrix(random.uniform(size=3)))
    distance = random.uniform(4.0, 5.5)
    reach = size * HEIGHT * distance / FOCAL_PX
    mesh.apply_scale(reach / float(mesh.extents.max()))
    half = np.array([WIDTH, HEIGHT]) / 2 * distance / FOCAL_PX
    limit = half * 0.25 if first else half * 0.9
    place = np.array([*random.uniform(-limit, limit), -distance])
    points = np.asarray(mesh.vertices, np.float64) - mesh.bounds.mean(axis=0) + place
    colours = _painted(random, points - place, reach)
    return points, np.asarray(mesh.faces, np.int64), colours, np.asarray(mesh.vertex_normals, np.float64)


def _solid(random: np.random.Generator) -> trimesh.Trimesh:
    kind = int(random.integers(5))
    if kind == 0:
        mesh = trimesh.creation.torus(1.0, random.uniform(0.25, 0.5), 48, 24)
    elif kind == 1:
        mesh = trimesh.creation.capsule(random.uniform(0.6, 2.5), 0.6, count=[32, 32])
    elif kind == 2:
        mesh = trimesh.creation.box(random.uniform(0.4, 1.0, 3)).subdivide_to_size(0.08)
    else:
        mesh = trimesh.creation.icosphere(5)
        bumps = sum(
            random.normal(0, 0.5 / n)
            * np.sin(n * (mesh.vertices @ _direction(random)) + random.uniform(0, 6.3))
            for n in (1.5, 2.2, 3.1, 4.3, 5.7)
        )
        mesh.vertices = mesh.vertices * np.clip(1 + 0.6 * bumps, 0.35, 2.0)[:, None]
    mesh.apply_scale(random.uniform(0.6, 1.0, 3))
    return mesh


def _painted(random: np.random.Generator, points: Plane, reach: float) -> Plane:
    """Paint plain, striped, blotched or shaded, in two colours or one; (V, 3) in 0..1."""
    first, second = random.uniform(0.05, 0.95, (2, 3))
    along = points @ _direction(random) / reach
    kind = int(random.integers(4))
    if kind == 0:
        share = np.zeros(len(points))
    elif kind == 1:
        share = np.sin(along * random.uniform(10, 40)) > 0
    elif kind == 2:
        waves = [np.sin(points @ _direction(random) / reach * random.uniform(6, 18)) for _ in range(4)]
        share = sum(waves) > random.uniform(-0.5, 1.0)
    else:
        share = np.clip(along + 0.5, 0, 1)
    share = np.asarray(share, np.float64)[:, None]
    return np.clip(first * (1 - share) + second * share, 0.02, 1.0)


def _backdrop(random: np.random.Generator, height: int, width: int) -> Plane:
    photo = getattr(data, BACKGROUNDS[int(random.integers(len(BACKGROUNDS)))])()
    photo = np.repeat(photo[:, :, None], 3, axis=2) if photo.ndim == 2 else photo
    high, wide = photo.shape[:2]
    zoom = min(high / height, wide / width) * random.uniform(0.6, 1.0)
    rows, columns = int(height * zoom), int(width * zoom)
    top, left = int(random.integers(high - rows + 1)), int(random.integers(wide - columns + 1))
    part = cv2.resize(photo[top : top + rows, left : left + columns], (width, height))
    blurred = cv2.GaussianBlur(part.astype(np.float64) / 255, (0, 0), random.uniform(1.0, 8.0))
    return np.clip(np.asarray(blurred) * random.uniform(0.7, 1.2, 3), 0, 1)


def _shadow(points: Plane, camera: Camera) -> Plane:
    """(H, W) what is left of the light behind a thing: its blurred shape, moved away from the lamp."""
    width, height = camera.size_px
    hull = cv2.convexHull(camera.project(points + np.array([0.06, -0.09, 0.0])).astype(np.float32))
    shade = np.zeros((height // 4, width // 4))
    cv2.fillConvexPoly(shade, (hull / 4).astype(np.int32), 1.0)
    return 1 - 0.5 * np.asarray(cv2.resize(gaussian_filter(shade, 6.0), (width, height)))


def _photographed(random: np.random.Generator, picture: Plane) -> NDArray[np.uint8]:
    """Blur as a lens, add noise and compress as a camera."""
    seen = cv2.GaussianBlur(picture, (0, 0), 0.6) * random.uniform(0.85, 1.1) * 255
    noisy = np.clip(seen + random.normal(0, 3, picture.shape), 0, 255).astype(np.uint8)
    _, code = cv2.imencode(".jpg", noisy[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])
    return np.ascontiguousarray(cv2.imdecode(code, cv2.IMREAD_COLOR)[:, :, ::-1])


def _half() -> Plane:
    half = LIGHT + np.array([0.0, 0.0, 1.0])
    return half / np.linalg.norm(half)


def _direction(random: np.random.Generator) -> Plane:
    found = random.normal(size=3)
    return found / np.linalg.norm(found)
