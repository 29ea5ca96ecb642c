"""All masks as one picture whose values are the numbers of the objects."""

import json
from pathlib import Path

import numpy as np

from shared.errors import ExportError
from shared.export.masks import MaskForm, MaskResult, write_png, write_text

MOST = 65_535


def write_label_map(result: MaskResult, folder: Path) -> tuple[Path, ...]:
    """Write label_map.png (16-bit gray: 0 is nothing, n the n-th object) and label_map.json (what n is).

    Where masks overlap, the smaller one is seen.

    Raises:
        ExportError: More than 65 535 masks.
    """
    masks = result.masks
    if len(masks) > MOST:
        raise ExportError(f"A label map holds {MOST} objects, but there are {len(masks)}.")
    areas = masks.masks.sum(axis=(1, 2))
    values = np.zeros(masks.masks.shape[1:], np.uint16)
    for index in np.argsort(-areas, kind="stable"):
        values[masks.masks[index]] = index + 1
    facts = {
        str(index + 1): {
            "label": masks.labels[index],
            "score": round(masks.scores[index], 4),
            "object_id": masks.object_ids[index],
            "area_px": int(areas[index]),
        }
        for index in range(len(masks))
    }
    return (
        write_png(values, folder / "label_map.png"),
        write_text(json.dumps(facts, indent=1, ensure_ascii=False), folder / "label_map.json"),
    )


FORMS = (MaskForm("label_map", "Label map (16-bit PNG)", write_label_map),)
