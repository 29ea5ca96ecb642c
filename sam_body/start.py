"""A first pose in closed form: the torso by Procrustes, each limb swung to where it points.

Started from here the fit needs one run; from the rest pose it sticks in local minima.
"""

import numpy as np
from numpy.typing import NDArray

from sam_body import skinning
from sam_body.model import AVERAGE, BodyModel
from sam_body.observation import INDEX, Observation, landmark_points
from sam_body.points import State

Array = NDArray[np.float64]

UNSEEN = 0.2
"""Limbs that end in a landmark less visible than this start, and mostly stay, as at rest."""

_TORSO = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
# Bone, then the landmarks that it runs between.
_LIMBS = (
    ("upperarm", "shoulder", "elbow"),
    ("lowerarm", "elbow", "wrist"),
    ("thigh", "hip", "knee"),
    ("calf", "knee", "ankle"),
)


def procrustes(source: Array, target: Array) -> Array:
    """Return the rotation that best turns (N, 3) source points onto target points (Kabsch 1976)."""
    covariance = (source - source.mean(0)).T @ (target - target.mean(0))
    left, _, right = np.linalg.svd(covariance)
    flip = np.diag([1.0, 1.0, np.sign(np.linalg.det(right.T @ left.T))])
    return right.T @ flip @ left.T


def swing(source: Array, target: Array) -> Array:
    """Return the shortest rotation (3, 3) that turns one direction to another."""
    a, b = source / np.linalg.norm(source), target / np.linalg.norm(target)
    axis = np.cross(a, b)
    sine = np.linalg.norm(axis)
    if sine < 1e-9:
        axis, sine = np.cross(a, [0.3, 0.9, 0.3]), 1.0
        axis = axis / np.linalg.norm(axis) * (np.pi if a @ b < 0 else 0.0)
        return skinning.rotation_matrices(axis)
    return skinning.rotation_matrices(axis / sine * np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b))


def first_angles(model: BodyModel, seen: Observation) -> Array:
    """Return (J, 3) rotation vectors of the analytic start."""
    rest = State.of(model, np.zeros(3), AVERAGE, np.zeros((len(model.bones), 3)))
    places = rest.points(landmark_points())
    torso = [INDEX[name] for name in _TORSO]
    root = procrustes(places[torso], seen.relative_m[torso])
    local = np.tile(np.eye(3), (len(model.bones), 1, 1))
    local[model.mover] = root
    for side in ("left", "right"):
        turned = root
        for bone, start, end in _LIMBS:
            if bone in ("upperarm", "thigh"):
                turned = root
            i, j = INDEX[f"{side}_{start}"], INDEX[f"{side}_{end}"]
            if seen.visibility[j] < UNSEEN:
                continue
            wanted = turned.T @ (seen.relative_m[j] - seen.relative_m[i])
            turn = swing(places[j] - places[i], wanted)
            local[model.index[f"{bone}_{side[0]}"]] = turn
            turned = turned @ turn
    axes = model.axes
    return skinning.rotation_vectors(axes.transpose(0, 2, 1) @ local @ axes)


def first_translation(points: Array, seen: Observation) -> Array:
    """Return the translation (3,) that brings (K, 3) points under their pixels (linear least squares)."""
    camera = seen.camera
    x = (seen.xy_px[:, 0] - camera.center_px[0]) / camera.focal_px
    y = -(seen.xy_px[:, 1] - camera.center_px[1]) / camera.focal_px
    # (X + tx) / -(Z + tz) = x, and the same for y, written linearly in t.
    one, zero = np.ones(len(x)), np.zeros(len(x))
    matrix = np.concatenate([np.stack([one, zero, x], 1), np.stack([zero, one, y], 1)])
    wanted = np.concatenate([-x * points[:, 2] - points[:, 0], -y * points[:, 2] - points[:, 1]])
    weight = np.tile(seen.weight, 2)
    solution = np.linalg.lstsq(matrix * weight[:, None], wanted * weight, rcond=None)[0]
    return np.asarray(solution, np.float64)
