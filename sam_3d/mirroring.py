"""Make an object symmetric: one half of its mask and its colours, mirrored onto the other."""

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation import outline
from sam_3d.inflation.symmetry import Axis, mirror_axis, mirrored
from shared.media import Image

SIDES = ("none", "left", "right")
_CELLS = 136


def symmetrised(
    image: Image, masks: NDArray[np.bool_], side: str
) -> tuple[Image, NDArray[np.bool_], tuple[str, ...]]:
    """Keep one half of what the masks cover and mirror it about their axis of best symmetry.

    Args:
        image: The photo.
        masks: (N, H, W) bool; all are mirrored about one axis.
        side: "left" or "right": the half that is kept; "none" changes nothing.

    Returns:
        Photo and masks of the same size, and what a user should know: the axis, and what was cut off.
    """
    if side == "none":
        return image, masks, ()
    import cv2

    whole = np.asarray(masks.any(axis=0))
    traced = outline.trace(whole, cells=_CELLS)
    found = mirror_axis(traced.coverage)
    x, y = traced.to_photo(np.array([found.point]))[0]
    axis = Axis((float(x), float(y)), found.angle_rad, found.likeness)
    columns, rows = np.meshgrid(np.arange(image.width) + 0.5, np.arange(image.height) + 0.5)
    points = np.stack([columns.ravel(), rows.ravel()], axis=1).astype(np.float64)
    beyond = (points - axis.point) @ axis.across * (1 if side == "left" else -1) > 0
    source = np.where(beyond[:, None], mirrored(points, axis), points) - 0.5
    x_px, y_px = (source[:, i].reshape(whole.shape).astype(np.float32) for i in (0, 1))
    pixels = cv2.remap(image.pixels, x_px, y_px, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    # Beyond the photo there is nothing: remap's usual border is 0.
    areas = [cv2.remap(mask.astype(np.uint8) * 255, x_px, y_px, cv2.INTER_LINEAR) for mask in masks]
    layers = [area > 127 for area in areas]
    kept = whole & ~beyond.reshape(whole.shape)
    there = mirrored(points[kept.ravel()], axis)
    outside = ((there < 0) | (there > (image.width, image.height))).any(axis=1)
    notes = [f"The {side} half was mirrored; before, both halves agreed by {axis.likeness:.0%}."]
    if outside.mean() > 0.01:
        notes.append(f"{outside.mean():.0%} of the mirrored half lies outside the photo and is missing.")
    return Image(np.asarray(pixels, np.uint8)), np.stack(layers), tuple(notes)
