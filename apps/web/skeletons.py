"""Skeletons as the canvas draws them: joints, the bones between them, and the outline of the body."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sam_body.types import Body

OUTLINE_PX = 640
_SIDES = ("left", "right")
_LIMBS = (
    *("shoulder elbow", "elbow wrist", "wrist index", "wrist pinky", "wrist thumb", "index pinky"),
    *("shoulder hip", "hip knee", "knee ankle", "ankle heel", "heel foot_index", "ankle foot_index"),
    *("eye ear",),
)
_MIDDLE = (("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"))
_SMALL = ("nose", "eye", "ear", "index", "pinky", "thumb", "heel", "foot_index")


def joint_set(*, alone: bool) -> dict[str, Any]:
    """Return which joints a canvas lets drag, and how they hang together.

    Args:
        alone: Whether a photo is of one person only.
    """
    from sam_body.corrections import BEFORE
    from sam_body.observation import NAMES

    bones = [[f"{side}_{part}" for part in limb.split()] for side in _SIDES for limb in _LIMBS]
    bones += [["nose", f"{side}_eye"] for side in _SIDES] + [list(pair) for pair in _MIDDLE]
    small = [name for name in NAMES if name.endswith(_SMALL)]
    return {
        "names": list(NAMES),
        "bones": bones,
        "before": BEFORE,
        "small": small,
        "alone": alone,
    }


def people_json(bodies: Iterable["Body"], factor: float = 1.0) -> list[dict[str, Any]]:
    """Return bodies for the canvas: each joint's place and basis, how much nearer it is, and an outline.

    Args:
        bodies: Of one photo.
        factor: Pixels of the bodies' camera for one of the photo's file.
    """
    return [
        {"id": body.object_id, "joints": _joints(body, factor), "outline": outline(body, factor)}
        for body in bodies
    ]


def _joints(body: "Body", factor: float) -> dict[str, dict[str, Any]]:
    from sam_body.corrections import BEFORE

    marks = body.landmarks
    depth_m = dict(zip(marks.names, marks.fitted_m[:, 2], strict=True))  # the camera looks along −z
    return {
        name: {
            "xy": [round(float(v), 1) for v in marks.fitted_px[i] / factor],
            "basis": marks.basis[i],
            "nearer_cm": round(100 * float(depth_m[name] - depth_m[BEFORE[name]]), 1)
            if BEFORE.get(name) in depth_m
            else None,
        }
        for i, name in enumerate(marks.names)
    }


def outline(body: "Body", factor: float = 1.0) -> list[list[float]]:
    """Return the outline of a body in its photo: closed lines, each x, y, x, y, … in pixels of the file.

    Holes, such as between an arm and the trunk, are lines of their own (to be filled by the even-odd rule).
    """
    import cv2

    width, height = body.camera.size_px
    scale = min(1.0, OUTLINE_PX / max(width, height))
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    points = body.camera.project(body.posed_vertices() + body.offset_m) * scale
    covered = _covered(points, body.skin.faces, size)
    lines, _ = cv2.findContours(covered, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    smooth = [cv2.approxPolyDP(line, 0.8, True) for line in lines if len(line) > 8]
    return [
        [round(float(v), 1) for v in (line.reshape(-1) + 0.5) / (scale * factor)]
        for line in smooth
        if len(line) > 2
    ]


def _covered(
    points: NDArray[np.float64], faces: NDArray[np.int64], size: tuple[int, int]
) -> NDArray[np.uint8]:
    """Return (h, w) 1 where a triangle of (V, 2) points covers a pixel of a picture of this size."""
    import cv2

    covered = np.zeros((size[1], size[0]), np.uint8)
    whole = np.nan_to_num(np.clip(points, -1e4, 1e4)).round().astype(np.int32)
    for triangle in whole[faces]:
        cv2.fillConvexPoly(covered, triangle, 1)
    return covered
