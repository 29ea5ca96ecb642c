"""Correct the pose net's landmarks by a small net: how much nearer one joint is than the one before it.

The pose net's own depths shrink where a limb points at the camera, and its elbows and knees are not quite
those of the body. A multilayer perceptron, trained by `tools/train_joints` on rendered people beside what the
pose net said of them, sees all landmarks at once and corrects each with a spread. It knows whole people.
"""

from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sam_body.observation import INDEX, NAMES, Lift, Observation, towards
from shared import weights

Array = NDArray[np.float64]

FILE = "body_joints.npz"
HIPS = [INDEX["left_hip"], INDEX["right_hip"]]
SHOULDERS = [INDEX["left_shoulder"], INDEX["right_shoulder"]]
_WHOLE = [
    INDEX[f"{side}_{part}"] for part in ("shoulder", "hip", "knee", "ankle") for side in ("left", "right")
]
_BEFORE = {
    "shoulder": "hip", "elbow": "shoulder", "wrist": "elbow", "index": "wrist", "pinky": "wrist",
    "thumb": "wrist", "knee": "hip", "ankle": "knee", "heel": "ankle", "foot_index": "ankle",
}  # fmt: skip
_FAR = 6.0
"""Inputs count no more than this many spreads from their mean: what the net never saw."""


@cache
def tree() -> Array:
    """(K, K) matrix that takes landmarks' depths to those beyond the landmark before each.

    Hips are told from their middle, which is 0; shoulders from the middle of the hips, the head's landmarks
    from the middle of the shoulders, and limbs joint by joint.
    """
    matrix = np.eye(len(NAMES))
    for row, name in enumerate(NAMES):
        side, _, part = name.partition("_")
        if part in ("hip", "shoulder"):
            before = [] if part == "hip" else HIPS
        else:
            before = [INDEX[f"{side}_{_BEFORE[part]}"]] if part in _BEFORE else SHOULDERS
        matrix[row, before] -= 1 / max(len(before), 1)
    return matrix


def upright(image: Array) -> tuple[Array, Array]:
    """Turn (..., K, 2) points so that the shoulders are above the hips, which become the origin.

    Returns:
        The points (..., K, 2), and the rotations (..., 2, 2) whose rows are the new axes.
    """
    hips = image[..., HIPS, :].mean(-2)
    up = image[..., SHOULDERS, :].mean(-2) - hips
    x, y = np.moveaxis(up / np.maximum(np.linalg.norm(up, axis=-1, keepdims=True), 1e-9), -1, 0)
    turn = np.stack([np.stack([y, -x], -1), np.stack([x, y], -1)], -2)
    return np.einsum("...ab,...kb->...ka", turn, image - hips[..., None, :]), turn


def rms(points: Array) -> Array:
    """(...) root mean square length of (..., K, 2) points."""
    return np.sqrt((points**2).sum(-1).mean(-1))


def lifted(seen: Observation) -> Observation:
    """Return an observation with corrected landmarks and with depths from joint to joint.

    What the user placed stays where it is, and sides in depth stay those that the user told. Of people who
    are partly outside the picture nothing is corrected.

    Args:
        seen: What the pose net saw, with the user's corrections.
    """
    if not all(seen.visibility[row] > 0 or row in seen.hidden for row in _WHOLE):
        return seen
    turn = towards(seen.xy_px[HIPS].mean(0), seen.camera)
    image, scale = _about(seen, turn)
    world = seen.relative_m @ turn
    metres = float(rms(world[:, :2]))
    points, roll = upright(image / scale)
    found, spread = _net(np.concatenate([points.ravel(), world[:, 2] / metres]))
    depth = _sided(found[:, 0], seen)
    moved = (points + found[:, 1:]) @ roll * scale + image[HIPS].mean(0)
    places = np.concatenate([moved, np.full((len(moved), 1), -1.0)], axis=1) @ turn.T
    xy = seen.camera.project(places)
    xy[list(seen.placed)] = seen.xy_px[list(seen.placed)]
    world[:, 2] = np.linalg.solve(tree(), depth) * metres
    lift = Lift(depth * scale, spread[:, 0] * scale, spread[:, 1] * scale * seen.camera.focal_px, turn[:, 2])
    return replace(seen, xy_px=xy, relative_m=world @ turn.T, lift=lift)


def halfway(seen: Observation) -> Observation:
    """Return an observation whose depths lie in the middle between the pose net's and the corrected ones.

    In videos either alone is better from some directions and worse from others; their mean is seldom worse.

    Args:
        seen: What the pose net saw.
    """
    corrected = lifted(seen).relative_m
    return replace(seen, relative_m=(seen.relative_m + corrected) / 2)


def _about(seen: Observation, turn: Array) -> tuple[Array, float]:
    """(K, 2) landmarks as tangents about the ray to the hips, and their root mean square."""
    camera = seen.camera
    flat = (seen.xy_px - camera.center_px) * [1, -1] / camera.focal_px
    rays = np.concatenate([flat, np.full((len(flat), 1), -1.0)], axis=1) @ turn
    image = -rays[:, :2] / rays[:, 2:]
    return image, float(rms(image))


def _sided(depth: Array, seen: Observation) -> Array:
    """Mirror (K,) depths that contradict the side that the user told."""
    depth = depth.copy()
    for joint, base, sign in seen.depth:
        if joint in HIPS or joint in SHOULDERS:
            apart = depth[joint] - depth[base]
            if apart * sign < 0:
                depth[joint], depth[base] = depth[base], depth[joint]
        else:
            depth[joint] = sign * abs(depth[joint])
    return depth


@cache
def _layers() -> dict[str, Array]:
    with np.load(weights.path(FILE), allow_pickle=False) as data:
        return {name: data[name].astype(np.float64) for name in data.files}


def _net(features: Array) -> tuple[Array, Array]:
    """Return (K, 3) depth beyond the landmark before, and shift in the image; and (K, 2) spreads of both."""
    w = _layers()
    x = np.clip((features - w["mean"]) / w["spread"], -_FAR, _FAR)
    first = np.maximum(w["first"] @ x + w["first_bias"], 0)
    second = first + np.maximum(w["second"] @ first + w["second_bias"], 0)
    out = w["last"] @ second + w["last_bias"]
    count = 3 * len(NAMES)
    values = (out[:count] + w["straight"] @ x + w["straight_bias"]).reshape(-1, 3)
    return values, np.exp(out[count:].reshape(-1, 2))
