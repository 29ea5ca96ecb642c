"""Masks as a COCO data set of one picture."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.export.masks import MaskForm, MaskResult, write_text
from shared.exporting import Exporter
from shared.masks import Masks, to_rle
from shared.outlines import one_ring, outlines

SEGMENTATIONS = ("rle", "polygons")


def coco(
    masks: Masks, *, file_name: str = "", segmentation: str = "rle", simplify_px: float = 0.0
) -> dict[str, Any]:
    """Return masks as a COCO data set of one picture.

    Boxes are [left, top, width, height] in pixels; `score`, `label` and `object_id` are our own fields.

    Args:
        masks: Of the picture.
        file_name: What the picture's file is called.
        segmentation: "rle" is exact; "polygons" is what some tools want: one a part, holes bridged in.
        simplify_px: How far polygons may stray from the pixels.
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
                "segmentation": to_rle(mask) if segmentation == "rle" else _polygons(mask, simplify_px),
                "bbox": [left, top, right - left, bottom - top],
                "area": int(mask.sum()),
                "iscrowd": 0,
                "score": round(masks.scores[index], 4),
                "label": masks.labels[index],
                "object_id": masks.object_ids[index],
            }
        )
    return {
        "images": [{"id": 1, "width": width, "height": height, "file_name": file_name}],
        "categories": [{"id": i, "name": name} for i, name in enumerate(names, 1)],
        "annotations": annotations,
    }


def write_coco(masks: Masks, path: Path) -> None:
    """Write masks as COCO JSON, see `coco`."""
    path.write_text(_text(coco(masks)), "utf8")


def write_json(result: MaskResult, folder: Path) -> tuple[Path, ...]:
    """Write masks.json."""
    content = coco(
        result.masks,
        file_name=result.source.name if result.source else "",
        segmentation=result.option("segmentation", SEGMENTATIONS[0]),
        simplify_px=result.simplify_px,
    )
    return (write_text(_text(content), folder / "masks.json"),)


def _polygons(mask: NDArray[np.bool_], simplify_px: float) -> list[list[float]]:
    return [one_ring((part,)).ravel().tolist() for part in outlines(mask, simplify_px=simplify_px)]


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False)


FORMS = (MaskForm("json", "COCO annotations (JSON)", write_json, usual=True),)
EXPORTERS = (Exporter(Masks, ".json", write_coco, "COCO annotations"),)
