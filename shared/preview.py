"""A picture of what was segmented: masks in colour on the photo, each with a clear outline."""

import numpy as np
from numpy.typing import NDArray

from shared.masks import Masks
from shared.media import Image

# Told apart by most colour-blind people too (Okabe & Ito, 2008), blue and orange first.
COLORS = ((0, 114, 178), (230, 159, 0), (0, 158, 115), (204, 121, 167), (86, 180, 233), (213, 94, 0))
TINT = 0.45
OUTLINE_PARTS = 300  # outline width: the longer side divided by this


def overlay(image: Image, masks: Masks, *, longest_px: int = 2048) -> NDArray[np.uint8]:
    """Return (h, w, 3) uint8: the photo with each object tinted and outlined in its own colour.

    Args:
        image: The photo.
        masks: Its masks; masks of one object share a colour.
        longest_px: The picture is shrunk to this longer side.
    """
    import cv2

    factor = min(longest_px / max(image.width, image.height), 1.0)
    size = (max(round(image.width * factor), 1), max(round(image.height * factor), 1))
    shown = np.asarray(cv2.resize(image.pixels, size, interpolation=cv2.INTER_AREA), np.float32)
    width = max(round(max(size) / OUTLINE_PARTS), 1)
    for mask, number in zip(masks.masks, masks.object_ids, strict=True):
        soft = np.asarray(cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA))
        color = np.array(COLORS[number % len(COLORS)], np.float32)
        shown += (TINT * soft)[:, :, None] * (color - shown)
        outlines, _ = cv2.findContours((soft > 0.5).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
        drawn = np.clip(shown, 0, 255).astype(np.uint8)
        cv2.drawContours(drawn, outlines, -1, (255, 255, 255), width + 2, cv2.LINE_AA)
        cv2.drawContours(drawn, outlines, -1, COLORS[number % len(COLORS)], width, cv2.LINE_AA)
        shown = drawn.astype(np.float32)
    return shown.astype(np.uint8)
