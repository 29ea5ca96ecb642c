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
from sam_body.types import IN_SIGHT, Body
from shared.hands import Hand, hand_at
from shared.media import Image
from shared.region import Region

Array = NDArray[np.float64]

SIDES = ("left", "right")
_REGION = 1.5
"""Side of the first region, in lengths of the hand."""
_APART = 0.6
"""A hand whose wrist is farther than this share of its length from the body's is somebody else's."""
_LEAST_PX, _SURE = 20.0, 0.8
_WRIST_DEG = 95.0
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
    bones, joints = bones_of(body), body.posed_joints() + body.offset_m
    flat = body.camera.project(joints)
    marks, found = body.landmarks, {}
    for side in SIDES:
        name = f"{side}_wrist"
        if name not in marks.names or marks.visibility[marks.names.index(name)] <= IN_SIGHT:
            continue
        wrist, middle = (bones[f"{bone}_{side[0]}"] for bone in ("hand", "middle_01"))
        palm_m = float(np.linalg.norm(joints[middle] - joints[wrist]))
        length = 2 * palm_m * body.camera.focal_px / max(-joints[wrist, 2], 0.1)
        if length < _LEAST_PX:
            continue
        at = marks.seen_px[marks.names.index(name)]
        up = flat[middle] - flat[wrist]
        up /= max(float(np.linalg.norm(up)), 1e-6)
        centre = at + up * 0.4 * length
        angle = float(np.arctan2(up[0], -up[1]))
        hand = hand_at(image.pixels, Region(float(centre[0]), float(centre[1]), _REGION * length, angle))
        if hand and hand.presence >= _SURE and np.linalg.norm(hand.points_px[0] - at) < _APART * length:
            found[side] = hand
    return found


def with_hands(body: Body, hands: dict[str, Hand]) -> Body:
    """Return the body with the hands that are seen posed; the others stay as they are.

    Args:
        body: With the model's own rest pose.
        hands: Side to what the net saw.
    """
    for side, hand in hands.items():
        turned = _turned(body, hand, side[0])
        body = replace(body, pose=with_turns(body, turned))
    return body


def _turned(body: Body, hand: Hand, side: str) -> dict[str, Array]:
    """Return the bones of forearm, hand and fingers with their turns from rest, world axes."""
    rig, bones, turns = body.rig, bones_of(body), body.turns()
    heads, tails = rig.heads, rig.tails
    seen = (hand.world_m * [1.0, -1.0, -1.0]) @ ray_turn(hand.points_px.mean(0), body.camera).T
    wrist = bones[f"hand_{side}"]
    roots = [bones[f"{finger}_01_{side}"] for finger in FINGERS if finger != "thumb"]
    rest = np.concatenate([heads[[wrist]], heads[roots]])
    palm = procrustes(rest, seen[[0, *(_PALM[f] for f in FINGERS if f != "thumb")]])
    forearm = turns[bones[f"lowerarm_{side}"]]
    bent, twist = _split(palm @ forearm.T, forearm @ (tails - heads)[bones[f"lowerarm_{side}"]])
    bent = _limited(bent, _WRIST_DEG)
    palm = bent @ twist @ forearm
    made = {f"lowerarm_{side}": slerp(twist, _TWIST) @ forearm, f"hand_{side}": palm}
    across = heads[bones[f"pinky_01_{side}"]] - heads[bones[f"index_01_{side}"]]
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
