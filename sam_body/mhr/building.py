"""Turn MHR's answer into a `Body`, so that every export and every view takes it."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sam_body.mhr.fitting import fit_joints
from sam_body.mhr.model import IDENTITY, Mhr, Posed, write_call
from sam_body.skinning import orthonormal
from sam_body.types import Body, Pose, Rig, Skin

Array = NDArray[np.float64]

RIG = "mhr"
_SHORT_M = 1e-3


@dataclass(frozen=True, eq=False)
class MhrBody:
    """A person as MHR.

    Args:
        body: With MHR's skin and joints, in the pose and place of the person it was made from.
        parameters: (204,) model parameters of MHR; identity and expression are zero.
        warnings: What a user should know about it.
    """

    body: Body
    parameters: Array
    warnings: tuple[str, ...]

    def write_parameters(self, path: Path) -> None:
        """Write `identity`, `model_parameters` and `expression` as NPZ: what MHR's file is called with."""
        write_call(path, np.zeros(IDENTITY), self.parameters)


def as_mhr(model: Mhr, body: Body) -> MhrBody:
    """Return the same person with MHR's surface and joints.

    Args:
        model: MHR.
        body: A fitted person of any rig.
    """
    fitted = fit_joints(model, body)
    rest = model.pose(np.where(model.lengths, fitted.parameters, 0.0))
    posed = model.pose(fitted.parameters)
    rig, pose = rigged(model, rest, posed)
    joints, weights = model.skin_weights()
    floor = np.array([0.0, -rest.vertices[:, 1].min(), 0.0])
    rig = replace(rig, heads=rig.heads + floor, tails=rig.tails + floor)
    parts = np.zeros(len(rest.vertices), np.uint8)
    skin = Skin(rest.vertices + floor, model.faces, joints, weights, parts)
    bare = replace(body, rest="model", standing_m=0.0, paint=None, clothes_m=None)
    made = replace(bare, rig=rig, skin=skin, pose=pose)
    made = replace(made, pose=Pose(pose.rotations, pose.translation_m - floor))
    surface = made.posed_vertices()
    apart = np.linalg.norm(surface - posed.vertices, axis=1).max()
    lift = np.array([0.0, -surface[:, 1].min(), 0.0])
    made = replace(
        made,
        pose=Pose(made.pose.rotations, made.pose.translation_m + lift),
        offset_m=body.offset_m - lift,
    )
    warnings = (
        f"MHR: limb joints lie {1000 * fitted.error_m:.0f} mm on average from those of the fit; its identity "
        f"is the average one. Files hold its skin as joints move it, without pose correctives: up to "
        f"{1000 * apart:.0f} mm apart here.",
    )
    return MhrBody(made, fitted.parameters, warnings)


def rigged(model: Mhr, rest: Posed, posed: Posed) -> tuple[Rig, Pose]:
    """Return MHR's joints as a rig with +Y along the bones, and what turns it from rest into the pose."""
    parents, mover = model.parents, model.bones.index("root")
    tails = _tails(parents, rest.places)
    axes = _axes(rest.places, tails)
    turned = posed.turns @ rest.turns.transpose(0, 2, 1)
    above = np.where((parents < 0)[:, None, None], np.eye(3), turned[parents])
    local = axes.transpose(0, 2, 1) @ above.transpose(0, 2, 1) @ turned @ axes
    carried = rest.places[0] + turned[0] @ (rest.places[mover] - rest.places[0])
    move = posed.places[mover] - (carried if mover else rest.places[0])
    rig = Rig(RIG, model.bones, parents, rest.places, tails, axes, mover)
    return rig, Pose(orthonormal(local), move)


def _tails(parents: NDArray[np.int64], heads: Array) -> Array:
    """(J, 3): the head of the child that carries most; without one, as far as the bone before it went."""
    count = np.ones(len(parents), np.int64)
    for joint in range(len(parents) - 1, 0, -1):
        count[parents[joint]] += count[joint]
    tails = heads + [0.0, 0.05, 0.0]
    for joint, parent in enumerate(parents):
        children = np.flatnonzero(parents == joint)
        far = children[np.linalg.norm(heads[children] - heads[joint], axis=1) > _SHORT_M]
        if len(far):
            tails[joint] = heads[far[np.argmax(count[far])]]
        elif parent >= 0:
            along = tails[parent] - heads[parent]
            tails[joint] = heads[joint] + 0.3 * along
    return tails


def _axes(heads: Array, tails: Array) -> Array:
    """(J, 3, 3) right-handed frames: y along the bone, x near the body's left-right axis."""
    y = tails - heads
    y /= np.linalg.norm(y, axis=1, keepdims=True)
    side = np.where(np.abs(y[:, :1]) > 0.9, [0.0, 0.0, 1.0], [1.0, 0.0, 0.0])
    x = side - (side * y).sum(1, keepdims=True) * y
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    return np.stack([x, y, np.cross(x, y)], axis=-1)
