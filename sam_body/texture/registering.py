"""Bring the body's surface exactly under the person's pixels, so that the photo can be laid onto it.

The fit is some pixels off, and clothes and hair are wider than the skin. For painting alone the surface is
widened to the mask, and the face is moved so that eyes, nose, mouth and chin lie under those of the photo.
"""

import numpy as np
from numpy.typing import NDArray

from sam_body.clothing.surface import regions
from sam_body.details.face_points import face_points, table
from shared.mesh import Camera
from shared.normals import vertex_normals

Array = NDArray[np.float64]

_TURNED_AWAY = 0.1
_REACH = 0.12
"""Share of the face's size over which the fine moves of its points fade out beyond them."""
_SMOOTHING = 0.5


def with_face(surface: Array, faces: NDArray[np.int64], camera: Camera, face_px: Array) -> Array:
    """Return (V, 3) the surface with its head moved in the picture's plane, depth kept.

    Args:
        surface: (V, 3) in the camera's frame.
        faces: (F, 3).
        camera: The photo's.
        face_px: (468, 2) the face net's points in the photo.
    """
    from scipy.interpolate import RBFInterpolator
    from scipy.spatial import KDTree

    ours = camera.project(face_points(surface))
    normals = vertex_normals(surface, faces)
    view = -surface / np.linalg.norm(surface, axis=1, keepdims=True)
    facing = (normals * view).sum(1) / np.maximum(np.linalg.norm(normals, axis=1), 1e-12)
    seen = facing[table().vertices].mean(1) > _TURNED_AWAY
    if seen.sum() < 40:
        return surface
    source, target = ours[seen], face_px[seen]
    affine = np.linalg.lstsq(np.c_[source, np.ones(len(source))], target, rcond=None)[0]
    parts = regions()
    head = np.clip(parts.face + parts.scalp, 0, 1)
    rows = np.flatnonzero(head > 0.02)
    flat = camera.project(surface[rows])
    moved = np.c_[flat, np.ones(len(flat))] @ affine
    fine = target - np.c_[source, np.ones(len(source))] @ affine
    warp = RBFInterpolator(source, fine, kernel="linear", smoothing=_SMOOTHING, neighbors=24)
    size = float(np.ptp(target, axis=0).max())
    away = KDTree(source).query(flat)[0] / (_REACH * size)
    moved += warp(flat) * np.exp(-(away**2))[:, None]
    wanted = flat + head[rows, None] * (moved - flat)
    return _at_pixels(surface, rows, wanted, camera)


def _at_pixels(surface: Array, rows: NDArray[np.int64], flat: Array, camera: Camera) -> Array:
    placed = surface.copy()
    depth = -surface[rows, 2]
    placed[rows, 0] = (flat[:, 0] - camera.center_px[0]) / camera.focal_px * depth
    placed[rows, 1] = -(flat[:, 1] - camera.center_px[1]) / camera.focal_px * depth
    return placed
