"""One part of a thing inflated on its own, about a plane that the other parts give."""

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation import field, outline, surface
from sam_3d.inflation.distance import half_width_px
from sam_3d.inflation.outline import Outline

Mask = NDArray[np.bool_]
Solid = tuple[NDArray[np.float64], NDArray[np.int64]]


def inflated_solid(
    mask: Mask,
    own: Mask,
    plane_px: NDArray[np.float64],
    thickness: float,
    whole: Outline,
    *,
    cells: int,
    as_wide: bool,
) -> Solid:
    """Inflate a part.

    A long part inflated by `field.squared_height` is deeper than wide by the square root of 2, a disc is not.

    Args:
        mask: (H, W) bool, not empty.
        own: (H, W) bool: what of it is the part itself, where its width counts.
        plane_px: (3,) plane a + b·column + c·row of the depth of its middle, in photo pixels.
        thickness: Factor on its depth.
        whole: The grid of the whole thing.
        cells: As in `outline.trace`.
        as_wide: Whether it becomes as deep as its widest place is wide, times the factor; else the factor is
            on the height of the field.

    Returns:
        Vertices (V, 3) column, row, depth away from the viewer in cells of `whole`; and faces (F, 3).
    """
    traced = outline.trace(mask, cells=cells)
    u = field.squared_height(traced.coverage)
    chosen = traced.sample(own) & (u > 0)
    highest = float(np.sqrt(u[chosen if chosen.any() else u > 0].max()))
    factor = thickness * (half_width_px(own) / traced.cell_px / highest if as_wide else 1)
    plane = (plane_px[0] + traced.places() @ plane_px[1:]) / traced.cell_px
    points, faces = surface.closed_surface(u, thickness=factor, middle=np.asarray(plane, np.float32))
    return traced.moved(points, whole), faces
