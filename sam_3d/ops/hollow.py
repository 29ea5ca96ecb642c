"""Hollow the object out, to save material."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_3d.sizing import sized
from sam_3d.solid import painted, riders_near, to_mesh, to_solid
from sam_3d.types import Reconstruction
from sam_3d.voxels import DistanceGrid, distance_grid
from shared.errors import InputError
from shared.params import Doc, Range, validated

_MOST_STEPS, _LEAST_STEPS = 160, 80
_SEGMENTS = 48


@dataclass(frozen=True)
class Hollow:
    """Leave a wall of even thickness and, where wanted, a hole below through which resin drains."""

    id: ClassVar[str] = "hollow"
    title: ClassVar[str] = "Hollow"
    in_mm: ClassVar[bool] = True
    wall_mm: Annotated[float, Range(0.6, 20, "mm"), Doc("Thickness of the wall.")] = 2.0
    drain_mm: Annotated[
        float, Range(0, 20, "mm"), Doc("Diameter of the drain hole in the underside; 0 leaves it closed.")
    ] = 4.0

    def __post_init__(self) -> None:
        validated(self)

    def __call__(self, value: Reconstruction) -> Reconstruction:
        """Return the object with a cavity; an object thinner than two walls everywhere stays solid."""
        value = sized(value)
        mesh, wall = value.mesh, self.wall_mm / 1000
        solid = to_solid(mesh)
        longest = float(np.ptp(mesh.vertices, axis=0).max())
        step = float(np.clip(wall / 2, longest / _MOST_STEPS, longest / _LEAST_STEPS))
        grid = distance_grid(solid, mesh.vertices, mesh.faces, step, (wall, wall))
        if float(grid.depth.max()) <= wall + step / 2:
            return value
        cavity = _cavity(grid, wall)
        inner = painted(cavity, riders_near(mesh, mesh.vertices.mean(0)))
        hollow = solid - inner
        if self.drain_mm:
            drain = _drain(cavity, float(mesh.vertices[:, 1].min()), self.drain_mm / 2000, wall)
            hollow = hollow - painted(drain, riders_near(mesh, _foot(mesh.vertices)))
        return value.with_mesh(to_mesh(hollow, mesh))


def _cavity(grid: DistanceGrid, wall: float) -> Any:
    """Return what lies deeper than the wall: its largest part."""
    import manifold3d

    vertices, faces = grid.surface_at(wall)
    solid = manifold3d.Manifold(manifold3d.Mesh64(vertices, faces.astype(np.uint64)))
    if solid.status() != manifold3d.Error.NoError:
        raise InputError("The cavity could not be made.", "Use another wall thickness.")
    parts = solid.simplify(grid.step * 0.05).decompose()
    return max(parts, key=lambda part: part.volume())


def _drain(cavity: Any, floor: float, radius: float, wall: float) -> Any:
    """Return an upright cylinder from below the object into the lowest part of the cavity."""
    import manifold3d

    points = np.asarray(cavity.to_mesh64().vert_properties)[:, :3]
    lowest, highest = float(points[:, 1].min()), float(points[:, 1].max())
    top = lowest + min(2 * radius + wall, (highest - lowest) / 2)
    near = points[points[:, 1] <= top]
    middle = (near.min(0) + near.max(0)) / 2
    # The middle of a ring's underside is open air: the hole goes through a place that is below the cavity.
    x, _, z = near[int(np.linalg.norm((near - middle)[:, [0, 2]], axis=1).argmin())]
    start = floor - wall
    disc = manifold3d.Manifold.cylinder(top - start, radius, circular_segments=_SEGMENTS)
    return disc.rotate((-90, 0, 0)).translate((float(x), start, float(z)))


def _foot(vertices: NDArray[np.float64]) -> NDArray[np.float64]:
    return vertices[int(vertices[:, 1].argmin())]


OPS = (Hollow,)
