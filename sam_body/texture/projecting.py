"""What the photo shows of a surface: colours, and how much each place can be trusted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_body.clothing.surface import laplacian
from sam_body.model import body_model
from sam_body.texture.atlas import Atlas
from shared.mesh import Camera
from shared.normals import vertex_normals
from shared.raster import rasterise

Array = NDArray[np.float64]

_DEPTH_CELLS = 512
_BEHIND_M = 0.012
_BORDER_M, _BORDER_CELLS = 0.035, 2
"""Places this much behind something drawn within this many cells are left out: its colours bleed there."""
_APART_M, _AROUND_CELLS = 0.05, 8
"""A place has something right behind it if that lies so much farther within so many cells."""
_EDGE_ON, _FACED = 0.18, 0.5
"""Cosines between which trust rises from 0 to 1."""
_FADING = 3


@dataclass(frozen=True, eq=False)
class Seen:
    """The photo on the atlas and on the vertices.

    Args:
        colours: (N, 3) float32 at the atlas's pixels, 0..255; only meaningful where trusted.
        trust: (N,) float32 in 0..1.
        vertex_colours: (V, 3) float64.
        vertex_trust: (V,) float64 in 0..1.
        vertex_value: (V,) float64: how finely the photo shows each place, photo pixels a metre of skin.
        vertex_before: (V,) bool: another part of the body lies right behind in the picture.
    """

    colours: NDArray[np.float32]
    trust: NDArray[np.float32]
    vertex_colours: Array
    vertex_trust: Array
    vertex_value: Array
    vertex_before: NDArray[np.bool_]


def project_photo(
    pixels: NDArray[np.uint8],
    mask: NDArray[np.bool_],
    surface: Array,
    camera: Camera,
    layout: Atlas,
    *,
    guessed: Array | None = None,
) -> Seen:
    """Look the surface up in the photo.

    Args:
        pixels: (H, W, 3) uint8.
        mask: (H, W) bool, the person; colours outside are never taken.
        surface: (V, 3) of the shipped body in the camera's frame, under its pixels.
        camera: The photo's.
        layout: Where the atlas's pixels lie on the surface.
        guessed: (V,) 0..1, vertices that lie somewhere else than the photo shows.
    """
    import cv2

    model = body_model()
    normals = vertex_normals(surface, model.faces)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    inside = _inside(mask)
    shown, before = _visible(surface, camera, model.faces)
    cosine = (normals * -surface).sum(1) / np.linalg.norm(surface, axis=1)
    faced = _ramp(cosine)
    flat = camera.project(surface)
    trust = shown * faced * _sampled(inside, flat)
    trust *= 1.0 if guessed is None else 1 - guessed
    for _ in range(_FADING):
        trust = np.minimum(trust, _neighbour_mean(trust))
    points = layout.spread(surface)
    spots = camera.project(points.astype(np.float64))
    colours = _sampled(pixels, spots).astype(np.float32)
    fine = _sampled(inside, spots) * layout.spread(trust)
    blurred = cv2.GaussianBlur(pixels, (0, 0), max(_step_px(surface, camera) / 2, 0.5))
    value = np.clip(cosine, 0, 1) * camera.focal_px / np.maximum(-surface[:, 2], 1e-3)
    return Seen(colours, fine.astype(np.float32), _sampled(np.asarray(blurred), flat), trust, value, before)


def _step_px(surface: Array, camera: Camera) -> float:
    """Size in the photo of a centimetre, about the distance of vertices."""
    return 0.01 * camera.focal_px / max(-float(np.median(surface[:, 2])), 1e-3)


def _ramp(cosine: Array) -> Array:
    rise = np.clip((cosine - _EDGE_ON) / (_FACED - _EDGE_ON), 0, 1)
    return rise * rise * (3 - 2 * rise)


def _inside(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """(H, W) 0..1: rises within a few pixels of the mask's edge, where the backdrop bleeds in."""
    import cv2

    rows = np.flatnonzero(mask.any(1))
    reach = max(1.5, 0.006 * (float(np.ptp(rows)) if len(rows) else 0.0))
    framed = np.pad(mask, 1, mode="edge").astype(np.uint8)
    distance = cv2.distanceTransform(framed, cv2.DIST_L2, 5)[1:-1, 1:-1]
    return np.clip((distance - 0.5 * reach) / reach, 0, 1).astype(np.float32)


def _visible(surface: Array, camera: Camera, faces: NDArray[np.int64]) -> tuple[Array, NDArray[np.bool_]]:
    """(V,) 1 where nothing lies before a vertex, nor just beside it; what has the body right behind it."""
    from scipy import ndimage

    flat = camera.project(surface)
    low, high = flat.min(0) - 4, flat.max(0) + 4
    step = float((high - low).max() / _DEPTH_CELLS)
    columns, rows = (int(n) for n in np.ceil((high - low) / step))
    centre = (np.array(camera.center_px) - low) / step
    small = Camera(camera.focal_px / step, (float(centre[0]), float(centre[1])), (columns, rows))
    depth = rasterise(surface, faces, small).depth.astype(np.float64)
    near = ndimage.minimum_filter(depth, size=2 * _BORDER_CELLS + 1)
    cells = (flat - low) / step - 0.5
    column, row = np.clip(np.round(cells).astype(int), 0, (columns - 1, rows - 1)).T
    own = -surface[:, 2]
    here = ndimage.maximum_filter(depth, size=3)[row, column]
    hidden = (own > np.where(np.isfinite(here), here, np.inf) + _BEHIND_M) | (
        own > near[row, column] + _BORDER_M
    )
    behind = ndimage.maximum_filter(np.where(np.isfinite(depth), depth, 0), size=2 * _AROUND_CELLS + 1)
    return np.logical_not(hidden).astype(np.float64), behind[row, column] > own + _APART_M


def _neighbour_mean(values: Array) -> Array:
    matrix = laplacian()
    return values - (matrix @ values) / np.maximum(matrix.diagonal(), 1)


def _sampled(picture: NDArray, spots: Array) -> Array:
    """Look (N, 2) places of the photo up, between pixels; 0 outside."""
    import cv2

    count, width = len(spots), 4096
    rows = -(-count // width)
    padded = np.full((rows * width, 2), -9.0, np.float32)
    padded[:count] = np.clip(spots - 0.5, -1e4, 1e5)
    maps = padded.reshape(rows, width, 2)
    source = picture.astype(np.float32)
    found = cv2.remap(
        source, maps[..., 0], maps[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0
    )
    return np.asarray(found, np.float64).reshape(rows * width, *picture.shape[2:])[:count]
