"""Bring a mask from the small canvas to the photo with an outline that follows the photo's edges.

Fast guided filter (He & Sun, 2015) with a colour guide: the mask is written as a local linear function
of colour at the small size, and the function is evaluated at full size.
"""

import numpy as np
from numpy.typing import NDArray

from shared.cut.canvas import Canvas, Mask

RADIUS, EPSILON = 3, 0.0004  # window in canvas pixels; variance of colour (0..1) that counts as flat
BAND = 3  # canvas pixels on either side of the outline that may change
CRUMB = 0.002  # parts smaller than this share of the mask are dropped, holes as small are filled
SMOOTHING = 1.2  # of the canvas mask before it is enlarged, in canvas pixels


def full_size(canvas: Canvas, mask: Mask, pixels: NDArray[np.uint8]) -> Mask:
    """Return the mask at the size of the photo.

    Args:
        canvas: Where the mask was cut.
        mask: (h, w) mask of the canvas.
        pixels: (H, W, 3) uint8 RGB, the whole photo.
    """
    import cv2

    left, top, right, bottom = canvas.box_px
    size = (right - left, bottom - top)
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), SMOOTHING, borderType=cv2.BORDER_REPLICATE)
    enlarged = cv2.resize(soft, size, interpolation=cv2.INTER_CUBIC)
    part = pixels[top:bottom, left:right]
    slope, offset = _linear(canvas.picture.pixels.astype(np.float32) / 255.0, mask.astype(np.float32))
    offset = cv2.resize(offset, size, interpolation=cv2.INTER_LINEAR)
    for channel in range(3):
        grown = cv2.resize(slope[:, :, channel], size, interpolation=cv2.INTER_LINEAR)
        offset += grown * (part[:, :, channel].astype(np.float32) / 255.0)
    guided = 0.5 * np.clip(offset, 0, 1) + 0.5 * np.asarray(enlarged)
    blurred = cv2.GaussianBlur(guided, (0, 0), max(size[0] / mask.shape[1] * 0.5, 0.5))
    near = cv2.resize(_band(mask), size, interpolation=cv2.INTER_NEAREST) > 0
    found = np.where(near, np.asarray(blurred) > 0.5, np.asarray(enlarged) > 0.5)
    whole = np.zeros(pixels.shape[:2], np.bool_)
    whole[top:bottom, left:right] = found
    return whole


def tidy(mask: Mask, *, spots: NDArray[np.int64], keep: NDArray[np.bool_]) -> Mask:
    """Drop crumbs and fill pinholes, except where a click asks for them.

    Args:
        mask: (H, W) bool.
        spots: (N, 2) clicked (column, row).
        keep: (N,) whether each click is on the object.
    """
    import cv2

    least = max(CRUMB * mask.sum(), 16)
    cleaned = mask.copy()
    for value in (True, False):
        field = (cleaned == value).astype(np.uint8)
        count, parts, stats, _ = cv2.connectedComponentsWithStats(field, connectivity=4)
        small = stats[:, cv2.CC_STAT_AREA] < least
        small[0] = False
        asked = [int(parts[row, column]) for (column, row), k in zip(spots, keep, strict=True) if k == value]
        small[[part for part in asked if part]] = False
        if small.any() and count - small.sum() > 1:
            cleaned[small[parts]] = not value
    return cleaned


def _band(mask: Mask) -> NDArray[np.uint8]:
    import cv2

    patch = np.ones((2 * BAND + 1, 2 * BAND + 1), np.uint8)
    whole = mask.astype(np.uint8)
    return np.asarray(cv2.dilate(whole, patch) - cv2.erode(whole, patch, borderValue=1), np.uint8)


def _linear(
    guide: NDArray[np.float32], target: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return slope (h, w, 3) and offset (h, w) of the best local fit target ≈ slope · guide + offset."""
    import cv2

    def mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
        side = 2 * RADIUS + 1
        return np.asarray(cv2.blur(values, (side, side), borderType=cv2.BORDER_REFLECT), np.float32)

    centre, level = mean(guide), mean(target)
    covariance = np.empty((*target.shape, 3, 3), np.float32)
    for i in range(3):
        for j in range(i, 3):
            both = mean(guide[:, :, i] * guide[:, :, j]) - centre[:, :, i] * centre[:, :, j]
            covariance[:, :, i, j] = covariance[:, :, j, i] = both
    covariance += EPSILON * np.eye(3, dtype=np.float32)
    joint = mean(guide * target[:, :, None]) - centre * level[:, :, None]
    slope = np.linalg.solve(covariance, joint[..., None])[..., 0]
    offset = level - (slope * centre).sum(axis=2)
    return mean(np.ascontiguousarray(slope)), mean(np.ascontiguousarray(offset))
