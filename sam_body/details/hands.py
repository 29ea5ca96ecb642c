"""Wrists and fingers of the rig, bent as the hand net sees them.

The hand is turned so that its knuckles lie as seen; the part of that turn about the forearm's own axis goes
into the forearm. Fingers swing at their roots and close like hinges beyond, within the limits of a hand.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sam_body import skinning
from sam_body.details.turning import bones_of, ray_turn, slerp, with_turns
from sam_body.skeletons import FINGERS
from sam_body.start import procrustes, swing
from sam_body.types import IN_SIGHT, Body, Rig
from shared.hands import Hand, hand_at
from shared.media import Image
from shared.mesh import Camera
from shared.region import Region

Array = NDArray[np.float64]

SIDES = ("left", "right")
_REGION = 1.5
"""Side of the first region, in lengths of the hand."""
_APART = 0.6
"""A hand whose wrist is farther than this share of its length from the body's is somebody else's."""
LEAST_PX, SURE = 20.0, 0.8
"""Hands shorter than this, or of which the net is less sure, are not taken."""
_WRIST_DEG, _TWISTED_DEG = 95.0, 110.0
_ROOT_DEG, _HINGE_DEG, _THUMB_DEG = (-30.0, 95.0), (0.0, 110.0), 80.0
"""Least and most that a finger bends at its root and beyond (about the ranges of Norkin and White 2016)."""
_TWIST = 0.7
_PALM = {"thumb": 1, "index": 5, "middle": 9, "ring": 13, "pinky": 17}
"""Where each finger begins in the net's order."""


def find_hands(image: Image, body: Body) -> dict[str, Hand]:
    """Look for the hands of a fitted body in its photo; only sides that are seen are in the result.

    Args:
        image: The photo.
        body: Fitted to it.
    """
    bones, joints = bones_of(body.rig), body.posed_joints() + body.offset_m
    flat = body.camera.project(joints)
    marks, found = body.landmarks, {}
    for side in SIDES:
        name = f"{side}_wrist"
        if name not in marks.names or marks.visibility[marks.names.index(name)] <= IN_SIGHT:
            continue
        wrist, middle = (bones[f"{bone}_{side[0]}"] for bone in ("hand", "middle_01"))
        palm_m = float(np.linalg.norm(joints[middle] - joints[wrist]))
        length = 2 * palm_m * body.camera.focal_px / max(-joints[wrist, 2], 0.1)
        if length < LEAST_PX:
            continue
        at = marks.seen_px[marks.names.index(name)]
        up = flat[middle] - flat[wrist]
        up /= max(float(np.linalg.norm(up)), 1e-6)
        centre = at + up * 0.4 * length
        angle = float(np.arctan2(up[0], -up[1]))
        hand = hand_at(image.pixels, Region(float(centre[0]), float(centre[1]), _REGION * length, angle))
        if hand is None or hand.presence < SURE:
            continue
        near = np.linalg.norm(hand.points_px[0] - at) < _APART * length
        if near and can_be(body.rig, body.turns(), seen_points(hand, body.camera), side[0]):
            found[side] = hand
    return found


def with_hands(body: Body, hands: dict[str, Hand]) -> Body:
    """Return the body with the hands that are seen posed; the others stay as they are.

    Args:
        body: With the model's own rest pose.
        hands: Side to what the net saw.
    """
    for side, hand in hands.items():
        turned = hand_turns(body.rig, body.turns(), seen_points(hand, body.camera), side[0])
        body = replace(body, pose=with_turns(body, turned))
    return body


def seen_points(hand: Hand, camera: Camera) -> Array:
    """(21, 3) a hand's points in the camera's frame, metres, from the hand's middle.

    Args:
        hand: What the net saw.
        camera: Of the picture.
    """
    return (hand.world_m * [1.0, -1.0, -1.0]) @ ray_turn(hand.points_px.mean(0), camera).T


def can_be(rig: Rig, turns: Array, seen: Array, side: str) -> bool:
    """Tell whether an arm can twist as far as a hand seems to; the net takes some hands for mirror images.

    The forearm turns by about 80° either way and the upper arm helps (Norkin and White 2016).

    Args:
        rig: The model's own rest pose, in which palms face the thighs.
        turns: (J, 3, 3) of all bones before, in the axes of what was seen.
        seen: (21, 3) as `seen_points` gives them.
        side: "l" or "r".
    """
    bones = bones_of(rig)
    upper, lower = (bones[f"{name}_{side}"] for name in ("upperarm", "lowerarm"))
    along = rig.tails[lower] - rig.heads[lower]
    straight = swing(turns[upper] @ along, turns[lower] @ along) @ turns[upper]
    _, twist = _split(_palm(rig, seen, side) @ straight.T, turns[lower] @ along)
    angle = np.linalg.norm(skinning.rotation_vectors(twist[None])[0])
    return bool(np.degrees(angle) <= _TWISTED_DEG)


