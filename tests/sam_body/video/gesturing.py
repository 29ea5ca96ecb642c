"""Somebody who gestures, and what perfect nets for face and hands would say of it."""

from dataclasses import replace
from functools import cache

import numpy as np

from sam_body.details.face_points import table
from sam_body.details.turning import bones_of, ray_turn
from sam_body.gestures import Gesture
from sam_body.motion import Motion
from sam_body.skeletons import FINGERS
from sam_body.types import Body
from sam_body.video.closeups import Closeups
from sam_body.video.types import Take
from sam_body.walking import Stage, random_walk
from shared.face import Face
from shared.hands import Hand

FPS = 30.0


@cache
def stage() -> Stage:
    """Somebody 3.6 m before a camera that looks down a little, head turning and hands closing."""
    walk = random_walk(5, heading_rad=0.2, speed_m_s=0.0)
    gesture = Gesture(
        walk.body, heading_rad=0.2, speed_m_s=0.0, outfit=walk.outfit, head_rad=0.2, nod_rad=0.15
    )
    return Stage((gesture,), size_px=(640, 480), distance_m=3.6, pitch_rad=-0.1)


def person() -> Gesture:
    """Who is on that stage."""
    (found,) = stage().walks
    assert isinstance(found, Gesture)
    return found


def bare_take(frames: int) -> Take:
    """That person's motion as landmarks alone would tell it: true arms; head, wrists and fingers at rest."""
    bodies = [person().at(n / FPS) for n in range(frames)]
    rotations = np.stack([body.pose.rotations for body in bodies])
    bones = bones_of(bodies[0].rig)
    still = [i for name, i in bones.items() if name.startswith(("hand", "neck", "head", *FINGERS))]
    rotations[:, still] = np.eye(3)
    moves = np.stack([body.pose.translation_m for body in bodies])
    motion = Motion(replace(bodies[0], camera=stage().camera), rotations, moves, 1 / FPS)
    every = np.ones(frames, bool)
    flags, scores = np.zeros((frames, 4), bool), np.ones(frames)
    numbers = np.arange(frames)
    return Take(0, motion, 0.0, numbers, every, flags, scores, stage().camera, stage().camera_from_world)


def hand_of(body: Body, side: str) -> Hand:
    """A body's hand as a perfect net would see it."""
    bones, rig, turns = bones_of(body.rig), body.rig, body.turns()
    joints, view = body.posed_joints(), stage().camera_from_world
    points = [joints[bones[f"hand_{side}"]]]
    for finger in FINGERS:
        rows = [bones[f"{finger}_0{n}_{side}"] for n in (1, 2, 3)]
        points += [*joints[rows], joints[rows[2]] + turns[rows[2]] @ (rig.tails - rig.heads)[rows[2]]]
    seen = np.array(points) @ view[:3, :3].T + view[:3, 3]
    flat = stage().camera.project(seen)
    metres = (seen - seen.mean(0)) @ ray_turn(flat.mean(0), stage().camera) * [1.0, -1.0, -1.0]
    return Hand(flat, metres, 0.99)


def face_of(body: Body) -> Face:
    """A body's face as a perfect net would see it, with open eyes whose irises are in their middles."""
    row, view, camera = bones_of(body.rig)["head"], stage().camera_from_world, stage().camera
    head = body.posed_joints()[row] @ view[:3, :3].T + view[:3, 3]
    place = camera.project(head[None])[0]
    turn = ray_turn(place, camera).T @ view[:3, :3] @ body.turns()[row]
    shape = table().shape - table().shape.mean(0)
    points = (shape @ turn.T) * [1.0, -1.0, -1.0] * camera.focal_px / -head[2]
    points[:, :2] += place
    irises = np.stack([points[[33, 133], :2].mean(0), points[[263, 362], :2].mean(0)])
    return Face(points, 0.99, irises, np.full(2, 0.3))


def closeups(head: range, left: range, right: range) -> Closeups:
    """Perfect looks in some frames."""
    at = person().at
    return Closeups(
        {n: face_of(at(n / FPS)) for n in head},
        {
            "left": {n: hand_of(at(n / FPS), "l") for n in left},
            "right": {n: hand_of(at(n / FPS), "r") for n in right},
        },
    )
