"""Close the surface."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from sam_3d.closing import closed
from sam_3d.types import Reconstruction
from shared.params import Doc, Range, validated


@dataclass(frozen=True)
class FillHoles:
    """Span holes in the surface and turn all of it outside out; tunnels through the object stay."""

    id: ClassVar[str] = "fill_holes"
    title: ClassVar[str] = "Fill holes"
    widest_percent: Annotated[
        float, Range(0.1, 100, "%"), Doc("Widest hole to fill, of the object's longest side.")
    ] = 100.0

    def __post_init__(self) -> None:
        validated(self)

    def __call__(self, value: Reconstruction) -> Reconstruction:
        """Return the object with its holes filled, in the colours of their edges."""
        longest = float(np.ptp(value.mesh.vertices, axis=0).max())
        return value.with_mesh(closed(value.mesh, widest=longest * self.widest_percent / 100))


OPS = (FillHoles,)
