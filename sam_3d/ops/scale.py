"""Give the object a true size."""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

import numpy as np

from sam_3d.types import Reconstruction
from shared.params import Doc, Range, validated


@dataclass(frozen=True)
class ScaleToHeight:
    """Set the height of the object; the mesh is in metres from then on, and exporters keep its size."""

    id: ClassVar[str] = "scale_to_height"
    title: ClassVar[str] = "Scale to height"
    height_mm: Annotated[float, Range(1, 2000, "mm"), Doc("Height of the object, foot to top.")] = 100.0

    def __post_init__(self) -> None:
        validated(self)

    def __call__(self, value: Reconstruction) -> Reconstruction:
        """Return the object scaled, at the same place in the photo."""
        height = float(np.ptp(value.mesh.vertices[:, 1]))
        scaled = value.scaled(self.height_mm / 1000 / height)
        return scaled.with_mesh(replace(scaled.mesh, scale="metric"))


OPS = (ScaleToHeight,)
