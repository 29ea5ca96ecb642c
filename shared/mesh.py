"""Triangles with colour, and the camera that relates them to a photo."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from shared.arrays import frozen
from shared.errors import InputError

Scale = Literal["metric", "relative"]


@dataclass(frozen=True, eq=False)
class Mesh:
    """A triangle mesh in a right-handed frame, y up, z towards the viewer.

    Args:
        vertices: (V, 3) float64; metres when `scale` is "metric", else arbitrary units.
        faces: (F, 3) int64 indices, counter-clockwise seen from outside.
        uv: (V, 2) float64 texture coordinates, origin at the lower left of `texture`; or None.
        texture: (h, w, 3) uint8 sRGB picture that `uv` points into; or None.
        colors: (V, 3) uint8 sRGB vertex colours; or None.
        seen: (V,) bool, whether the photo shows this place of the surface; None where nobody has looked.
        scale: Whether lengths are true metres or only relative.

    Raises:
        InputError: A shape is wrong or a face names a vertex that is not there.
    """

    vertices: NDArray[np.float64]
    faces: NDArray[np.int64]
    uv: NDArray[np.float64] | None = None
    texture: NDArray[np.uint8] | None = None
    colors: NDArray[np.uint8] | None = None
    scale: Scale = "relative"
    seen: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        vertices = frozen("Mesh.vertices", self.vertices, np.float64, (None, 3))
        faces = frozen("Mesh.faces", self.faces, np.int64, (None, 3))
        if len(faces) and (faces.min() < 0 or faces.max() >= len(vertices)):
            raise InputError(f"Mesh.faces names vertices outside 0..{len(vertices) - 1}.")
        object.__setattr__(self, "vertices", vertices)
        object.__setattr__(self, "faces", faces)
        count = len(vertices)
        for name, dtype, shape in (
            ("uv", np.float64, (count, 2)),
            ("texture", np.uint8, (None, None, 3)),
            ("colors", np.uint8, (count, 3)),
            ("seen", np.bool_, (count,)),
        ):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, frozen(f"Mesh.{name}", getattr(self, name), dtype, shape))


@dataclass(frozen=True)
class Camera:
    """A pinhole camera at the origin that looks along −z with y up (the glTF convention).

    A point (x, y, z) with z < 0 is seen at column cx + f·x/(−z) and row cy − f·y/(−z).

    Args:
        focal_px: Focal length in pixels, > 0.
        center_px: Principal point (column, row).
        size_px: Picture size (width, height).
    """

    focal_px: float
    center_px: tuple[float, float]
    size_px: tuple[int, int]

    def project(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Project (N, 3) camera-frame points to (N, 2) pixel positions (column, row)."""
        depth = -points[:, 2]
        column = self.center_px[0] + self.focal_px * points[:, 0] / depth
        row = self.center_px[1] - self.focal_px * points[:, 1] / depth
        return np.stack([column, row], axis=1)
