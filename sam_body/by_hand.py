"""A person from joints that the user placed, without any net: depth from bone lengths.

A limb that looks shorter than it is points towards or away from the camera (Taylor, 2000: Reconstruction of
articulated objects from point correspondences in a single uncalibrated image). Which of both, the user says
with nearer and farther; else elbows and feet are taken to lie as in people who face the camera.
"""

import numpy as np
from numpy.typing import NDArray

from sam_body.corrections import BEFORE, FIRM, Told, joint_rank, told
from sam_body.model import AVERAGE, body_model
from sam_body.observation import INDEX, NAMES, Observation, landmark_points
from sam_body.points import State
from shared.mesh import Camera
from shared.prompts import Keypoints

Array = NDArray[np.float64]

CORE = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
"""Without these no torso stands, so no person."""
DEPTH_TRUST = 0.3
_NEARER = ("knee", "wrist", "index", "pinky", "thumb", "foot_index")


def can_stand_alone(keypoints: tuple[Keypoints, ...]) -> bool:
    """Tell whether enough joints are placed to make a person without the pose net."""
    return {INDEX[name] for name in CORE} <= set(told(keypoints).placed)


def observation_by_hand(said: Told, camera: Camera) -> Observation:
    """Return an observation of the placed joints alone.

    Args:
        said: What the user placed; `CORE` is among it.
        camera: The photo's camera.
    """
    xy, seen = np.zeros((len(NAMES), 2)), np.zeros(len(NAMES))
    for joint, place in said.placed.items():
        xy[joint], seen[joint] = place, 1.0
    xy[seen == 0] = xy[[INDEX[name] for name in CORE]].mean(0)
    weight = np.where(seen > 0, FIRM, 1e-3)
    return Observation(
        xy,
        _lifted(xy, seen > 0, said),
        weight,
        seen,
        camera,
        depth_weight=np.where(seen > 0, DEPTH_TRUST, 1e-3),
        placed=frozenset(said.placed),
        hidden=said.hidden,
        depth=tuple((j, INDEX[BEFORE[NAMES[j]]], s) for j, s in said.depth.items()),
    )


def _lifted(xy_px: Array, known: NDArray[np.bool_], said: Told) -> Array:
    """(K, 3) metres from the middle of the hips, camera frame, by the average body's bone lengths."""
    model = body_model()
    rest = State.of(model, np.zeros(3), AVERAGE, np.zeros((len(model.bones), 3)))
    places = rest.points(landmark_points())
    across, down = ("left_hip", "right_hip"), ("left_shoulder", "left_hip")
    pairs = [(INDEX[a], INDEX[b]) for a, b in (*BEFORE.items(), across, down)]
    pairs = [(a, b) for a, b in pairs if known[a] and known[b]]
    true = np.array([np.linalg.norm(places[a] - places[b]) for a, b in pairs])
    drawn = np.array([np.linalg.norm(xy_px[a] - xy_px[b]) for a, b in pairs])
    long = true > 0.2
    px_per_m = float((drawn[long] / true[long]).max(initial=1.0))
    hips = xy_px[[INDEX["left_hip"], INDEX["right_hip"]]].mean(0)
    found = np.zeros((len(NAMES), 3))
    found[:, :2] = (xy_px - hips) / px_per_m * [1.0, -1.0]
    back = 1 if xy_px[INDEX["left_shoulder"], 0] >= xy_px[INDEX["right_shoulder"], 0] else -1
    for joint in sorted(range(len(NAMES)), key=joint_rank):
        name = NAMES[joint]
        if name not in BEFORE or name in CORE or not known[joint]:
            continue
        before = INDEX[BEFORE[name]]
        length = np.linalg.norm(places[joint] - places[before])
        flat = np.linalg.norm(found[joint, :2] - found[before, :2])
        usual = back if name.partition("_")[2] in _NEARER else -back
        sign = said.depth.get(joint, usual)
        found[joint, 2] = found[before, 2] + sign * np.sqrt(max(length**2 - flat**2, 0.0))
    return found
