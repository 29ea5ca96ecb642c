"""Which parts of a lifted object the photo shows, and which were made up."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sam_3d.types import Shape
from shared.mesh import Camera, Mesh
from shared.normals import vertex_normals
from shared.raster import rasterise

_GRID_PX = 320
_NEAR = 0.01  # of the size: what lies as far behind the nearest surface as that is the same surface
_GRAZING = 0.05  # cosine: a surface seen flatter than that shows nothing of itself
SEEN_RGB, MADE_UP_RGB = (70, 150, 110), (225, 130, 60)
_TINT = 0.62


def seen_vertices(shape: Shape, made_up: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    """Return (V,) whether each vertex faces the photo's camera with nothing before it, inside the picture.

    Args:
        shape: A lifted object that lies as in its photo.
        made_up: (H, W) pixels that are not the photo's own, such as a mirrored half.
    """
    points = shape.in_camera()
    ahead = points[:, 2] < 0
    spots = shape.camera.project(np.where(ahead[:, None], points, (0.0, 0.0, -1.0)))
    inside = ahead & (spots >= 0).all(1) & (spots <= shape.camera.size_px).all(1)
    if not inside.any():
        return inside
    close, origin = _close_up(shape.camera, spots[inside])
    drawn = rasterise(points, shape.mesh.faces, close)
    scale = close.focal_px / shape.camera.focal_px
    column, row = np.clip((spots - origin) * scale, 0, np.array(close.size_px) - 1).astype(np.int64).T
    nearest = drawn.depth[row, column]
    size = float(np.ptp(points, axis=0).max())
    facing = np.einsum("ij,ij->i", vertex_normals(points, shape.mesh.faces), -points)
    towards = facing > _GRAZING * np.linalg.norm(points, axis=1)
    # Where a vertex on the outline falls beside the object's pixels, nothing hides it.
    found = inside & towards & (-points[:, 2] <= nearest + _NEAR * size)
    if made_up is not None:
        height, width = made_up.shape
        column, row = np.clip(spots, 0, (width - 1, height - 1)).astype(np.int64).T
        found &= ~made_up[row, column]
    return found


def with_seen(shape: Shape, made_up: NDArray[np.bool_] | None = None) -> Mesh:
    """Return a shape's mesh that knows what of it the photo shows, as `seen_vertices`; steps carry it on."""
    return replace(shape.mesh, seen=seen_vertices(shape, made_up))


def seen_share(mesh: Mesh) -> float | None:
    """Return which part of the surface the photo shows, 0..1; None for a mesh that does not know."""
    if mesh.seen is None:
        return None
    corners = mesh.vertices[mesh.faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    areas = np.linalg.norm(across, axis=1)
    return float((areas * mesh.seen[mesh.faces].mean(1)).sum() / max(float(areas.sum()), 1e-300))


def tinted(mesh: Mesh) -> Mesh:
    """Return a mesh in its own colours, tinted green where the photo shows it and orange where made up.

    A mesh that does not know counts as made up.
    """
    from sam_3d.coloring import vertex_colors

    seen = np.zeros(len(mesh.vertices), bool) if mesh.seen is None else mesh.seen
    tint = np.where(seen[:, None], SEEN_RGB, MADE_UP_RGB)
    colors = np.rint(vertex_colors(mesh) * (1 - _TINT) + tint * _TINT).astype(np.uint8)
    return replace(mesh, uv=None, texture=None, colors=colors)


def _close_up(camera: Camera, spots: NDArray[np.float64]) -> tuple[Camera, NDArray[np.float64]]:
    """Return the same camera cropped to the spots, at a resolution of its own, and the crop's corner."""
    low, high = spots.min(0), spots.max(0)
    span = np.maximum(high - low, 1e-9)
    scale = _GRID_PX / float(span.max())
    size = np.maximum(np.ceil(span * scale), 1).astype(int)
    center = (np.array(camera.center_px) - low) * scale
    cropped = Camera(
        camera.focal_px * scale, (float(center[0]), float(center[1])), (int(size[0]), int(size[1]))
    )
    return cropped, low
