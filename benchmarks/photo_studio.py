"""Photographs of true meshes on a ground: traced rays, soft shadows, lens blur, noise, changing light.

Needs embreex.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.object_meshes import Triangles
from sam_3d.photos.cameras import place, rays, seen
from sam_3d.photos.mat import Paper, picture
from shared.media import Image
from shared.render import View
from tools.train_lift.views import Scene

_FINER = 2  # rays a pixel, along each side
_NOISE_CELLS = 32
_LAMP = np.array([0.5, 1.0, 0.35])  # where the light comes from
_LAMP_SIZE = 0.25
_SKY = 0.5  # share of the light that comes from everywhere
_LIGHTMAP, _RAYS = 128, 48
_GROUND_SPAN = 3.0  # of the object's extent: the side of the ground that may be shaded
Rows = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ground:
    """What the object stands on: a flat picture around the origin, and a colour beyond it.

    Args:
        picture: (H, W, 3) float, linear light 0..1; rows grow along +z, columns along +x.
        low: (2,) world place (x, z) of its upper left corner.
        pixels_unit: Pixels for one world unit.
        beyond: (3,) colour elsewhere.
    """

    picture: NDArray[np.float32]
    low: Rows
    pixels_unit: float
    beyond: Rows

    def at(self, spots: Rows) -> Rows:
        """Return (N, 3) light of the ground at (N, 2) places (x, z)."""
        import cv2

        where = ((spots - self.low) * self.pixels_unit - 0.5).astype(np.float32)
        found = np.empty((len(spots), 3), np.float32)
        for start in range(0, len(spots), 32_000):
            part = slice(start, start + 32_000)
            found[part] = cv2.remap(
                self.picture,
                where[part, None, 0],
                where[part, None, 1],
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_CONSTANT,
                borderValue=[float(v) for v in self.beyond],
            ).reshape(-1, 3)
        return found.astype(np.float64)


def mat_ground(paper: Paper, *, pixels_mm: float = 8.0) -> Ground:
    """Return the printed mat on a wooden table, in metres, the disc's middle at the origin."""
    page = picture(paper, pixels_mm=pixels_mm).astype(np.float32) / 255 * 0.82 + 0.03
    low = -(np.asarray(paper.corner_mm) + paper.middle_mm) / 1000
    sheet = np.repeat(page[..., None], 3, axis=2).astype(np.float32)
    return Ground(sheet, low, pixels_mm * 1000, np.array([0.30, 0.22, 0.15]))


def plain_ground(colour: tuple[float, float, float] = (0.66, 0.65, 0.62)) -> Ground:
    """Return one even colour."""
    one = np.full((2, 2, 3), colour, np.float32)
    return Ground(one, np.array([-1.0, -1.0]), 1.0, np.array(colour))


@dataclass(frozen=True, eq=False)
class Shots:
    """Pictures, exact outlines and exact cameras of one mesh."""

    mesh: Triangles
    photos: tuple[Image, ...]
    masks: tuple[NDArray[np.bool_], ...]
    views: tuple[View, ...]


