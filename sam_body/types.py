"""A person as a rigged body: rig, pose, skin and the camera that saw it. All checked at birth."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_body import skinning
from sam_body.details.seen import Details
from sam_body.texture.paint import Paint
from shared.arrays import frozen
from shared.errors import InputError
from shared.mesh import Camera, Mesh

Array = NDArray[np.float64]

IN_SIGHT = 0.5
"""Landmarks less visible than this are guessed."""
BASES = ("seen", "guessed", "placed", "hidden")


@dataclass(frozen=True, eq=False)
class Rig:
    """Bones at rest; metres, y up, the person faces +z and stands on y = 0.

    Args:
        name: Which naming it follows: "game_engine", "mixamo".
        bones: J unique names, parents before children; the first is the root.
        parents: (J,) int64 index of the parent, −1 for the root.
        heads: (J, 3) float64 where each bone starts.
        tails: (J, 3) float64 where it ends.
        axes: (J, 3, 3) float64 rest frames: columns x, y, z, right-handed, y along the bone.
        mover: Index of the bone that carries the pose's translation (the hips).

    Raises:
        InputError: Lengths differ, a parent does not come first, or a frame is not a rotation.
    """

    name: str
    bones: tuple[str, ...]
    parents: NDArray[np.int64]
    heads: Array
    tails: Array
    axes: Array
    mover: int

    def __post_init__(self) -> None:
        count = len(self.bones)
        object.__setattr__(self, "bones", tuple(self.bones))
        for name, dtype, shape in (
            ("parents", np.int64, (count,)),
            ("heads", np.float64, (count, 3)),
            ("tails", np.float64, (count, 3)),
            ("axes", np.float64, (count, 3, 3)),
        ):
            object.__setattr__(self, name, frozen(f"Rig.{name}", getattr(self, name), dtype, shape))
        if len(set(self.bones)) != count or not 0 <= self.mover < count:
            raise InputError("A rig wants unique bone names and a mover among them.")
        if self.parents[0] != -1 or not all(0 <= p < j for j, p in enumerate(self.parents) if j):
            raise InputError("A rig wants one root, and parents before their children.")
        _check_rotations("Rig.axes", self.axes)


@dataclass(frozen=True, eq=False)
class Pose:
    """How a rig is posed.

    Args:
        rotations: (J, 3, 3) float64, each in its bone's own rest frame; the identity is the rest pose.
        translation_m: (3,) float64, how far the rig's mover moves, world axes.

    Raises:
        InputError: A matrix is not a rotation.
    """

    rotations: Array
    translation_m: Array

    def __post_init__(self) -> None:
        rotations = frozen("Pose.rotations", self.rotations, np.float64, (None, 3, 3))
        _check_rotations("Pose.rotations", rotations)
        object.__setattr__(self, "rotations", rotations)
        translation = frozen("Pose.translation_m", self.translation_m, np.float64, (3,))
        object.__setattr__(self, "translation_m", translation)


@dataclass(frozen=True, eq=False)
class Skin:
    """The surface of a body at rest, bound to a rig's bones.

    Args:
        vertices: (V, 3) float64, metres.
        faces: (F, 3) int64, counter-clockwise seen from outside.
        joints: (V, 4) uint8 bones that move each vertex.
        weights: (V, 4) float32 in 0..1, each row sums to 1.
        parts: (V,) uint8 number of the closed part; 0 is the skin, then eyes and mouth.

    Raises:
        InputError: A shape is wrong, a face or a weight does not fit.
    """

    vertices: Array
    faces: NDArray[np.int64]
    joints: NDArray[np.uint8]
    weights: NDArray[np.float32]
    parts: NDArray[np.uint8]

    def __post_init__(self) -> None:
        count = len(self.vertices)
        for name, dtype, shape in (
            ("vertices", np.float64, (count, 3)),
            ("faces", np.int64, (None, 3)),
            ("joints", np.uint8, (count, 4)),
            ("weights", np.float32, (count, 4)),
            ("parts", np.uint8, (count,)),
        ):
            object.__setattr__(self, name, frozen(f"Skin.{name}", getattr(self, name), dtype, shape))
        if len(self.faces) and (self.faces.min() < 0 or self.faces.max() >= count):
            raise InputError(f"Skin.faces names vertices outside 0..{count - 1}.")
        if (self.weights < 0).any() or not np.allclose(self.weights.sum(1), 1, atol=1e-5):
            raise InputError("Skin.weights wants rows of non-negative numbers that sum to 1.")


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Named points of a person as the pose net saw them and as the fitted body has them.

    Args:
        names: K names, such as "left_wrist".
        seen_px: (K, 2) float64 column and row found in the photo.
        fitted_px: (K, 2) float64 where the fitted body's points fall in the photo.
        fitted_m: (K, 3) float64 the body's points in the world.
        visibility: (K,) float64 in 0..1, how sure the net was that the point is in sight.
        basis: K of "seen", "guessed", "placed" (by the user) and "hidden" (as the user said); from the
            visibility when not given.
    """

    names: tuple[str, ...]
    seen_px: Array
    fitted_px: Array
    fitted_m: Array
    visibility: Array
    basis: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.names)
        object.__setattr__(self, "names", tuple(self.names))
        basis = self.basis or tuple("seen" if v > IN_SIGHT else "guessed" for v in self.visibility)
        if len(basis) != count or not set(basis) <= set(BASES):
            raise InputError(f"Landmarks.basis wants {count} of {', '.join(BASES)}.")
        object.__setattr__(self, "basis", basis)
        for name, shape in (
            ("seen_px", (count, 2)),
            ("fitted_px", (count, 2)),
            ("fitted_m", (count, 3)),
            ("visibility", (count,)),
        ):
            array = frozen(f"Landmarks.{name}", getattr(self, name), np.float64, shape)
            object.__setattr__(self, name, array)


