"""A flat thing: the outline with one thickness and a rounded or bevelled edge."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation import cladding, distance, outline, volume
from sam_3d.types import Shape
from shared.media import Image
from shared.params import Choice, Doc, Range, validated
from shared.progress import Progress

_NOTE = "The back is made up; the thickness is the one you chose."
_LEAST_EDGE_CELLS = 0.5


@dataclass(frozen=True)
class Extrude:
    """A flat thing with one thickness; for signs, keys, coins, leaves and cookie cutters."""

    id: ClassVar[str] = "extrude"
    title: ClassVar[str] = "Flat plate"
    several: ClassVar[bool] = False
    depth_percent: Annotated[float, Range(0.5, 100, "%"), Doc("Thickness, of the longer side.")] = 12.0
    edge: Annotated[str, Choice(("round", "bevel")), Doc("Form of the edge, front and back.")] = "round"
    edge_percent: Annotated[
        float, Range(0, 100, "%"), Doc("How far the edge reaches in, of half the thickness; 0 is sharp.")
    ] = 30.0

    def __post_init__(self) -> None:
        validated(self)

    def __call__(self, image: Image, masks: NDArray[np.bool_], *, cells: int, progress: Progress) -> Shape:
        """Lift the first mask; see `sam_3d.shaping.Mode`."""
        progress.step(0.1, "tracing the outline")
        traced = outline.trace(masks[0], cells=cells)
        inside = distance.signed_distance(traced.coverage)
        progress.step(0.3, "extruding")
        half = self.depth_percent / 200 * _long_side(inside)
        reach = max(self.edge_percent / 100 * half, min(_LEAST_EDGE_CELLS, half))
        reach = min(reach, 0.9 * float(-inside.min()))
        shape = (inside.shape[0], inside.shape[1])
        depths = volume.layers(-half, half, shape, finest=min(1.0, half / 4))
        solid = _prism(inside, depths, half, reach, self.edge == "round")
        points, faces = volume.closed_surface_of(solid, depths)
        progress.step(0.7, "painting")
        return cladding.clad(points, faces, traced, image, masks[0], warnings=(_NOTE,))


def _long_side(inside: NDArray[np.float32]) -> float:
    rows, columns = np.nonzero(inside < 0)
    return float(max(np.ptp(rows), np.ptp(columns)) + 1)


def _prism(
    inside: NDArray[np.float32], depths: NDArray[np.float32], half: float, reach: float, rounded: bool
) -> NDArray[np.float32]:
    """Return (L, h, w) minus the distance to a prism, its edge rounded (by `reach`) or bevelled."""
    side, lid = inside[None], np.abs(depths)[:, None, None] - np.float32(half)
    if rounded:
        beyond_side, beyond_lid = side + reach, lid + reach
        outer = np.hypot(np.maximum(beyond_side, 0), np.maximum(beyond_lid, 0))
        return np.asarray(reach - outer - np.minimum(np.maximum(beyond_side, beyond_lid), 0), np.float32)
    slanted = (side + lid + reach) / np.sqrt(2)
    return np.asarray(-np.maximum(np.maximum(side, lid), slanted), np.float32)


MODES = (Extrude,)
