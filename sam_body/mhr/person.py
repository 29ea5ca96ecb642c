"""A person who is MHR from the start: the numbers that its file is called with, and their `Body`."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_body.mhr.building import rigged
from sam_body.mhr.model import IDENTITY, PARAMETERS, Mhr, write_call
from sam_body.types import Body, Landmarks, Pose, Skin
from shared.arrays import frozen
from shared.mesh import Camera

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class MhrPerson(Body):
    """A body of MHR with the parameters that it was made of.

    Args:
        identity: (45,) of the surface.
        parameters: (204,) of pose and lengths.
    """

    identity: Array = field(default_factory=lambda: np.zeros(IDENTITY))
    parameters: Array = field(default_factory=lambda: np.zeros(PARAMETERS))

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, count in (("identity", IDENTITY), ("parameters", PARAMETERS)):
            held = frozen(f"MhrPerson.{name}", getattr(self, name), np.float64, (count,))
            object.__setattr__(self, name, held)

    def write_parameters(self, path: Path) -> None:
        """Write `identity`, `model_parameters` and `expression` as NPZ: what MHR's file is called with."""
        write_call(path, self.identity, self.parameters)


@dataclass(frozen=True, eq=False)
class Placed:
    """A person as MHR, and what the rig cannot follow.

    Args:
        person: Standing on y = 0 with its hips over the origin.
        bent_m: Largest distance of a vertex moved by joints alone from that of the file, which bends the
            surface besides (pose correctives).
    """

    person: MhrPerson
    bent_m: float


def placed(
    model: Mhr, parameters: Array, identity: Array, *, camera: Camera, at_m: Array, **known: Any
) -> Placed:
    """Return the person of these numbers before a camera.

    Args:
        model: MHR.
        parameters: (204,) of pose and lengths; the pose turns the person in the camera's frame.
        identity: (45,) of the surface.
        camera: The photo's.
        at_m: (3,) where MHR's own origin is in the camera's frame (x right, y up, z towards the viewer).
        known: More of `Body`: score, object_id, focal_source.
    """
    still, posed = (
        model.pose(np.where(model.lengths, parameters, 0.0), identity),
        model.pose(parameters, identity),
    )
    rig, pose = rigged(model, still, posed)
    floor = np.array([0.0, -still.vertices[:, 1].min(), 0.0])
    rig = replace(rig, heads=rig.heads + floor, tails=rig.tails + floor)
    joints, weights = model.skin_weights()
    parts = np.zeros(len(still.vertices), np.uint8)
    skin = Skin(still.vertices + floor, model.faces, joints, weights, parts)
    hips = posed.places[model.bones.index("root")]
    made = MhrPerson(
        rig,
        Pose(pose.rotations, pose.translation_m - floor),
        skin,
        {},
        Landmarks((), np.zeros((0, 2)), np.zeros((0, 2)), np.zeros((0, 3)), np.zeros(0)),
        camera,
        at_m,
        identity=identity,
        parameters=parameters,
        **known,
    )
    surface = made.posed_vertices()
    move = np.array([-hips[0], -surface[:, 1].min(), -hips[2]])
    standing = Pose(made.pose.rotations, made.pose.translation_m + move)
    bent = float(np.linalg.norm(surface - posed.vertices, axis=1).max())
    return Placed(replace(made, pose=standing, offset_m=at_m - move), bent)