def _palm(rig: Rig, seen: Array, side: str) -> Array:
    """Return the turn of a hand from rest that its wrist and knuckles show."""
    bones, fingers = bones_of(rig), [finger for finger in FINGERS if finger != "thumb"]
    rows = [bones[f"hand_{side}"], *(bones[f"{finger}_01_{side}"] for finger in fingers)]
    return procrustes(rig.heads[rows], seen[[0, *(_PALM[finger] for finger in fingers)]])


def hand_turns(rig: Rig, turns: Array, seen: Array, side: str) -> dict[str, Array]:
    """Return the bones of forearm, hand and fingers with their turns from rest.

    Args:
        rig: The model's own rest pose.
        turns: (J, 3, 3) of all bones before, in the axes of what was seen.
        seen: (21, 3) as `seen_points` gives them.
        side: "l" or "r".
    """
    bones = bones_of(rig)
    heads, tails = rig.heads, rig.tails
    palm = _palm(rig, seen, side)
    forearm = turns[bones[f"lowerarm_{side}"]]
    bent, twist = _split(palm @ forearm.T, forearm @ (tails - heads)[bones[f"lowerarm_{side}"]])
    bent = _limited(bent, _WRIST_DEG)
    palm = bent @ twist @ forearm
    made = {f"lowerarm_{side}": slerp(twist, _TWIST) @ forearm, f"hand_{side}": palm}
    return made | _fingers(rig, palm, seen, side)


def _fingers(rig: Rig, palm: Array, seen: Array, side: str) -> dict[str, Array]:
    bones, heads, tails = bones_of(rig), rig.heads, rig.tails
    across = heads[bones[f"pinky_01_{side}"]] - heads[bones[f"index_01_{side}"]]
    made: dict[str, Array] = {}
    for finger in FINGERS:
        above, first = palm, _PALM[finger]
        for n in (1, 2, 3):
            bone = bones[f"{finger}_0{n}_{side}"]
            along = tails[bone] - heads[bone]
            wanted = seen[first + n] - seen[first + n - 1]
            if finger == "thumb":
                turn = _limited(swing(above @ along, wanted), _THUMB_DEG)
            else:
                turn = _bent(above, along, across, wanted, n, sign=1.0 if side == "l" else -1.0)
            above = turn @ above
            made[f"{finger}_0{n}_{side}"] = above
    return made


def _split(turn: Array, axis: Array) -> tuple[Array, Array]:
    """Return swing and twist of a rotation: turn = swing · twist, twist about the axis."""
    unit = axis / np.linalg.norm(axis)
    leaning = swing(unit, turn @ unit)
    return leaning, leaning.T @ turn


def _limited(turn: Array, most_deg: float) -> Array:
    vector = skinning.rotation_vectors(turn[None])[0]
    angle = np.degrees(np.linalg.norm(vector))
    return turn if angle <= most_deg else slerp(turn, most_deg / angle)


def _bent(above: Array, along: Array, across: Array, wanted: Array, n: int, *, sign: float) -> Array:
    """Return the turn of a finger's bone: a hinge about the palm's breadth, at the root a little sideways."""
    bone, hinge = above @ along, above @ across
    bone /= np.linalg.norm(bone)
    hinge = sign * (hinge - (hinge @ bone) * bone)
    hinge /= np.linalg.norm(hinge)
    wanted = wanted / np.linalg.norm(wanted)
    sideways = float(np.clip(wanted @ hinge, -0.35, 0.35)) if n == 1 else 0.0
    level = wanted - (wanted @ hinge) * hinge
    angle = np.degrees(np.arctan2(hinge @ np.cross(bone, level), bone @ level))
    low, high = _ROOT_DEG if n == 1 else _HINGE_DEG
    angle = float(np.radians(np.clip(angle, low, high)))
    turn = skinning.rotation_matrices(hinge * angle)
    if n == 1:
        bent = turn @ bone
        turn = swing(bent, bent * np.sqrt(1 - sideways**2) + hinge * sideways) @ turn
    return turn
