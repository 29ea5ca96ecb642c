"""Masks as pictures: black-and-white PNG, cut-outs with transparency, the photo with all masks tinted."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.errors import ExportError
from shared.export.masks import MaskForm, MaskResult, save_png, write_png
from shared.exporting import Exporter
from shared.masks import Masks
from shared.matting.matte import Matte, matte
from shared.media import Image

FEATHER_PX = 0.6
EDGES = ("matte", "feather", "hard")


def write_each(result: MaskResult, folder: Path) -> tuple[Path, ...]:
    """Write mask_000.png …: 8-bit gray, 255 inside and 0 outside."""
    return tuple(
        write_png(mask.astype(np.uint8) * 255, folder / f"mask_{index:03d}.png")
        for index, mask in enumerate(result.masks.masks)
    )


def write_cutouts(result: MaskResult, folder: Path) -> tuple[Path, ...]:
    """Write cutout_000.png …: RGBA of the picture's size, see `cutout`."""
    edge, edge_px = _edge(result)
    return tuple(
        write_png(cutout(result.image, mask, edge=edge, edge_px=edge_px), folder / f"cutout_{index:03d}.png")
        for index, mask in enumerate(result.masks.masks)
    )


def write_alphas(result: MaskResult, folder: Path) -> tuple[Path, ...]:
    """Write alpha_000.png …: 8-bit gray, how much of each pixel is the object."""
    edge, edge_px = _edge(result)
    return tuple(
        write_png(_8_bit(soft(result.image, mask, edge, edge_px).alpha), folder / f"alpha_{index:03d}.png")
        for index, mask in enumerate(result.masks.masks)
    )


def write_overlay(result: MaskResult, folder: Path) -> tuple[Path, ...]:
    """Write overlay.png: the photo with all masks tinted."""
    from shared.preview import overlay

    return (write_png(overlay(result.image, result.masks), folder / "overlay.png"),)


def write_union(masks: Masks, path: Path) -> None:
    """Write all masks together as one 8-bit PNG: 255 inside, 0 outside."""
    save_png(masks.union().astype(np.uint8) * 255, path)


def cutout(
    image: Image, mask: NDArray[np.bool_], *, edge: str = "matte", edge_px: float = 0.0
) -> NDArray[np.uint8]:
    """Return (H, W, 4) uint8 RGBA, alpha not multiplied in: the object, and nothing where it is not.

    Args:
        image: The picture; its own transparency is kept.
        mask: (H, W) bool.
        edge: One of `EDGES`, see `soft`.
        edge_px: Reach of the matte, see `shared.matting.matte`.

    Raises:
        ExportError: There is no such edge.
    """
    made = soft(image, mask, edge, edge_px)
    alpha = made.alpha
    if image.alpha is not None:
        alpha = (alpha * (image.alpha / np.float32(255))).astype(np.float32)
    picture = np.dstack([made.pixels, _8_bit(alpha)])
    picture[picture[:, :, 3] == 0] = 0
    return picture


def soft(image: Image, mask: NDArray[np.bool_], edge: str, edge_px: float) -> Matte:
    """Return an object with the edge that is wanted.

    Args:
        image: The picture.
        mask: (H, W) bool.
        edge: "matte" finds hair, holes and the object's own colours; "feather" softens the outline by one
            pixel; "hard" leaves it as it is.
        edge_px: Reach of the matte; 0 fits it to the object.

    Raises:
        ExportError: There is no such edge.
    """
    import cv2

    if edge == "matte":
        return matte(image, mask, edge_px=edge_px)
    if edge not in EDGES:
        raise ExportError(f"There is no edge {edge!r}.", f"Choose from {', '.join(EDGES)}.")
    alpha = mask.astype(np.float32)
    if edge == "feather":
        blurred = np.asarray(cv2.GaussianBlur(alpha, (0, 0), FEATHER_PX), np.float32)
        alpha = np.where(blurred < 0.02, np.float32(0), np.minimum(blurred, np.float32(1)))
    return Matte(alpha, image.pixels)


def _edge(result: MaskResult) -> tuple[str, float]:
    return result.option("edge", EDGES[0]), result.option("edge_px", 0.0)


def _8_bit(alpha: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.rint(alpha * 255).astype(np.uint8)


FORMS = (
    MaskForm("mask", "Masks (PNG)", write_each, usual=True),
    MaskForm("cutout", "Cut-outs (PNG with transparency)", write_cutouts, usual=True),
    MaskForm("alpha", "Soft masks (8-bit PNG)", write_alphas),
    MaskForm("overlay", "Photo with all masks tinted (PNG)", write_overlay, usual=True),
)
EXPORTERS = (Exporter(Masks, ".png", write_union, "Mask of all objects"),)
