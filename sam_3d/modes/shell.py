"""An open thin thing: the front of a round body as a wall, hollow behind."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation import cladding, distance, field, outline, volume
from sam_3d.inflation.outline import FloatGrid
from sam_3d.types import Shape
from shared.media import Image
from shared.params import Choice, Doc, Range, validated
from shared.progress import Progress

_NOTE = "The curve and the inside are made up from the outline; one photo does not show them."
_SOLID = "The object is too narrow for a hollow behind a wall this thick; give a thinner wall."
_SMOOTHING = 3


@dataclass(frozen=True)
class Shell:
    """A curved wall, open behind; for bowls, masks, leaves, petals and lids."""

    id: ClassVar[str] = "shell"
    title: ClassVar[str] = "Open shell"
    several: ClassVar[bool] = False
    rise: Annotated[float, Range(0.1, 2), Doc("How far it bulges; 1 is half a ball for a disc.")] = 0.7
    wall_percent: Annotated[float, Range(0.5, 15, "%"), Doc("Wall thickness, of the longer side.")] = 3.0
    bulge: Annotated[
        str, Choice(("towards", "away")), Doc("Bulges towards the viewer (a mask) or away (a dish).")
    ] = "towards"

    def __post_init__(self) -> None:
        validated(self)

    def __call__(self, image: Image, masks: NDArray[np.bool_], *, cells: int, progress: Progress) -> Shape:
        """Lift the first mask; see `sam_3d.shaping.Mode`."""
        progress.step(0.1, "tracing the outline")
        traced = outline.trace(masks[0], cells=cells)
        progress.step(0.2, "inflating outside and inside")
        outer = field.squared_height(traced.coverage) * np.float32(self.rise**2)
        inside = distance.signed_distance(traced.coverage)
        wall = self.wall_percent / 100 * (max(traced.coverage.shape) - 2 * outline.PAD_CELLS)
        inner = _inner(outer, inside, wall)
        top = float(np.sqrt(outer.max()))
        shape = (outer.shape[0], outer.shape[1])
        depths = volume.layers(-top, 0.0, shape, finest=min(1.0, top / 24))
        solid = _wall(outer, inner, depths)
        progress.step(0.4, "meshing")
        points, faces = volume.closed_surface_of(solid, depths, rounds=_SMOOTHING)
        if self.bulge == "away":
            points, faces = points * (1, 1, -1), faces[:, ::-1]
        progress.step(0.7, "painting")
        warnings = (_NOTE,) if inner is not None else (_NOTE, _SOLID)
        return cladding.clad(points, faces, traced, image, masks[0], warnings=warnings)


def _inner(outer: FloatGrid, inside: FloatGrid, wall: float) -> FloatGrid | None:
    """Return squared heights of the hollow: the outline `wall` further in, inflated, `wall` below the top."""
    room = distance.eroded(inside, wall)
    top = float(np.sqrt(outer.max())) - wall
    if top <= 0 or not (room > 0.5).any():
        return None
    hollow = field.squared_height(room)
    return np.asarray(hollow * (top**2 / float(hollow.max())), np.float32)


def _wall(outer: FloatGrid, inner: FloatGrid | None, depths: NDArray[np.float32]) -> NDArray[np.float32]:
    z = depths[:, None, None]
    # The flat rim lies at depth 0, where both heights end.
    solid = np.minimum(outer[None] - z * z, -z * np.sqrt(np.maximum(outer.max(), 1)))
    if inner is not None:
        solid = np.minimum(solid, z * z - inner[None])
    return np.asarray(solid, np.float32)


MODES = (Shell,)
