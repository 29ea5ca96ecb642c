"""Where a head and its eyes look, from the face net, and the rig's head turned there."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sam_body import skinning
from sam_body.details.face_points import face_points, table
from sam_body.details.seen import Head
from sam_body.details.turning import bones_of, ray_turn, slerp, with_turns
from sam_body.model import body_model
from sam_body.start import procrustes, swing
from sam_body.types import Body, Rig
from shared.face import Face, around, face_at
from shared.media import Image

Array = NDArray[np.float64]

EYEBALL_M = 0.012
"""Radius of an adult's eyeball (axial length about 24 mm: Bekerman et al. 2014)."""
_OPEN = 0.12
"""Eyes less open than this share of their width do not tell where they look."""
_NECK = 0.4
"""Share of the head's correction that the neck takes."""
_MOST_DEG = 100.0
"""A head does not turn farther than this against the chest."""
_CORNERS = ((33, 133), (263, 362))
"""Outer and inner corner of the right and of the left eye in the face net's order."""


def find_head(image: Image, body: Body) -> Head | None:
    """Look for the face of a fitted body in its photo; None where none is seen.

    Args:
        image: The photo.
        body: Fitted to it, with its own rest pose.
    """
    ours = face_points(body.posed_vertices() + body.offset_m)
    face = face_at(image.pixels, around(np.c_[body.camera.project(ours), ours[:, 2]]))
    if face is None or not _on_body(face, body.camera.project(ours)):
        return None
    return head_of(face, body)


def _on_body(face: Face, ours_px: Array) -> bool:
    """Whether a face is where the body's is, and not that of a neighbour."""
    apart = np.linalg.norm(face.points[:, :2].mean(0) - ours_px.mean(0))
    return bool(apart < 0.8 * np.ptp(face.points[:, :2], axis=0).max())


def head_of(face: Face, body: Body) -> Head:
    """Turn a face's points into directions: the best rotation from the body's face at rest.

    Args:
        face: As the net saw it.
        body: Whose face it is.
    """
    shape, seen = table().shape, face.points * [1.0, -1.0, -1.0]
    turn = procrustes(shape, seen)
    rest = body.skin.vertices
    points = face_points(rest)
    scale = _size(seen) / _size(points)
    ray = ray_turn(face.points[:, :2].mean(0), body.camera)
    gaze = raw_gaze(face, rest, points, turn, scale)
    if gaze is not None:
        gaze = ray @ turn @ swing(table().straight, np.array([0.0, 0.0, 1.0])) @ turn.T @ gaze
    return Head(ray @ turn, gaze, face.presence, face.points[:, :2])


def face_share(body: Body) -> float:
    """Return how large the face in the photo is against that of the fitted body; 1 where none was seen.

    Small children have large heads: the body of a grown person that has their joints has too small a face.

    Args:
        body: With its details.
    """
    head = None if body.details is None else body.details.head
    if head is None:
        return 1.0
    return _size(head.face_px) / _size(
        body.camera.project(face_points(body.posed_vertices() + body.offset_m))
    )


def _size(points: Array) -> float:
    return float(np.sqrt(((points - points.mean(0)) ** 2).sum()))


def raw_gaze(face: Face, rest: Array, points: Array, turn: Array, scale: float) -> Array | None:
    """Return the mean direction from the eyeballs' middles to the irises, before calibration, or None.

    Args:
        face: As the net saw it.
        rest: (V, 3) the body at rest.
        points: (468, 3) its face there.
        turn: (3, 3) of the head, in the frame of the ray to the face.
        scale: Pixels a metre.
    """
    if face.irises_px is None:
        return None
    found = []
    for iris, corners, opening in zip(face.irises_px, _CORNERS, face.openings, strict=True):
        if opening < _OPEN:
            continue
        ours = points[list(corners)].mean(0)
        eye = _eyeball(rest, ours)
        # The middle of the corners is where the person has it; from there to the eyeball as in the body.
        middle = face.points[list(corners), :2].mean(0) * [1, -1] + scale * (turn @ (eye - ours))[:2]
        across = (iris * [1, -1] - middle) / (scale * EYEBALL_M)
        along = 1 - float(across @ across)
        if along > 0.1:
            found.append([*across, np.sqrt(along)])
    if not found:
        return None
    mean = np.mean(found, axis=0)
    return np.asarray(mean / np.linalg.norm(mean), np.float64)


def _eyeball(rest: Array, near: Array) -> Array:
    """Middle of the eyeball near a place of the body at rest."""
    parts = body_model().parts
    middles = [rest[parts == part].mean(0) for part in range(1, int(parts.max()) + 1)]
    return min(middles, key=lambda middle: float(np.linalg.norm(middle - near)))


def with_head(body: Body, head: Head) -> Body:
    """Return the body with its head turned as seen, the neck taking part; unchanged where no neck could.

    Args:
        body: With the model's own rest pose.
        head: As found in its photo.
    """
    turned = head_turns(body.rig, body.turns(), head.turn)
    return body if turned is None else replace(body, pose=with_turns(body, turned))


def head_turns(rig: Rig, turns: Array, seen: Array) -> dict[str, Array] | None:
    """Return neck and head with their turns from rest; None where no neck could turn so far.

    Args:
        rig: The model's own rest pose.
        turns: (J, 3, 3) of all bones before, in the axes of what was seen.
        seen: (3, 3) the head's turn.
    """
    bones = bones_of(rig)
    chest = turns[bones["spine_03"]]
    against = skinning.rotation_vectors((seen @ chest.T)[None])[0]
    if np.degrees(np.linalg.norm(against)) > _MOST_DEG:
        return None
    whole = seen @ turns[bones["head"]].T
    return {"neck_01": slerp(whole, _NECK) @ turns[bones["neck_01"]], "head": seen}
