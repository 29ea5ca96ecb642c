"""Colour at the vertices, for formats without textures."""

import numpy as np
from numpy.typing import NDArray

from shared.mesh import Mesh

_PLAIN = 190


def vertex_colors(mesh: Mesh) -> NDArray[np.uint8]:
    """Return (V, 3) uint8 sRGB colours: the mesh's own, its texture's at each vertex (bilinear), or grey."""
    if mesh.colors is not None:
        return mesh.colors
    if mesh.texture is None or mesh.uv is None:
        return np.full((len(mesh.vertices), 3), _PLAIN, np.uint8)
    height, width = mesh.texture.shape[:2]
    x = np.clip(mesh.uv[:, 0] * width - 0.5, 0, width - 1)
    y = np.clip((1 - mesh.uv[:, 1]) * height - 0.5, 0, height - 1)
    left, top = np.minimum(x.astype(int), max(width - 2, 0)), np.minimum(y.astype(int), max(height - 2, 0))
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    fx, fy = (x - left)[:, None], (y - top)[:, None]
    texture = mesh.texture.astype(np.float64)
    upper = texture[top, left] * (1 - fx) + texture[top, right] * fx
    lower = texture[bottom, left] * (1 - fx) + texture[bottom, right] * fx
    return (upper * (1 - fy) + lower * fy + 0.5).clip(0, 255).astype(np.uint8)
