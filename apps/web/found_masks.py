"""What a segmentation looks like to the canvas: each mask as a small run-length code, with its facts."""

from typing import Any

from shared.masks import Masks, to_rle
from shared.prompts import Everything, Prompts, Text

NOTHING: dict[str, Any] = {"listing": False, "masks": []}  # not None: that would leave what is shown


def found_json(masks: Masks, prompts: Prompts) -> dict[str, Any]:
    """Return masks as the canvas draws them.

    Args:
        masks: What was found.
        prompts: What was asked.

    Returns:
        {"listing": whether the masks were looked for by name (then they are ticked in a table),
        "masks": one {"object_id", "label", "score", "area_px", "box": [left, top, right, bottom],
        "counts"} a mask, where counts is the COCO run-length code of the mask inside its box}.
    """
    rows = [_row(masks, index, [int(v) for v in box]) for index, box in enumerate(masks.boxes_xyxy)]
    return {"listing": any(isinstance(p, Text | Everything) for p in prompts), "masks": rows}


def _row(masks: Masks, index: int, box: list[int]) -> dict[str, Any]:
    left, top, right, bottom = box
    part = masks.masks[index, top:bottom, left:right]
    return {
        "object_id": masks.object_ids[index],
        "label": masks.labels[index],
        "score": round(masks.scores[index], 4),
        "area_px": int(part.sum()),
        "box": box,
        "counts": to_rle(part)["counts"],
    }