@dataclass(frozen=True, eq=False)
class Studio:
    """A painted mesh on a ground.

    Args:
        mesh: Vertices (V, 3), y up, standing on y = 0, and faces.
        ground: Under it.
        seed: Of its paint.
        turning: Whether the object turns before a still camera and lamp, or the camera walks around it.
        plain: Whether it is of one even colour, without blotches.
    """

    mesh: Triangles
    ground: Ground
    seed: int = 0
    turning: bool = False
    plain: bool = False
    _scene: list[Scene] = field(default_factory=list)

    @property
    def scene(self) -> Scene:
        """The mesh, for rays."""
        if not self._scene:
            self._scene.append(Scene(*self.mesh))
        return self._scene[0]

    @property
    def extent(self) -> float:
        """Longest edge of the box around the mesh."""
        return float(np.ptp(self.mesh[0], axis=0).max())

    def paint(self, points: Rows) -> Rows:
        """Return (N, 3) linear albedo: a base colour with blotches as paint and wear leave them."""
        rng = np.random.default_rng(self.seed)
        cube = rng.normal(size=(3, _NOISE_CELLS, _NOISE_CELLS, _NOISE_CELLS))
        cube = ndimage.gaussian_filter(cube, (0, 0.9, 0.9, 0.9))
        spots = ((points - self.mesh[0].min(0)) / self.extent * (_NOISE_CELLS - 1)).T
        waves = np.stack([ndimage.map_coordinates(c, spots, order=1, mode="nearest") for c in cube], 1)
        base = rng.uniform((0.30, 0.06, 0.04), (0.55, 0.22, 0.18))[rng.permutation(3)]
        if self.plain:
            return np.tile(base, (len(points), 1))
        return np.clip(base * np.exp(1.8 * waves), 0.01, 0.9)

    def shoot(self, views: Sequence[View], *, seed: int = 0, blur_px: float = 0.9, noise: float = 3.0,
              light: float = 0.12) -> Shots:  # fmt: skip
        """Photograph it: every picture exposed and white-balanced a little differently, blurred and noisy.

        Args:
            views: Cameras.
            seed: Of noise and exposure.
            blur_px: Standard deviation of the lens blur, pixels.
            noise: Standard deviation of the sensor noise, of 255.
            light: Largest relative change of the exposure.
        """
        rng = np.random.default_rng(seed)
        photos, masks = [], []
        shade: Rows | None = None
        for view in views:
            lamp = _LAMP / np.linalg.norm(_LAMP)
            if self.turning:
                away = place(view)
                angle = np.arctan2(away[0], away[2])
                lamp = _turned(lamp, angle)
                shade = None
            shade = self._lightmap(lamp) if shade is None else shade
            linear, mask = self._seen(view, lamp, shade)
            linear = ndimage.gaussian_filter(linear, (blur_px, blur_px, 0))
            linear *= (1 + rng.uniform(-light, light)) * (1 + rng.uniform(-0.03, 0.03, 3))
            pixels = 255 * np.clip(linear, 0, 1) ** (1 / 2.2)
            pixels += rng.normal(0, noise, pixels.shape)
            photos.append(Image(np.clip(pixels + 0.5, 0, 255).astype(np.uint8)))
            masks.append(mask)
        return Shots(self.mesh, tuple(photos), tuple(masks), tuple(views))

    def _seen(self, view: View, lamp: Rows, shade: Rows) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        width, height = view.camera.size_px
        eye = place(view)
        box = self._box(view)
        light = np.zeros((height, width, 3), np.float32)
        cover = np.zeros((height, width), np.float32)
        columns, rows = np.meshgrid(np.arange(width), np.arange(height))
        inner = (columns >= box[0]) & (columns < box[2]) & (rows >= box[1]) & (rows < box[3])
        near = np.flatnonzero(inner)
        for place_in in np.ndindex(_FINER, _FINER):
            offset = (np.array(place_in) + 0.5) / _FINER
            ways = rays(view, np.stack([columns.ravel(), rows.ravel()], 1) + offset)
            colour = self._on_ground(eye, ways, shade)
            hit = self.scene.meet(np.broadcast_to(eye, (len(near), 3)), ways[near])
            met = hit["primID"] >= 0
            there = near[met]
            colour[there] = self._on_mesh({k: v[met] for k, v in hit.items()}, eye, ways[there], lamp)
            light += colour.reshape(light.shape) / _FINER**2
            cover.reshape(-1)[there] += 1 / _FINER**2
        return light, cover > 0.5

    def _box(self, view: View) -> NDArray[np.int64]:
        """Return left, top, right, bottom of the part of the picture that may show the mesh."""
        spots = seen(view, self.mesh[0])[0]
        low, high = np.floor(spots.min(0)) - 1, np.ceil(spots.max(0)) + 1
        return np.clip(np.concatenate([low, high]), 0, np.tile(view.camera.size_px, 2)).astype(np.int64)

    def _on_mesh(self, hit: dict[str, np.ndarray], eye: Rows, ways: Rows, lamp: Rows) -> Rows:
        points = eye + ways * hit["tfar"][:, None]
        normals = self.scene.normals(hit)
        normals = np.where((normals * ways).sum(1, keepdims=True) > 0, -normals, normals)
        start = points + normals * 1e-3 * self.extent
        dark = self.scene.meet(start, np.broadcast_to(lamp, start.shape))["primID"] >= 0
        direct = np.maximum(normals @ lamp, 0) * ~dark
        sky = _SKY * (0.6 + 0.4 * normals[:, 1])
        return self.paint(points) * (sky + (1 - _SKY) * 1.3 * direct)[:, None]

    def _on_ground(self, eye: Rows, ways: Rows, shade: Rows) -> Rows:
        found = np.tile(self.ground.beyond, (len(ways), 1)).astype(np.float64)
        down = np.flatnonzero(ways[:, 1] < -1e-4)
        points = eye + ways[down] * (-eye[1] / ways[down, 1])[:, None]
        spots = points[:, [0, 2]]
        span = _GROUND_SPAN * self.extent
        where = ((spots / span + 0.5) * _LIGHTMAP - 0.5).T
        lit = ndimage.map_coordinates(shade, where, order=1, mode="constant", cval=1.0)
        found[down] = self.ground.at(spots) * lit[:, None]
        return found

    def _lightmap(self, lamp: Rows) -> Rows:
        """Return (n, n) light on the ground (x, z), 1 where nothing shades it."""
        rng = np.random.default_rng(0)
        line = ((np.arange(_LIGHTMAP) + 0.5) / _LIGHTMAP - 0.5) * _GROUND_SPAN * self.extent
        x, z = np.meshgrid(line, line, indexing="ij")
        starts = np.stack([x, np.full_like(x, 1e-4 * self.extent), z], -1).reshape(-1, 3)
        total = np.zeros(len(starts))
        for _ in range(_RAYS):
            soft = lamp + _LAMP_SIZE * rng.normal(size=3) / np.sqrt(3)
            direct = self.scene.meet(starts, np.tile(soft, (len(starts), 1)))["primID"] < 0
            way = rng.normal(size=3)
            way = way / np.linalg.norm(way) + (0, 1, 0)  # even in light: weighted by the cosine
            sky = self.scene.meet(starts, np.tile(way, (len(starts), 1)))["primID"] < 0
            total += _SKY * sky + (1 - _SKY) * direct
        return ndimage.gaussian_filter((total / _RAYS).reshape(_LIGHTMAP, _LIGHTMAP), 0.7)


def _turned(way: Rows, angle: float) -> Rows:
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array([cosine * way[0] + sine * way[2], way[1], cosine * way[2] - sine * way[0]])
