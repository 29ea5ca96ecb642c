"""What a lift gives: a mesh, the camera of the photo, and the engine that made it."""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shared.arrays import frozen
from shared.errors import InputError
from shared.media import Image
from shared.mesh import Camera, Mesh
from shared.progress import Progress
from shared.registry import Chosen


@dataclass(frozen=True, eq=False)
class Shape:
    """What an engine makes of one object.

    Args:
        mesh: One closed surface around its own middle; y up, z towards the photo's camera.
        camera: The photo's camera; for engines that do not estimate it, an assumed one.
        position: (3,) float64 place of the mesh's origin in the camera's frame, in the mesh's units.
        warnings: What a user should know about this result.
        tilt_rad: How far the mesh is tipped towards the camera, about its x axis, to be seen as in the photo.
    """

    mesh: Mesh
    camera: Camera
    position: NDArray[np.float64]
    warnings: tuple[str, ...] = ()
    tilt_rad: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "position", frozen("position", self.position, np.float64, (3,)))
        if not len(self.mesh.faces):
            raise InputError("A lifted object wants at least one triangle, but the mesh is empty.")

    def in_camera(self) -> NDArray[np.float64]:
        """Return the vertices (V, 3) in the camera's frame, where they project onto the photo."""
        return self.mesh.vertices @ tipped(self.tilt_rad).T + self.position

    def upright(self, tilt_rad: float) -> "Shape":
        """Return the shape with its mesh turned back by a tilt towards the camera; its picture stays."""
        vertices = self.mesh.vertices @ tipped(tilt_rad)
        middle = (vertices.min(0) + vertices.max(0)) / 2
        factor = 1 / float(np.ptp(vertices, axis=0).max())
        mesh = replace(self.mesh, vertices=(vertices - middle) * factor)
        position = (self.position + tipped(tilt_rad) @ middle) * factor
        return replace(self, mesh=mesh, position=position, tilt_rad=tilt_rad)


def tipped(tilt_rad: float) -> NDArray[np.float64]:
    """Return the (3, 3) rotation about x that tips what stands upright towards a viewer on +z."""
    cosine, sine = np.cos(tilt_rad), np.sin(tilt_rad)
    return np.array([[1.0, 0.0, 0.0], [0.0, cosine, -sine], [0.0, sine, cosine]])


@dataclass(frozen=True, eq=False)
class Reconstruction(Shape):
    """A lifted object that names its engine.

    Args:
        chosen: The engine, and why it was taken.
    """

    chosen: Chosen | None = None

    def with_mesh(self, mesh: Mesh) -> "Reconstruction":
        """Return the same object with its mesh changed in place (same frame, same units)."""
        return replace(self, mesh=mesh)

    def scaled(self, factor: float) -> "Reconstruction":
        """Return the object `factor` times as large and as far away: its picture stays the same."""
        mesh = replace(self.mesh, vertices=self.mesh.vertices * factor)
        return replace(self, mesh=mesh, position=self.position * factor)


class Lifter(Protocol):
    """A loaded lifting engine."""

    def __call__(
        self, image: Image, mask: NDArray[np.bool_], *, thickness: float, progress: Progress
    ) -> Shape:
        """Lift the object under a (H, W) bool mask that is not empty and has the picture's size.

        Engines that accept a `Depth` prompt take `depth` besides.
        """
        ...
