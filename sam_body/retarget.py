"""Bring the motion of any BVH skeleton onto a body: world turns of limbs, hips scaled by leg length.

Each recognised bone turns in the world as its source does, after both rest poses have been laid over one
another limb by limb; bones that the source lacks follow their parents. Up and front are read from the
source's rest pose, so that z-up files and files that face another way come out standing and facing +z.
"""

import numpy as np
from numpy.typing import NDArray

from sam_body import skinning
from sam_body.bvh import Clip
from sam_body.joint_names import NEEDED, bones_of
from sam_body.motion import Motion
from sam_body.skeletons import skeleton
from sam_body.start import swing
from sam_body.types import Body
from shared.errors import InputError

Array = NDArray[np.float64]

_LIMBS = {"upperarm": "lowerarm", "lowerarm": "hand", "thigh": "calf", "calf": "foot"}
"""Bones whose rest direction is laid over the source's, and the bone that tells it."""


def retarget(body: Body, clip: Clip, *, name: str = "motion") -> Motion:
    """Return the clip's motion on this body; the lowest joint of the clip touches the floor.

    Args:
        body: Whose shape, rig and rest pose the motion is brought to.
        clip: Motion of some skeleton.
        name: Of the new clip.

    Raises:
        InputError: Joints that are needed are not recognised, or the source has no length.
    """
    found = bones_of(clip.names)
    if missing := [bone for bone in ("pelvis", *NEEDED) if bone not in found]:
        raise InputError(
            f"The motion's joints do not tell {', '.join(missing)}; it has {', '.join(clip.names[:12])} …",
            "Name the joints as Mixamo, CMU, SMPL or Unreal do (LeftArm, upperarm_l, left_knee).",
        )
    rest = clip.rest_joints()
    facing = _facing(rest, found)
    names = skeleton(body.rig.name).names
    rows = {body.rig.bones.index(names[bone]): bone for bone in found if bone in names}
    total = clip.world_turns()
    source = {j: facing @ total[:, found[bone]] @ facing.T for j, bone in rows.items()}
    laid = _laid(body, {bone: facing @ way for bone, way in _ways(clip, rest, found).items()}, rows)
    turned = np.empty((len(total), len(body.rig.bones), 3, 3))
    for j, parent in enumerate(body.rig.parents):
        if j in source:
            turned[:, j] = source[j] @ laid.get(j, np.eye(3))
        else:
            turned[:, j] = np.eye(3) if parent < 0 else turned[:, parent]
    moves = _moves(body, clip, facing, rest, found, total)
    return Motion(body, _local(body, turned), moves, clip.frame_s, name)


def _facing(rest: Array, found: dict[str, int]) -> Array:
    """Return the (3, 3) rotation from the file's axes to ours, by the source's rest pose."""
    left = rest[found["thigh_l"]] - rest[found["thigh_r"]]
    up = rest[[found["thigh_l"], found["thigh_r"]]].mean(0) - rest[[found["calf_l"], found["calf_r"]]].mean(0)
    if min(np.linalg.norm(left), np.linalg.norm(up)) < 1e-9:
        raise InputError("The motion's skeleton has no width or no legs.", "Export it with its bone lengths.")
    up = _nearest_axis(up)
    left = left - up * (left @ up)
    left = _nearest_axis(left)
    return np.stack([left, up, np.cross(left, up)])


def _nearest_axis(way: Array) -> Array:
    """Snap to a coordinate axis within 20 degrees, as files mean it; else take the direction as it is."""
    way = way / np.linalg.norm(way)
    axis = int(np.argmax(np.abs(way)))
    return np.eye(3)[axis] * np.sign(way[axis]) if abs(way[axis]) > np.cos(np.radians(20)) else way


def _ways(clip: Clip, rest: Array, found: dict[str, int]) -> dict[str, Array]:
    """Rest direction of each limb of the source, file axes."""
    ways: dict[str, Array] = {}
    for upper, lower in _LIMBS.items():
        for side in "lr":
            bone, start = f"{upper}_{side}", found[f"{upper}_{side}"]
            end = found.get(f"{lower}_{side}")
            way = clip.ends[start] if end is None else rest[end] - rest[start]
            if np.linalg.norm(way) > 1e-9:
                ways[bone] = way
    return ways


def _laid(body: Body, ways: dict[str, Array], rows: dict[int, str]) -> dict[int, Array]:
    """Turns that lay our limbs at rest along the source's; hands and fingers go with their arms."""
    rig, names = body.rig, skeleton(body.rig.name).names
    laid: dict[int, Array] = {}
    for j, bone in rows.items():
        part, _, side = bone.rpartition("_")
        if part in _LIMBS and bone in ways:
            end = rig.bones.index(names[f"{_LIMBS[part]}_{side}"])
            laid[j] = swing(rig.heads[end] - rig.heads[j], ways[bone])
    for j, bone in rows.items():
        part, _, side = bone.rpartition("_")
        if part == "hand" or part[-3:] in ("_01", "_02", "_03"):
            laid[j] = laid.get(rig.bones.index(names[f"lowerarm_{side}"]), np.eye(3))
    return laid


def _local(body: Body, turned: Array) -> Array:
    axes, parents = body.rig.axes, body.rig.parents
    above = turned[:, np.maximum(parents, 0)]
    above[:, parents < 0] = np.eye(3)
    local = axes.transpose(0, 2, 1) @ above.swapaxes(-1, -2) @ turned @ axes
    return skinning.orthonormal(local)


def _moves(body: Body, clip: Clip, facing: Array, rest: Array, found: dict[str, int], total: Array) -> Array:
    """(N, 3) metres: how far the hips move, scaled by the length of the legs."""
    rig, names = body.rig, skeleton(body.rig.name).names
    ours = np.array([rig.heads[rig.bones.index(names[f"{bone}_l"])] for bone in ("thigh", "calf", "foot")])
    legs = [rest[found[f"{bone}_l"]] for bone in ("thigh", "calf")]
    theirs = np.linalg.norm(legs[1] - legs[0])
    scale = np.linalg.norm(ours[1] - ours[0]) / theirs
    joints = clip.joints(total) @ facing.T
    hips = joints[:, found["pelvis"]]
    lowest = joints[..., 1].min()
    still = rest @ facing.T
    above_floor = still[found["pelvis"], 1] - still[:, 1].min()
    moves = (hips - hips[0]) * scale
    moves[:, 1] = (hips[:, 1] - lowest - above_floor) * scale
    return moves
