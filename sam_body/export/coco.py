"""Write the people of a photo as COCO keypoints: 17 joints of each, in pixels of the photo.

The format is that of the COCO keypoint annotations (Lin et al. 2014): v is 2 for a joint in sight, 1 for
one that is placed but hidden, 0 for one outside the picture.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sam_body.types import IN_SIGHT, Body
from shared.exporting import Exporter

_PARTS = ("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
COCO_17 = ("nose", *(f"{side}_{part}" for part in _PARTS for side in ("left", "right")))
_LINES = (
    (16, 14), (14, 12), (17, 15), (15, 13), (12, 13), (6, 12), (7, 13), (6, 7), (6, 8), (7, 9), (8, 10),
    (9, 11), (2, 3), (1, 2), (1, 3), (2, 4), (3, 5), (4, 6), (5, 7),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class PhotoPeople:
    """All bodies of one photo.

    Args:
        bodies: At least one.
        file_name: The photo's name.
    """

    bodies: tuple[Body, ...]
    file_name: str


def to_coco(people: PhotoPeople) -> dict[str, Any]:
    """Return images, annotations and categories as JSON types."""
    width, height = people.bodies[0].camera.size_px
    return {
        "info": {"description": "Segment Studio: keypoints of estimated people"},
        "images": [{"id": 1, "file_name": people.file_name, "width": width, "height": height}],
        "annotations": [_annotation(body, number) for number, body in enumerate(people.bodies, 1)],
        "categories": [
            {"id": 1, "name": "person", "keypoints": list(COCO_17), "skeleton": [list(p) for p in _LINES]}
        ],
    }


def _annotation(body: Body, number: int) -> dict[str, Any]:
    marks, (width, height) = body.landmarks, body.camera.size_px
    rows = [marks.names.index(name) for name in COCO_17 if name in marks.names]
    keypoints: list[float] = []
    for row in rows:
        (x, y), sure = marks.seen_px[row], marks.visibility[row] > IN_SIGHT
        within = 0 <= x < width and 0 <= y < height
        keypoints += [round(float(x), 2), round(float(y), 2), 2 if sure else 1] if within else [0, 0, 0]
    flat = body.camera.project(body.posed_vertices() + body.offset_m)
    low, high = (np.clip(edge, 0, (width, height)) for edge in (flat.min(0), flat.max(0)))
    box = [round(float(v), 2) for v in (*low, *(high - low))]
    return {
        "id": number,
        "image_id": 1,
        "category_id": 1,
        "iscrowd": 0,
        "keypoints": keypoints,
        "num_keypoints": sum(v > 0 for v in keypoints[2::3]),
        "bbox": box,
        "area": round(box[2] * box[3], 2),
        "score": round(body.score, 4),
    }


def write_coco(people: PhotoPeople, path: Path) -> None:
    """Write `to_coco`.

    Args:
        people: The bodies of a photo.
        path: File to write.
    """
    path.write_text(json.dumps(to_coco(people), indent=1) + "\n", "utf8")


EXPORTERS = (Exporter(PhotoPeople, ".json", write_coco, "COCO keypoints (JSON)"),)
