"""Read a body back from its JSON file, to shape it or to move it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sam_body.building import posed_body
from sam_body.look.kept import with_kept_looks
from sam_body.model import AVERAGE, SHAPES, body_model
from sam_body.observation import default_camera
from sam_body.rest_pose import with_rest
from sam_body.skeletons import skeleton
from sam_body.types import Body, Landmarks, Pose
from shared.errors import InputError
from shared.mesh import Camera

FORMAT = "segment-studio body 1"
_CURE = "Give a body.json that this suite has written."


def standing_body(rig: str = "game_engine", shape: dict[str, float] | None = None) -> Body:
    """Return a person in the rest pose, without a photo.

    Args:
        rig: Name of a rig.
        shape: Name to value in 0..1 of `SHAPES`; average where not given.

    Raises:
        InputError: The rig or a name is unknown, or a value is out of range.
    """
    values = dict(zip(SHAPES, AVERAGE, strict=True)) | (shape or {})
    if wrong := sorted(set(values) - set(SHAPES)):
        raise InputError(f"A shape has no {', '.join(wrong)}.", f"Choose from {', '.join(SHAPES)}.")
    if not all(np.isfinite(v) and 0 <= v <= 1 for v in values.values()):
        raise InputError("A shape's values go from 0 to 1.", _CURE)
    model = body_model()
    still = np.zeros((len(model.bones), 3))
    numbers = np.array([values[name] for name in SHAPES])
    return posed_body(model, skeleton(rig), numbers, still, default_camera(768, 1024))


def load_body(path: str | Path) -> Body:
    """Read a body's JSON file.

    Raises:
        InputError: The file cannot be read, is none of ours, or rests in the photo's pose.
    """
    try:
        told = json.loads(Path(path).read_text("utf8"))
    except (OSError, ValueError) as error:
        raise InputError(f"Cannot read the body {Path(path).name}: {error}.", _CURE) from error
    return body_from_json(told)


def body_from_json(told: Any) -> Body:
    """Return the body that `sam_body.export.keypoints.to_json` told of.

    Raises:
        InputError: It is none of ours, or rests in the photo's pose.
    """
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise InputError("This JSON does not hold a body.", _CURE)
    if told.get("rest", "model") == "photo":
        raise InputError(
            "A body that rests in the photo's pose cannot be read back.", "Write it with another rest pose."
        )
    try:
        return _body(told)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise InputError(f"The body's JSON lacks or spoils {error}.", _CURE) from error


def _body(told: dict[str, Any]) -> Body:
    from scipy.spatial.transform import Rotation

    dressed = with_kept_looks(standing_body(told["rig"], told["shape"]), told.get("looks", {}))
    still = with_rest(dressed, told.get("rest", "model"))
    if [joint["name"] for joint in told["joints"]] != list(still.rig.bones):
        raise InputError("The body's joints are not those of its rig.", _CURE)
    turns = Rotation.from_quat([joint["rotation_xyzw"] for joint in told["joints"]]).as_matrix()
    marks, seen = told["keypoints"], told["camera"]
    landmarks = Landmarks(
        tuple(mark["name"] for mark in marks),
        np.array([mark["seen_px"] for mark in marks]).reshape(-1, 2),
        np.array([mark["fitted_px"] for mark in marks]).reshape(-1, 2),
        np.array([mark["fitted_m"] for mark in marks]).reshape(-1, 3),
        np.array([mark["visibility"] for mark in marks]),
        tuple(mark["basis"] for mark in marks if "basis" in mark),
    )
    (x, y), (width, height) = seen["center_px"], seen["size_px"]
    return replace(
        still,
        pose=Pose(turns, np.array(told["translation_m"])),
        landmarks=landmarks,
        camera=Camera(seen["focal_px"], (x, y), (width, height)),
        offset_m=np.array(seen["camera_from_world_translation_m"]),
        score=told["score"],
        focal_source=seen.get("focal_source", "assumed"),
    )
