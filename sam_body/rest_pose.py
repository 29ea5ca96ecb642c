"""Give a body another rest pose: T, A, or the pose of the photo. Joints keep +Y along their bones."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sam_body import skinning
from sam_body.skeletons import skeleton
from sam_body.start import swing
from sam_body.types import Body, Pose, Rig, Skin
from shared.errors import InputError

Array = NDArray[np.float64]

REST_POSES = ("model", "T", "A", "photo")
"""The shipped body's own, arms level, arms 45 degrees down, and as in the photo."""
_DOWN_DEG = {"T": 0.0, "A": 45.0}
_ARM, _LEG = ("upperarm", "lowerarm", "hand"), ("thigh", "calf")


def with_rest(body: Body, rest: str) -> Body:
    """Return the same person with another rest pose, standing on y = 0; where it stands in the end stays.

    The surface at rest is skinned into the new pose once, so that posed vertices near strongly turned joints
    differ by some millimetres from those of the model's own rest pose.

    Args:
        body: A body whose rest pose is the model's.
        rest: One of `REST_POSES`.

    Raises:
        InputError: There is no such rest pose.
    """
    if rest not in REST_POSES:
        raise InputError(f"There is no rest pose {rest!r}.", f"Choose from {', '.join(REST_POSES)}.")
    if rest == "model":
        return body
    rig = body.rig
    total = body.turns() if rest == "photo" else _straight(rig, _DOWN_DEG[rest])
    heads = skinning.moved_heads(rig.heads, total, rig.parents, rig.mover, np.zeros(3))
    shift = heads - np.einsum("jab,jb->ja", total, rig.heads)
    surface = skinning.skin(body.skin.vertices, body.skin.joints, body.skin.weights, total, shift)
    tails = heads + np.einsum("jab,jb->ja", total, rig.tails - rig.heads)
    lift = np.array([0.0, -surface[:, 1].min(), 0.0])
    if rig.mover:  # the root stays on the floor
        lifted = np.arange(len(heads)) >= rig.mover
        heads, tails = heads + np.outer(lifted, lift), tails + np.outer(lifted, lift)
    else:
        heads, tails = heads + lift, tails + lift
    new = Rig(rig.name, rig.bones, rig.parents, heads, tails, total @ rig.axes, rig.mover)
    old = body.skin
    skin = Skin(surface + lift, old.faces, old.joints, old.weights, old.parts)
    return replace(
        body, rig=new, skin=skin, pose=_same_pose(body, new, total), rest=rest, standing_m=body.height_m
    )


def _same_pose(body: Body, new: Rig, total: Array) -> Pose:
    turned = body.turns() @ total.transpose(0, 2, 1)
    above = np.where((new.parents < 0)[:, None, None], np.eye(3), turned[new.parents])
    local = new.axes.transpose(0, 2, 1) @ above.transpose(0, 2, 1) @ turned @ new.axes
    here = skinning.moved_heads(new.heads, turned, new.parents, new.mover, np.zeros(3))[new.mover]
    return Pose(local, body.posed_joints()[new.mover] - here)


def _straight(rig: Rig, down_deg: float) -> Array:
    """(J, 3, 3) turns that lay arms and hands out sideways and let the legs hang straight down."""
    names = skeleton(rig.name).names
    index = {bone: rig.bones.index(name) for bone, name in names.items()}
    down = np.radians(down_deg)
    wanted: dict[int, Array] = {}
    for side, sign in (("l", 1.0), ("r", -1.0)):
        along = np.array([sign * np.cos(down), -np.sin(down), 0.0])
        wanted |= {index[f"{bone}_{side}"]: along for bone in _ARM}
        wanted |= {index[f"{bone}_{side}"]: np.array([0.0, -1.0, 0.0]) for bone in _LEG}
    feet = {index[f"foot_{side}"] for side in "lr"}
    total = np.tile(np.eye(3), (len(rig.bones), 1, 1))
    ends = {index[f"hand_{side}"]: rig.heads[index[f"middle_01_{side}"]] for side in "lr"}
    for j, parent in enumerate(rig.parents):
        above = np.eye(3) if parent < 0 else total[parent]
        if j in feet:
            total[j] = np.eye(3)  # soles stay level
        elif j in wanted:
            bone = ends.get(j, rig.tails[j]) - rig.heads[j]
            total[j] = swing(above @ bone, wanted[j]) @ above
        else:
            total[j] = above
    return total
