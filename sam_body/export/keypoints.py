"""Write what is known about a body as JSON: keypoints, joint rotations, camera, shape, height."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from sam_body.look.kept import looks_json
from sam_body.types import Body
from shared.exporting import Exporter


def to_json(body: Body) -> dict[str, Any]:
    """Return the body as JSON types.

    Positions are metres in the world (y up, feet on 0) or pixels of the photo (column, row).
    A rotation is a quaternion x, y, z, w in the bone's own rest frame; identity is the rest pose.
    Texture and clothes, where there are any, come last, see `sam_body.look.kept`.
    """
    from scipy.spatial.transform import Rotation

    marks, rig, camera = body.landmarks, body.rig, body.camera
    joints = body.posed_joints()
    turns = Rotation.from_matrix(body.pose.rotations).as_quat()
    return {
        "format": "segment-studio body 1",
        "rig": rig.name,
        "rest": body.rest,
        "score": round(body.score, 4),
        "height_m": round(body.height_m, 4),
        "shape": {name: round(value, 4) for name, value in body.shape.items()},
        "keypoints": [
            {
                "name": name,
                "seen_px": _rounded(marks.seen_px[i], 2),
                "fitted_px": _rounded(marks.fitted_px[i], 2),
                "fitted_m": _rounded(marks.fitted_m[i], 4),
                "visibility": round(float(marks.visibility[i]), 4),
                "basis": marks.basis[i],
            }
            for i, name in enumerate(marks.names)
        ],
        "joints": [
            {
                "name": name,
                "parent": rig.bones[rig.parents[j]] if rig.parents[j] >= 0 else None,
                "position_m": _rounded(joints[j], 5),
                "rest_position_m": _rounded(rig.heads[j], 5),
                "rotation_xyzw": _rounded(turns[j], 9),
            }
            for j, name in enumerate(rig.bones)
        ],
        **({} if body.details is None else body.details.facts()),
        "translation_m": _rounded(body.pose.translation_m, 5),
        "camera": {
            "focal_px": round(camera.focal_px, 3),
            "center_px": _rounded(np.array(camera.center_px), 3),
            "size_px": list(camera.size_px),
            "camera_from_world_translation_m": _rounded(body.offset_m, 5),
            "focal_source": body.focal_source,
            "convention": "looks along -z, y up; the axes are the world's",
        },
        **looks_json(body),
    }


def write_json(body: Body, path: Path) -> None:
    """Write `to_json` as a readable file.

    Args:
        body: The person.
        path: File to write.
    """
    path.write_text(json.dumps(to_json(body), indent=1) + "\n", "utf8")


def _rounded(values: np.ndarray, digits: int) -> list[float]:
    return [round(float(v), digits) for v in values]


EXPORTERS = (Exporter(Body, ".json", write_json, "Keypoints, rotations and camera (JSON)"),)
