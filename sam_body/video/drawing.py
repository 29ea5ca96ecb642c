"""Draw a coloured surface into a picture at once: one z-buffer, one lamp at the camera's upper left."""

import numpy as np
from numpy.typing import NDArray

from shared.mesh import Camera
from shared.raster import rasterise

Array = NDArray[np.float64]

_LAMP = np.array([-0.35, 0.5, 0.8]) / np.linalg.norm([-0.35, 0.5, 0.8])
_AMBIENT = 0.45


def draw_surface(
    points: Array, faces: NDArray[np.int64], colors: NDArray[np.uint8], camera: Camera
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Draw triangles that face the camera, one colour each, flat.

    Args:
        points: (V, 3) in the camera's frame.
        faces: (F, 3).
        colors: (F, 3) uint8 sRGB.
        camera: Pinhole camera.

    Returns:
        (H, W, 3) uint8 and (H, W) where anything was drawn.
    """
    corners = points[faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    towards = np.einsum("fi,fi->f", normals, corners[:, 0]) < 0
    faces, colors, normals = faces[towards], colors[towards], normals[towards]
    seen = rasterise(points, faces, camera).face
    light = _AMBIENT + (1 - _AMBIENT) * np.clip(
        normals @ _LAMP / np.maximum(np.linalg.norm(normals, axis=1), 1e-12), 0, 1
    )
    shaded = np.round(colors * light[:, None]).astype(np.uint8)
    hit = seen >= 0
    return shaded[seen] if len(shaded) else np.zeros((*seen.shape, 3), np.uint8), hit