@dataclass(frozen=True, eq=False)
class Body:
    """One person: a skinned rig, its pose, and the camera.

    The world is metric, y up; the posed body stands on y = 0 around the origin. The camera looks
    along −z of its own frame, which has the world's axes: camera point = world point + `offset_m`.

    Args:
        rig: Bones at rest.
        pose: One rotation a bone.
        skin: Surface at rest.
        shape: Name to value in 0..1 of the body's shape: age, gender, height, muscle, …
        landmarks: What was seen and what was fitted.
        camera: Projects camera-frame points to the photo.
        offset_m: (3,) float64.
        score: 0..1, the pose net's belief that this is a person; 0 where it was not asked.
        object_id: The person's number in its photo.
        focal_source: How the camera is known: "given", "exif" or "assumed".
        rest: Rest pose, see `sam_body.rest_pose`.
        standing_m: Stature, where the rest pose does not stand; 0 measures the rest pose.
        paint: Texture of the skin; None for clay.
        clothes_m: (V,) float64 how far `sam_body.clothing` has widened the skin, metres along its directions
            in the model's own rest pose; None for the bare body.
        details: What the nets for face and hands saw; None where they were not asked.

    Raises:
        InputError: The parts do not fit together.
    """

    rig: Rig
    pose: Pose
    skin: Skin
    shape: dict[str, float]
    landmarks: Landmarks
    camera: Camera
    offset_m: Array
    score: float = 1.0
    object_id: int = 0
    focal_source: str = "assumed"
    rest: str = "model"
    standing_m: float = 0.0
    paint: Paint | None = None
    clothes_m: Array | None = None
    details: Details | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "offset_m", frozen("Body.offset_m", self.offset_m, np.float64, (3,)))
        count = len(self.rig.bones)
        if len(self.pose.rotations) != count or self.skin.joints.max(initial=0) >= count:
            raise InputError(f"The pose and the skin want the {count} bones of their rig.")
        if self.clothes_m is not None:
            widened = frozen("Body.clothes_m", self.clothes_m, np.float64, (len(self.skin.vertices),))
            object.__setattr__(self, "clothes_m", widened)
        if self.paint is not None and len(self.paint.corners) != len(self.skin.faces):
            raise InputError(f"The texture wants the {len(self.skin.faces)} faces of the skin.")

    @property
    def height_m(self) -> float:
        """Stature: height of the standing skin, metres."""
        return self.standing_m or float(np.ptp(self.skin.vertices[:, 1]))

    def turns(self) -> Array:
        """(J, 3, 3) how far each bone has turned from rest, world axes."""
        return skinning.turns(self.rig.axes, self.pose.rotations, self.rig.parents)

    def posed_joints(self) -> Array:
        """(J, 3) heads of the posed bones, world, metres."""
        rig = self.rig
        return skinning.moved_heads(rig.heads, self.turns(), rig.parents, rig.mover, self.pose.translation_m)

    def posed_vertices(self) -> Array:
        """(V, 3) vertices of the posed skin, world, metres."""
        total, skin, rig = self.turns(), self.skin, self.rig
        heads = skinning.moved_heads(rig.heads, total, rig.parents, rig.mover, self.pose.translation_m)
        shift = heads - np.einsum("jab,jb->ja", total, rig.heads)
        return skinning.skin(skin.vertices, skin.joints, skin.weights, total, shift)

    def facts(self) -> dict[str, Any]:
        """Return what a manifest says about this body, as JSON types."""
        marks = self.landmarks
        trusted = marks.visibility > IN_SIGHT
        apart = np.linalg.norm(marks.fitted_px - marks.seen_px, axis=1)[trusted]
        return {
            "id": self.object_id,
            "rig": self.rig.name,
            "rest": self.rest,
            "bones": len(self.rig.bones),
            "score": round(self.score, 3),
            "height_m": round(self.height_m, 3),
            "shape": {name: round(value, 3) for name, value in self.shape.items()},
            "landmarks_in_sight": int(trusted.sum()),
            "landmark_error_px": round(float(apart.mean()), 2) if len(apart) else None,
            "focal_px": round(self.camera.focal_px, 1),
            "focal_source": self.focal_source,
            "landmarks": {
                basis: [n for n, b in zip(marks.names, marks.basis, strict=True) if b == basis]
                for basis in BASES
                if basis in marks.basis
            },
            "texture": None if self.paint is None else self.paint.facts(),
            **({} if self.details is None else self.details.facts()),
        }

    def mesh(self) -> Mesh:
        """Return the posed surface as a metric mesh in the world frame."""
        return Mesh(self.posed_vertices(), self.skin.faces, scale="metric")


def _check_rotations(name: str, matrices: Array) -> None:
    product = matrices @ matrices.transpose(0, 2, 1)
    if not np.allclose(product, np.eye(3), atol=1e-6) or (np.linalg.det(matrices) < 0).any():
        raise InputError(f"{name} wants rotation matrices.", "Orthonormalise them first.")
