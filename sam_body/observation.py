"""What the pose net says about one person, in the terms of the fit."""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sam_body.model import body_model
from sam_body.photo_camera import exif_view
from sam_body.points import Folded, fold_heads, fold_means, joined
from shared.mesh import Camera
from shared.pose import LANDMARKS, Person

Array = NDArray[np.float64]

_SURFACE = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder",
    "left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee",
    "right_knee", "left_ankle", "right_ankle", "left_heel", "right_heel", "left_foot_index",
    "right_foot_index",
)  # fmt: skip
_KNUCKLES = {
    f"{side}_{finger}": f"{bone}_{side[0]}"
    for side in ("left", "right")
    for finger, bone in (("index", "index_01"), ("pinky", "pinky_01"), ("thumb", "thumb_02"))
}
NAMES = (*_SURFACE, *_KNUCKLES)
INDEX = {name: i for i, name in enumerate(NAMES)}
"""The 27 landmarks that net and body share. The body's big toe stands for the net's foot index."""


_LOWER = ("hip", "knee", "ankle", "heel", "foot_index")


@cache
def landmark_points() -> Folded:
    """Return the body's 27 points, folded, in the order of `NAMES`."""
    model = body_model()
    rows = [model.keypoints.index(name.replace("foot_index", "big_toe")) for name in _SURFACE]
    heads = [model.index[bone] for bone in _KNUCKLES.values()]
    return joined(fold_means(model, model.regressor[rows]), fold_heads(model, heads))


@dataclass(frozen=True, eq=False)
class Lift:
    """How much nearer landmarks are than the ones before them, see `sam_body.lifting`.

    Args:
        depth: (K,) towards the camera along `ray`, as shares of the hips' distance.
        spread: (K,) of that.
        xy_spread_px: (K,) of the landmarks in the photo.
        ray: (3,) unit vector from the hips to the camera.
    """

    depth: Array
    spread: Array
    xy_spread_px: Array
    ray: Array


@dataclass(frozen=True, eq=False)
class Observation:
    """Landmarks of one person, K = 27 in the order of `NAMES`.

    Args:
        xy_px: (K, 2) column and row in the photo.
        relative_m: (K, 3) metres from the middle of the hips, in the camera's frame: x right, y up,
            z towards the viewer.
        weight: (K,) in 0..1: trust, from the visibility; next to nothing outside the picture.
        visibility: (K,) in 0..1; 0 outside the picture.
        camera: The photo's camera.
        depth_weight: (K,) in 0..1: trust in `relative_m`; as `weight` when not given.
        placed: Landmarks that the user has put where they are.
        hidden: Landmarks that the user has said to be out of sight.
        depth: (joint, joint before it, +1 nearer or −1 farther), as the user said.
        lift: Depths from joint to joint, in place of those in `relative_m`; None where they are not known.
    """

    xy_px: Array
    relative_m: Array
    weight: Array
    visibility: Array
    camera: Camera
    depth_weight: Array = field(default_factory=lambda: np.zeros(0))
    placed: frozenset[int] = frozenset()
    hidden: frozenset[int] = frozenset()
    depth: tuple[tuple[int, int, int], ...] = ()
    lift: Lift | None = None

    def __post_init__(self) -> None:
        if not len(self.depth_weight):
            object.__setattr__(self, "depth_weight", self.weight)

    @property
    def size_px(self) -> float:
        """Length of the diagonal of the box around the trusted landmarks."""
        trusted = self.xy_px[self.weight >= min(0.5, float(self.weight.max()))]
        return float(max(np.linalg.norm(np.ptp(trusted, axis=0)), 1.0))


def observe(person: Person, camera: Camera) -> Observation:
    """Take the landmarks that the body has from what the pose net found.

    The net sees a square around the person as if the camera pointed there; its metric points are
    turned by the angle between that ray and the camera's axis.
    """
    rows = [LANDMARKS.index(name) for name in NAMES]
    xy = person.landmarks_px[rows]
    world = person.world_m[rows] * [1.0, -1.0, -1.0]
    hips = person.landmarks_px[[LANDMARKS.index("left_hip"), LANDMARKS.index("right_hip")]].mean(0)
    width, height = camera.size_px
    inside = ((xy >= 0) & (xy < (width, height))).all(axis=1)
    seen = person.visibility[rows] * inside  # the net goes on drawing limbs outside the picture
    if legs_are_cut_off(xy, height):
        below = [i for name, i in INDEX.items() if name.partition("_")[2] in _LOWER]
        seen[below] = 0.0
    return Observation(xy, world @ towards(hips, camera).T, trust(seen), seen, camera)


def trust(visibility: Array) -> Array:
    """Return (K,) weights in 0..1 of landmarks by how sure the net is that they are in sight."""
    return np.where(visibility > 0, np.clip((visibility - 0.1) / 0.6, 0.02, 1.0), 1e-3)


def legs_are_cut_off(xy_px: Array, height: int) -> bool:
    """Tell whether the picture ends at the person's hips or thighs, wherever the net put the legs.

    The net then squeezes the legs in: the feet lie on or below the lower edge, and hips and ankles
    are closer than the shoulders and the hips, which but for a deep squat no leg is.

    Args:
        xy_px: (27, 2) landmarks in the order of `NAMES`.
        height: Of the picture, in pixels.
    """
    middle = {
        part: xy_px[[INDEX[f"left_{part}"], INDEX[f"right_{part}"]]].mean(0)
        for part in ("shoulder", "hip", "ankle", "heel")
    }
    trunk = np.linalg.norm(middle["shoulder"] - middle["hip"])
    legs = np.linalg.norm(middle["ankle"] - middle["hip"])
    return bool(middle["heel"][1] > 0.97 * height and legs < trunk)


def towards(xy_px: Array, camera: Camera) -> Array:
    """Return the rotation that takes the camera's axis (−z) to the ray through a pixel."""
    x = (xy_px[0] - camera.center_px[0]) / camera.focal_px
    y = -(xy_px[1] - camera.center_px[1]) / camera.focal_px
    back = -np.array([x, y, -1.0]) / np.linalg.norm([x, y, -1.0])
    right = np.cross([0.0, 1.0, 0.0], back)
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(back, right), back], axis=1)


def default_camera(width: int, height: int) -> Camera:
    """Return the camera assumed for a photo that says nothing: 45 degrees along its longer side."""
    return exif_view(None, (width, height), (width / 2, height / 2)).camera
