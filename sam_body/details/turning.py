"""Turn single bones of a posed body in the world, while the rest hangs on as it did."""

import numpy as np
from numpy.typing import NDArray

from sam_body import skinning
from sam_body.skeletons import skeleton
from sam_body.start import swing
from sam_body.types import Body, Pose, Rig
from shared.mesh import Camera

Array = NDArray[np.float64]


def bones_of(rig: Rig) -> dict[str, int]:
    """Return the baked skeleton's bone names with their places in a rig."""
    return {bone: rig.bones.index(name) for bone, name in skeleton(rig.name).names.items()}


def with_turns(body: Body, turned: dict[str, Array]) -> Pose:
    """Return the pose in which some bones have turned as told; bones below keep their own rotation.

    Args:
        body: The posed body.
        turned: Bone of the baked skeleton to its (3, 3) turn from rest, world axes.
    """
    rig, bones = body.rig, bones_of(body.rig)
    wanted = {bones[name]: turn for name, turn in turned.items()}
    local, total = body.pose.rotations.copy(), np.tile(np.eye(3), (len(rig.bones), 1, 1))
    for j, parent in enumerate(rig.parents):
        above = np.eye(3) if parent < 0 else total[parent]
        if j in wanted:
            own = rig.axes[j].T @ above.T @ wanted[j] @ rig.axes[j]
            local[j] = skinning.orthonormal(own[None])[0]
        total[j] = above @ rig.axes[j] @ local[j] @ rig.axes[j].T
    return Pose(local, body.pose.translation_m)


def slerp(turn: Array, share: float) -> Array:
    """Return a share of a rotation (3, 3), about the same axis."""
    return skinning.rotation_matrices(share * skinning.rotation_vectors(turn[None])[0])


def ray_turn(xy_px: Array, camera: Camera) -> Array:
    """Return the shortest rotation (3, 3) from the camera's axis to the ray through a pixel.

    A net sees its cut-out as if the camera pointed there; so what it says is turned by this.

    Args:
        xy_px: (2,) column and row.
        camera: The photo's.
    """
    x, y = (xy_px - camera.center_px) / camera.focal_px
    return swing(np.array([0.0, 0.0, -1.0]), np.array([x, -y, -1.0]))
