"""Turn a fit into a `Body`: the rig asked for, standing on the floor, and the camera that saw it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sam_body import skinning
from sam_body.clothing.drape import widened
from sam_body.fitting import Fit, shape_dict
from sam_body.model import BodyModel, body_model
from sam_body.observation import NAMES, Observation, landmark_points
from sam_body.skeletons import Skeleton, skeleton
from sam_body.types import IN_SIGHT, Body, Landmarks, Pose, Rig, Skin
from shared.mesh import Camera

Array = NDArray[np.float64]


def posed(model: BodyModel, skeleton: Skeleton, shape: Array, angles: Array) -> tuple[Rig, Skin, Pose]:
    """Return a body of this shape in this pose, standing on y = 0 with its hips over the origin.

    Args:
        model: The body.
        skeleton: Whose names and bones the rig has.
        shape: (6,) in 0..1.
        angles: (J, 3) rotation vectors in the frames of the average shape.
    """
    rig, skin, kept = model.dressed(shape, skeleton)
    world = model.axes @ skinning.rotation_matrices(angles) @ model.axes.transpose(0, 2, 1)
    local = rig.axes.transpose(0, 2, 1) @ world[kept] @ rig.axes
    total = skinning.turns(rig.axes, local, rig.parents)
    heads = skinning.moved_heads(rig.heads, total, rig.parents, rig.mover, np.zeros(3))
    shift = heads - np.einsum("jab,jb->ja", total, rig.heads)
    surface = skinning.skin(skin.vertices, skin.joints, skin.weights, total, shift)
    hips = heads[rig.mover]
    return rig, skin, Pose(local, np.array([-hips[0], -surface[:, 1].min(), -hips[2]]))


def body_from_fit(
    model: BodyModel,
    skeleton: Skeleton,
    fit: Fit,
    seen: Observation,
    *,
    score: float,
    object_id: int = 0,
    focal_source: str = "assumed",
) -> Body:
    """Build the body of one fitted person.

    Args:
        model: The body.
        skeleton: Whose names and bones the rig has.
        fit: Outcome of `sam_body.fitting.fit`.
        seen: What it was fitted to.
        score: The pose net's belief in this person.
        object_id: Its number in the photo.
        focal_source: How the camera is known.
    """
    rig, skin, pose = posed(model, skeleton, fit.shape, fit.angles)
    state = fit.state(model)
    total = skinning.turns(rig.axes, pose.rotations, rig.parents)
    heads = skinning.moved_heads(rig.heads, total, rig.parents, rig.mover, pose.translation_m)
    offset = state.moved[model.mover] - heads[rig.mover]
    points = state.points(landmark_points())
    landmarks = Landmarks(
        names=NAMES,
        seen_px=seen.xy_px,
        fitted_px=seen.camera.project(points),
        fitted_m=points - offset,
        visibility=seen.visibility,
        basis=tuple(_basis(seen, i) for i in range(len(NAMES))),
    )
    return Body(
        rig,
        pose,
        skin,
        shape_dict(fit.shape),
        landmarks,
        seen.camera,
        offset,
        score=min(max(score, 0), 1),
        object_id=object_id,
        focal_source=focal_source,
    )


def _basis(seen: Observation, landmark: int) -> str:
    if landmark in seen.placed:
        return "placed"
    if landmark in seen.hidden:
        return "hidden"
    return "seen" if seen.visibility[landmark] > IN_SIGHT else "guessed"


def posed_body(model: BodyModel, skeleton: Skeleton, shape: Array, angles: Array, camera: Camera) -> Body:
    """Build a body without a photo: for mannequins and tests. It stands 4 m before the camera.

    Args:
        model: The body.
        skeleton: Whose names and bones the rig has.
        shape: (6,) in 0..1.
        angles: (J, 3) rotation vectors in the frames of the average shape.
        camera: Camera at hip height.
    """
    rig, skin, pose = posed(model, skeleton, shape, angles)
    nothing = np.zeros((0, 2))
    landmarks = Landmarks((), nothing, nothing, np.zeros((0, 3)), np.zeros(0))
    return Body(rig, pose, skin, shape_dict(shape), landmarks, camera, np.array([0.0, -0.95, -4.0]))


def reshaped(body: Body, shape: Array, rig_name: str) -> Body:
    """Return a person with another shape and under another rig's names, in the same pose on the floor.

    What was seen in the photo stays; fitted places in it are those of the old shape. The texture stays, and
    clothes are as thick as they were. The rest pose is the model's.

    Args:
        body: Read from a file, or estimated.
        shape: (6,) in 0..1.
        rig_name: Name of a rig.

    Raises:
        InputError: There is no such rig.
    """
    model, kind = body_model(), skeleton(rig_name)
    old = {bone: body.rig.bones.index(name) for bone, name in skeleton(body.rig.name).names.items()}
    rig, skin, kept = model.dressed(shape, kind)
    still = turns_from_model(body, model)
    turned = np.tile(np.eye(3), (len(kept), 1, 1))
    for j, baked in enumerate(kept):
        if model.bones[baked] in old:
            turned[j] = still[old[model.bones[baked]]]
    above = np.where((rig.parents < 0)[:, None, None], np.eye(3), turned[rig.parents])
    local = skinning.orthonormal(rig.axes.transpose(0, 2, 1) @ above.transpose(0, 2, 1) @ turned @ rig.axes)
    bare = replace(
        body,
        rig=rig,
        skin=skin,
        pose=Pose(local, np.zeros(3)),
        shape=shape_dict(shape),
        rest="model",
        standing_m=0.0,
        clothes_m=None,
    )
    made = bare if body.clothes_m is None else widened(bare, body.clothes_m)
    hips = bare.posed_joints()[rig.mover]
    move = np.array([-hips[0], -made.posed_vertices()[:, 1].min(), -hips[2]])
    return replace(made, pose=Pose(local, move))


def turns_from_model(body: Body, model: BodyModel) -> Array:
    """(J, 3, 3) how far each bone has turned from the model's own rest pose, whatever the body's rest."""
    if body.rest == "model":
        return body.turns()
    shape = np.array(list(body.shape.values()))
    rig, _, _ = model.dressed(shape, skeleton(body.rig.name))
    return body.turns() @ body.rig.axes @ rig.axes.transpose(0, 2, 1)
