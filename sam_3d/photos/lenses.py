"""Straighten photos of a lens that bends lines: one radial term, as COLMAP's SIMPLE_RADIAL and OpenCV's k1.

A point that a lens without distortion shows at (x, y), in focal lengths from the middle, is shown at
(1 + k·(x² + y²)) times that.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.album import Photo
from shared.media import Image
from shared.mesh import Camera
from shared.prompts import Box, MaskHint, Points, Prompt, Prompts

_ROUNDS = 20
_EDGE_POINTS = 9


def shift_px(camera: Camera, k: float) -> float:
    """Return how far the lens moves the picture's corners, in pixels."""
    middle, size = np.array(camera.center_px), np.array(camera.size_px)
    radius = float(np.linalg.norm(np.maximum(middle, size - middle))) / camera.focal_px
    return abs(k) * radius**3 * camera.focal_px


def straight_photo(photo: Photo, camera: Camera, k: float) -> Photo:
    """Return a photo as a lens without distortion had taken it, of the same size and focal length."""
    import cv2

    width, height = photo.size_px
    across, down = _sources((width, height), camera, k)
    pixels = cv2.remap(photo.image.pixels, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = photo.mask
    if mask is not None:
        mask = _straight_mask(mask, across, down)
    return replace(photo, image=Image(np.asarray(pixels, np.uint8)), mask=mask)


def straight_prompts(prompts: Prompts, photo: Photo, camera: Camera, k: float) -> Prompts:
    """Return prompts of a photo's file as they lie in the straight photo.

    Args:
        prompts: In pixels of the file.
        photo: The photo, bent or straight.
        camera: Of its picture, which may be smaller than the file.
        k: Radial term.
    """
    return tuple(_straight(prompt, photo.factor, camera, k) for prompt in prompts)


def _straight(prompt: Prompt, factor: float, camera: Camera, k: float) -> Prompt:
    def moved(points: Any) -> NDArray[np.float64]:
        return unbent(np.asarray(points, np.float64) * factor, camera, k) / factor

    if isinstance(prompt, Points):
        size = np.array(camera.size_px) / factor
        inside = np.clip(moved(prompt.xy_px), 0, np.nextafter(size, 0))
        return replace(prompt, xy_px=tuple((float(x), float(y)) for x, y in inside))
    if isinstance(prompt, Box):
        left, top, right, bottom = prompt.xyxy_px
        along = np.linspace(0, 1, _EDGE_POINTS)
        across, down = left + along * (right - left), top + along * (bottom - top)
        sides = [np.stack(np.broadcast_arrays(x, y), -1) for x, y in
                 ((across, top), (across, bottom), (left, down), (right, down))]  # fmt: skip
        spots = moved(np.concatenate(sides))
        size = np.array(camera.size_px) / factor
        (x0, y0), (x1, y1) = np.clip(spots.min(0), 0, size), np.clip(spots.max(0), 0, size)
        return replace(prompt, xyxy_px=(float(x0), float(y0), float(x1), float(y1)))
    if isinstance(prompt, MaskHint):
        height, width = prompt.mask.shape
        across, down = _sources((width, height), camera, k, factor=factor)
        return replace(prompt, mask=_straight_mask(prompt.mask, across, down))
    return prompt


def unbent(pixels: NDArray[np.float64], camera: Camera, k: float) -> NDArray[np.float64]:
    """Return where (..., 2) pixel positions of a bent picture lie in the straight one."""
    middle = np.array(camera.center_px)
    shown = (pixels - middle) / camera.focal_px
    straight = shown
    for _ in range(_ROUNDS):
        straight = shown / np.maximum(1 + k * (straight**2).sum(-1, keepdims=True), 0.2)
    return straight * camera.focal_px + middle


def _sources(
    size: tuple[int, int], camera: Camera, k: float, *, factor: float = 1.0
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return (H, W) column and row in the bent picture, as remap takes them, of each straight pixel."""
    width, height = size
    column, row = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    spots = bent(np.stack([column, row], -1).astype(np.float64) * factor, camera, k) / factor - 0.5
    return spots[..., 0].astype(np.float32), spots[..., 1].astype(np.float32)


def bent(pixels: NDArray[np.float64], camera: Camera, k: float) -> NDArray[np.float64]:
    """Return where the lens shows (..., 2) pixel positions of the straight picture."""
    middle = np.array(camera.center_px)
    straight = (pixels - middle) / camera.focal_px
    return straight * (1 + k * (straight**2).sum(-1, keepdims=True)) * camera.focal_px + middle


def _straight_mask(
    mask: NDArray[np.bool_], across: NDArray[np.float32], down: NDArray[np.float32]
) -> NDArray[np.bool_]:
    import cv2

    value = cv2.remap(mask.astype(np.float32), across, down, cv2.INTER_LINEAR, borderValue=0)
    return np.ascontiguousarray(value > 0.5)
