"""Ask the nets for face and hands about a fitted body, and pose what they see."""

from dataclasses import replace

import numpy as np

from sam_body.details.hands import find_hands, with_hands
from sam_body.details.head import find_head, with_head
from sam_body.details.seen import Details
from sam_body.details.turning import bones_of
from sam_body.model import body_model
from sam_body.types import Body
from shared.media import Image

_KNUCKLES = {"index": "index_01", "pinky": "pinky_01", "thumb": "thumb_02"}


def with_details(image: Image, body: Body) -> Body:
    """Return the body with head, wrists and fingers as the nets see them; what they do not see stays.

    Args:
        image: The photo.
        body: Fitted to it, with the model's own rest pose and skin.
    """
    head = find_head(image, body)
    hands = find_hands(image, body)
    posed = body if head is None else with_head(body, head)
    posed = with_hands(posed, hands)
    details = Details(head, {side: hand.presence for side, hand in hands.items()})
    return with_landmarks_anew(replace(posed, details=details))


def with_landmarks_anew(body: Body) -> Body:
    """Say anew where the body's landmarks are."""
    model, marks = body_model(), body.landmarks
    surface, joints = body.posed_vertices(), body.posed_joints()
    bones = bones_of(body.rig)
    points = []
    for name in marks.names:
        side, _, part = name.partition("_")
        if part in _KNUCKLES:
            points.append(joints[bones[f"{_KNUCKLES[part]}_{side[0]}"]])
        else:
            points.append(
                model.regressor[model.keypoints.index(name.replace("foot_index", "big_toe"))] @ surface
            )
    if not points:
        return body
    fitted = np.array(points, np.float64)
    flat = body.camera.project(fitted + body.offset_m)
    return replace(body, landmarks=replace(marks, fitted_m=fitted, fitted_px=flat))
