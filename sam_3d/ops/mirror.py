"""Swap left and right."""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

import numpy as np

from sam_3d.types import Reconstruction
from shared.params import Choice, Doc, validated

_AXES = {"left_right": 0, "up_down": 1, "front_back": 2}


@dataclass(frozen=True)
class Mirror:
    """Turn the object into its mirror image; it no longer lies as in the photo."""

    id: ClassVar[str] = "mirror"
    title: ClassVar[str] = "Mirror"
    sides: Annotated[str, Choice(tuple(_AXES)), Doc("Which two sides change places.")] = "left_right"

    def __post_init__(self) -> None:
        validated(self)

    def __call__(self, value: Reconstruction) -> Reconstruction:
        """Return the object mirrored about its own middle, outside still out."""
        mesh, axis = value.mesh, _AXES[self.sides]
        vertices = np.array(mesh.vertices)
        vertices[:, axis] = mesh.vertices[:, axis].min() + mesh.vertices[:, axis].max() - vertices[:, axis]
        return value.with_mesh(replace(mesh, vertices=vertices, faces=mesh.faces[:, ::-1]))


OPS = (Mirror,)
