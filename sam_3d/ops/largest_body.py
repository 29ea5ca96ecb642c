"""Keep the largest body."""

from dataclasses import dataclass
from typing import ClassVar

from sam_3d.solid import to_mesh, to_solid
from sam_3d.types import Reconstruction


@dataclass(frozen=True)
class LargestBody:
    """Keep the largest of several separate bodies, with its cavities."""

    id: ClassVar[str] = "largest_body"
    title: ClassVar[str] = "Largest body"

    def __call__(self, value: Reconstruction) -> Reconstruction:
        """Return the object without its loose parts."""
        return value.with_mesh(to_mesh(to_solid(value.mesh), value.mesh))


OPS = (LargestBody,)
