"""Cover the object with triangles of one size."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation.surface import neighbour_mean
from sam_3d.nearest import Surface, carried
from sam_3d.printing.walls import walls
from sam_3d.solid import to_mesh, to_solid
from sam_3d.types import Reconstruction
from sam_3d.voxels import distance_grid
from shared.errors import InputError
from shared.mesh import Mesh
from shared.normals import weld
from shared.params import Doc, Range, validated

# Marching cubes gives edges of 0.78 grid steps on average, of widely differing length.
_EDGE_STEPS = 0.85
_ROUNDS = 6
_RAYS, _STEPS_A_WALL, _MOST_STEPS = 1500, 0.6, 180
_SAME_VOLUME = 0.05


@dataclass(frozen=True)
class Remesh:
    """Make all edges about equally long, for sculpting and simulation; finer details are rounded."""

    id: ClassVar[str] = "remesh"
    title: ClassVar[str] = "Remesh"
    edge_percent: Annotated[
        float, Range(0.7, 10, "%"), Doc("Length of the edges, of the object's longest side.")
    ] = 1.5

    def __post_init__(self) -> None:
        validated(self)

    def __call__(self, value: Reconstruction) -> Reconstruction:
        """Return the object with even triangles, its surface where it was; thin walls get shorter edges.

        Raises:
            InputError: The walls are too thin for that.
        """
        mesh = value.mesh
        solid = to_solid(mesh)
        longest = float(np.ptp(mesh.vertices, axis=0).max())
        thin = walls(mesh.vertices, mesh.faces, rays=_RAYS).percentile(2) * _STEPS_A_WALL
        step = min(longest * self.edge_percent / 100 / _EDGE_STEPS, max(thin, longest / _MOST_STEPS))
        grid = distance_grid(solid, mesh.vertices, mesh.faces, step, (-step, step))
        vertices, faces = grid.surface_at(0.0)
        relaxed = _relaxed(vertices, faces, Surface(mesh.vertices, mesh.faces))
        for points in (relaxed, vertices):
            done = _whole(points, faces)
            if done is not None and abs(_volume(done) / _volume(mesh) - 1) < _SAME_VOLUME:
                return value.with_mesh(carried(done.vertices, done.faces, mesh))
        raise InputError(
            "The walls are too thin to be remeshed.", "Remesh before the object is hollowed, or leave it out."
        )


def _whole(vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> Mesh | None:
    """Return the largest body as a closed mesh; None where vertices fell together."""
    if len(weld(vertices)[0]) < len(vertices):
        return None
    made = Mesh(vertices, faces)
    return to_mesh(to_solid(made), made)


def _volume(mesh: Mesh) -> float:
    a, b, c = (mesh.vertices[mesh.faces[:, i]] for i in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum()) / 6


def _relaxed(
    vertices: NDArray[np.float64], faces: NDArray[np.int64], surface: Surface
) -> NDArray[np.float64]:
    """Even out the triangles: each vertex goes to the middle of those around it, and back to the surface."""
    average = neighbour_mean(faces, len(vertices))
    for _ in range(_ROUNDS):
        vertices = surface.nearest(average @ vertices).points
    return vertices


OPS = (Remesh,)
