"""Smooth the surface."""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

from sam_3d.inflation.surface import taubin
from sam_3d.types import Reconstruction
from shared.normals import weld
from shared.params import Doc, Range, validated


@dataclass(frozen=True)
class Smooth:
    """Even out small bumps and keep the volume (Taubin smoothing)."""

    id: ClassVar[str] = "smooth"
    title: ClassVar[str] = "Smooth"
    rounds: Annotated[int, Range(1, 50), Doc("How often the surface is smoothed.")] = 5

    def __post_init__(self) -> None:
        validated(self)

    def __call__(self, value: Reconstruction) -> Reconstruction:
        """Return the object with a smoother mesh; texture seams stay closed."""
        mesh = value.mesh
        first, place = weld(mesh.vertices)
        moved = taubin(mesh.vertices[first], place[mesh.faces], rounds=self.rounds)
        return value.with_mesh(replace(mesh, vertices=moved[place]))


OPS = (Smooth,)
