"""Use fewer triangles."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np

from sam_3d.solid import to_mesh, to_solid
from sam_3d.types import Reconstruction
from shared.params import Doc, Range, validated

_FIRST, _LAST, _GROWTH = 1e-4, 0.1, 2.0
_REFINEMENTS = 5


@dataclass(frozen=True)
class Simplify:
    """Reduce the number of triangles; the mesh stays closed."""

    id: ClassVar[str] = "simplify"
    title: ClassVar[str] = "Simplify"
    faces: Annotated[int, Range(500, 200_000), Doc("Most triangles that the mesh may keep.")] = 5000

    def __post_init__(self) -> None:
        validated(self)

    def __call__(self, value: Reconstruction) -> Reconstruction:
        """Return the object with at most `faces` triangles, as near to the original as that allows."""
        mesh = value.mesh
        if len(mesh.faces) <= self.faces:
            return value
        size = float(np.ptp(mesh.vertices, axis=0).max())
        return value.with_mesh(to_mesh(_reduced(to_solid(mesh), self.faces, size), mesh))


def _reduced(solid: Any, faces: int, size: float) -> Any:
    """Simplify with growing tolerance, each time what the last one left; halve the last interval."""
    tolerance = _FIRST * size
    found = solid.simplify(tolerance)
    while found.num_tri() > faces and tolerance < _LAST * size:
        tolerance *= _GROWTH
        solid, found = found, found.simplify(tolerance)
    low, high = tolerance / _GROWTH, tolerance
    for _ in range(_REFINEMENTS):
        middle = (low + high) / 2
        attempt = solid.simplify(middle)
        if attempt.num_tri() <= faces:
            found, high = attempt, middle
        else:
            low = middle
    return found


OPS = (Simplify,)
