"""Light and colour what the numpy z-buffer found: the fallback renderer of `render`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.mesh import Camera
from shared.raster import Fragments, rasterise

_SUPERSAMPLING = 2
# The same lamps as pyrender's (direction in the camera's frame, strength); its intensities are π times these.
_LIGHTS = (((-0.45, 0.65, 0.75), 0.73), ((0.8, 0.15, 0.5), 0.29), ((0.0, -0.5, 0.6), 0.11))
_AMBIENT = 0.42


def draw(
    parts: list[dict[str, Any]], camera: Camera, camera_from_world: NDArray[np.float64]
) -> NDArray[np.uint8]:
    """Draw parts (see `render._part`) into one (H, W, 4) uint8 picture with straight alpha."""
    fine = _finer(camera)
    width, height = fine.size_px
    colour = np.zeros((height, width, 3), np.float32)
    depth = np.full((height, width), np.inf, np.float32)
    for part in parts:
        points = part["vertices"] @ camera_from_world[:3, :3].T + camera_from_world[:3, 3]
        seen = rasterise(points, part["faces"], fine)
        nearer = seen.depth < depth
        depth[nearer] = seen.depth[nearer]
        light = _light(part, seen, nearer, camera_from_world[:3, :3])
        colour[nearer] = _linear(_surface_colour(part, seen, nearer)) * light[:, None]
    return _averaged(_encoded(colour), np.isfinite(depth))


def _finer(camera: Camera) -> Camera:
    n = _SUPERSAMPLING
    (x, y), (width, height) = camera.center_px, camera.size_px
    return Camera(camera.focal_px * n, (x * n, y * n), (width * n, height * n))


def _interpolated(
    values: NDArray, part: dict[str, Any], seen: Fragments, where: NDArray
) -> NDArray[np.float64]:
    corners = values[part["faces"][seen.face[where]]]
    return np.einsum("nij,ni->nj", corners, seen.weights[where])


def _light(part: dict[str, Any], seen: Fragments, where: NDArray, turn: NDArray) -> NDArray[np.float32]:
    normals = _interpolated(part["normals"] @ turn.T, part, seen, where)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    total = np.full(len(normals), _AMBIENT)
    for direction, strength in _LIGHTS:
        towards = np.array(direction) / np.linalg.norm(direction)
        total += strength * np.maximum(normals @ towards, 0)
    return total.astype(np.float32)


def _surface_colour(part: dict[str, Any], seen: Fragments, where: NDArray) -> NDArray[np.float32]:
    if part["texture"] is None:
        return _interpolated(part["colors"].astype(np.float32), part, seen, where).astype(np.float32)
    texture = part["texture"]
    uv = _interpolated(part["uv"], part, seen, where)
    x = np.clip(uv[:, 0] * texture.shape[1], 0, texture.shape[1] - 1).astype(int)
    y = np.clip((1 - uv[:, 1]) * texture.shape[0], 0, texture.shape[0] - 1).astype(int)
    return texture[y, x].astype(np.float32)


def _linear(colour: NDArray[np.float32]) -> NDArray[np.float32]:
    return (colour / np.float32(255)) ** np.float32(2.2)


def _encoded(light: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.minimum(light, 1) ** np.float32(1 / 2.2) * np.float32(255)


def _averaged(colour: NDArray[np.float32], hit: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Average blocks of the finer picture; colour counts where something was hit."""
    n, (height, width) = _SUPERSAMPLING, hit.shape
    blocks = (height // n, n, width // n, n)
    count = hit.reshape(blocks).sum((1, 3))
    total = (colour * hit[..., None]).reshape(*blocks, 3).sum((1, 3))
    mean = total / np.maximum(count, 1)[..., None]
    alpha = count * (255 / n**2)
    return np.concatenate([mean + 0.5, alpha[..., None] + 0.5], axis=2).clip(0, 255).astype(np.uint8)
