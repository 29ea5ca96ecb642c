"""Masks as pictures: black-and-white PNG, cut-outs with transparency, the photo with all masks tinted."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.export.masks import MaskForm, MaskResult, save_png, write_png
from shared.exporting import Exporter
from shared.masks import Masks
from shared.media import Image

FEATHER_PX = 0.6


def write_each(result: MaskResult, folder: Path) -> tuple[Path, ...]:
    """Write mask_000.png …: 8-bit gray, 255 inside and 0 outside."""
    return tuple(
        write_png(mask.astype(np.uint8) * 255, folder / f"mask_{index:03d}.png")
        for index, mask in enumerate(result.masks.masks)
    )


def write_cutouts(result: MaskResult, folder: Path) -> tuple[Path, ...]:
    """Write cutout_000.png …: RGBA of the picture's size, see `cutout`."""
    return tuple(
        write_png(cutout(result.image, mask), folder / f"cutout_{index:03d}.png")
        for index, mask in enumerate(result.masks.masks)
    )


def write_overlay(result: MaskResult, folder: Path) -> tuple[Path, ...]:
    """Write overlay.png: the photo with all masks tinted."""
    from shared.preview import overlay

    return (write_png(overlay(result.image, result.masks), folder / "overlay.png"),)


def write_union(masks: Masks, path: Path) -> None:
    """Write all masks together as one 8-bit PNG: 255 inside, 0 outside."""
    save_png(masks.union().astype(np.uint8) * 255, path)


def cutout(image: Image, mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return (H, W, 4) uint8 RGBA: the object opaque with a soft edge of one pixel, the rest clear.

    Args:
        image: The picture; its own transparency is kept.
        mask: (H, W) bool.
    """
    import cv2

    soft = np.asarray(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), FEATHER_PX))
    alpha = np.where(soft < 0.02, 0.0, np.round(soft * 255)).astype(np.float32)
    if image.alpha is not None:
        alpha *= image.alpha / np.float32(255)
    picture = np.dstack([image.pixels, np.round(alpha).astype(np.uint8)])
    picture[picture[:, :, 3] == 0] = 0
    return picture


FORMS = (
    MaskForm("mask", "Masks (PNG)", write_each, usual=True),
    MaskForm("cutout", "Cut-outs (PNG with transparency)", write_cutouts, usual=True),
    MaskForm("overlay", "Photo with all masks tinted (PNG)", write_overlay, usual=True),
)
EXPORTERS = (Exporter(Masks, ".png", write_union, "Mask of all objects"),)
