"""Masks as files: black-and-white PNG, cut-outs with transparency, COCO JSON, a picture to look at."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import ExportError
from shared.exporting import Exporter, atomic
from shared.masks import Masks, to_rle
from shared.media import Image

FORMATS = ("mask", "cutout", "json", "overlay")
FEATHER_PX = 0.6


def write_masks(
    image: Image, masks: Masks, folder: str | Path, *, formats: tuple[str, ...] = FORMATS
) -> tuple[Path, ...]:
    """Write masks into a folder: mask_000.png …, cutout_000.png …, masks.json, overlay.png.

    Args:
        image: The picture that was segmented.
        masks: Its masks.
        folder: Made when it is not there.
        formats: "mask" (8-bit PNG, 0 and 255), "cutout" (RGBA PNG of the picture's size), "json"
            (COCO), "overlay" (the photo with all masks tinted).

    Returns:
        The files, in the order above.

    Raises:
        ExportError: An unknown format, masks of another size, or the folder cannot be written.
    """
    if unknown := sorted(set(formats) - set(FORMATS)):
        raise ExportError(
            f"There is no mask format {', '.join(unknown)}.", f"Choose from {', '.join(FORMATS)}."
        )
    if masks.masks.shape[1:] != (image.height, image.width):
        raise ExportError(
            f"The masks are {masks.masks.shape[2]} x {masks.masks.shape[1]} pixels, "
            f"but the picture is {image.width} x {image.height}."
        )
    written: list[Path] = []
    for index, mask in enumerate(masks.masks):
        if "mask" in formats:
            written.append(_png(mask.astype(np.uint8) * 255, Path(folder) / f"mask_{index:03d}.png"))
        if "cutout" in formats:
            written.append(_png(cutout(image, mask), Path(folder) / f"cutout_{index:03d}.png"))
    if "json" in formats:
        written.append(Path(folder) / "masks.json")
        with atomic(written[-1]) as draft:
            write_coco(masks, draft)
    if "overlay" in formats:
        from shared.preview import overlay

        written.append(_png(overlay(image, masks), Path(folder) / "overlay.png"))
    return tuple(written)


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


def coco(masks: Masks) -> dict[str, Any]:
    """Return masks as a COCO data set of one picture, with run-length encoded segmentations.

    Boxes are [left, top, width, height] in pixels; `score`, `label` and `object_id` are our own fields.
    """
    height, width = masks.masks.shape[1:]
    names = list(dict.fromkeys(label or "object" for label in masks.labels))
    annotations = []
    for index, (mask, box) in enumerate(zip(masks.masks, masks.boxes_xyxy.tolist(), strict=True)):
        left, top, right, bottom = box
        annotations.append(
            {
                "id": index + 1,
                "image_id": 1,
                "category_id": names.index(masks.labels[index] or "object") + 1,
                "segmentation": to_rle(mask),
                "bbox": [left, top, right - left, bottom - top],
                "area": int(mask.sum()),
                "iscrowd": 0,
                "score": round(masks.scores[index], 4),
                "label": masks.labels[index],
                "object_id": masks.object_ids[index],
            }
        )
    return {
        "images": [{"id": 1, "width": width, "height": height, "file_name": ""}],
        "categories": [{"id": i, "name": name} for i, name in enumerate(names, 1)],
        "annotations": annotations,
    }


def write_coco(masks: Masks, path: Path) -> None:
    """Write masks as COCO JSON, see `coco`."""
    path.write_text(json.dumps(coco(masks), indent=1, ensure_ascii=False), "utf8")


def write_union(masks: Masks, path: Path) -> None:
    """Write all masks together as one 8-bit PNG: 255 inside, 0 outside."""
    _save(masks.union().astype(np.uint8) * 255, path)


def _png(pixels: NDArray[np.uint8], path: Path) -> Path:
    with atomic(path) as draft:
        _save(pixels, draft)
    return path


def _save(pixels: NDArray[np.uint8], path: Path) -> None:
    from PIL import Image as Picture

    Picture.fromarray(pixels).save(path, format="PNG", compress_level=4)


EXPORTERS = (
    Exporter(Masks, ".json", write_coco, "COCO annotations"),
    Exporter(Masks, ".png", write_union, "Mask of all objects"),
)
