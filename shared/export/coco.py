"""Masks as a COCO data set of one picture."""

import json
from pathlib import Path
from typing import Any

from shared.export.masks import MaskForm, MaskResult
from shared.exporting import Exporter, atomic
from shared.masks import Masks, to_rle


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


def write_json(result: MaskResult, folder: Path) -> tuple[Path, ...]:
    """Write masks.json."""
    path = folder / "masks.json"
    with atomic(path) as draft:
        write_coco(result.masks, draft)
    return (path,)


FORMS = (MaskForm("json", "COCO annotations (JSON)", write_json, usual=True),)
EXPORTERS = (Exporter(Masks, ".json", write_coco, "COCO annotations"),)
