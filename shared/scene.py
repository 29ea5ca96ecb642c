"""Several meshes placed in one world: what an arranged photo becomes."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from shared.arrays import frozen
from shared.errors import InputError
from shared.mesh import Mesh


@dataclass(frozen=True, eq=False)
class SceneNode:
    """One thing of a scene.

    Args:
        name: Unique within the scene.
        mesh: In its own frame, y up, its front towards +z, in metres.
        position: (3,) float64 where its origin stands in the world, metres.
        turn_rad: How far it is turned about the vertical, counter-clockwise seen from above.
    """

    name: str
    mesh: Mesh
    position: NDArray[np.float64]
    turn_rad: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "position", frozen("position", self.position, np.float64, (3,)))

    def in_world(self) -> Mesh:
        """Return the mesh in the world's frame."""
        cosine, sine = np.cos(self.turn_rad), np.sin(self.turn_rad)
        turn = np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]])
        return replace(self.mesh, vertices=self.mesh.vertices @ turn.T + self.position)


@dataclass(frozen=True, eq=False)
class Scene:
    """Things on a ground plane: metres, y up, the ground at y = 0, the viewer on +z.

    Args:
        nodes: At least one, with distinct names.

    Raises:
        InputError: There is none, or two share a name.
    """

    nodes: tuple[SceneNode, ...]

    def __post_init__(self) -> None:
        names = [node.name for node in self.nodes]
        if not names or len(set(names)) != len(names):
            raise InputError(f"A scene wants nodes with distinct names, but got {names}.")

    def in_world(self) -> list[Mesh]:
        """Return all meshes in the world's frame."""
        return [node.in_world() for node in self.nodes]
