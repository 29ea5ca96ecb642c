"""Colour at the vertices, for formats without textures."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sam_3d.types import Shape
from shared.media import Image
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


def with_photo_colors(shape: Shape, image: Image, mask: NDArray[np.bool_]) -> Mesh:
    """Return a shape's mesh with vertex colours: the photo's where each vertex falls, or nearest to it.

    Far sides take the colours of the near ones before them.

    Args:
        shape: Mesh and camera.
        image: The photo.
        mask: (H, W) bool: where the colours are the object's own; not empty.
    """
    from scipy import ndimage

    nearest = ndimage.distance_transform_edt(~mask, return_distances=False, return_indices=True)
    spots = shape.camera.project(shape.in_camera())
    column = np.clip(spots[:, 0], 0, image.width - 1).astype(int)
    row = np.clip(spots[:, 1], 0, image.height - 1).astype(int)
    from_row, from_column = np.asarray(nearest)[:, row, column]
    colors = image.pixels[from_row, from_column]
    return replace(shape.mesh, uv=None, texture=None, colors=np.ascontiguousarray(colors))
