"""One closed body between two depth sheets."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation import field, surface
from sam_3d.inflation.distance import signed_distance
from sam_3d.inflation.outline import FloatGrid

# The body is rounded towards its outline over this many cells (as a part of the grid's long side), so that
# the two sheets meet there without a cliff; and the sheets are blurred by this many cells.
_RIM_PART = 0.03
_BLUR_CELLS = 1.0
_LEAST_HALF = 0.6  # cells


@dataclass(frozen=True, eq=False)
class Body:
    """What two sheets enclose, as the inflation's own terms: z between middle ± sqrt(u).

    Args:
        u: (h, w) float32 squared half thickness in cells; negative outside the outline.
        middle: (h, w) float32 depth of the middle in cells, growing away from the viewer.
    """

    u: FloatGrid
    middle: FloatGrid

    def surface(self, thickness: float = 1.0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Mesh it; see `sam_3d.inflation.surface.closed_surface`."""
        return surface.closed_surface(self.u, thickness=thickness, middle=self.middle)

    def normal_z(self, thickness: float = 1.0) -> FloatGrid:
        """Return |n_z| of the front (h, w)."""
        return field.normal_z(self.u, thickness, self.middle)


def body_between(coverage: FloatGrid, front: FloatGrid, back: FloatGrid) -> Body:
    """Close two depth sheets over an outline.

    Args:
        coverage: (h, w) float32, the outline is its 0.5 contour; 0 on the outermost cells.
        front: (h, w) depth of the front in cells, growing away from the viewer; read inside the outline only.
        back: (h, w) depth of the back.

    Returns:
        The body: its silhouette is the outline; no step of the sheets tears it apart.
    """
    from scipy import ndimage

    inside = coverage > 0.5
    front, back = (_blurred(sheet, inside) for sheet in (front, back))
    middle, half = (front + back) / 2, np.maximum((back - front) / 2, _LEAST_HALF)
    depth = -signed_distance(coverage)
    share = np.clip(depth / max(2.0, _RIM_PART * max(coverage.shape)), -1, 1)
    u = half**2 * (2 * share - share**2)  # a quarter of an ellipse, and the same slope outside
    # Neighbours' spans of depth overlap, so that no step of the middle tears the body apart.
    steps = ndimage.maximum_filter(middle, 3) - ndimage.minimum_filter(middle, 3)
    u = np.where(depth > 0.5, np.maximum(u, (steps / 2 + 0.25) ** 2), u)
    u[[0, -1]] = u[:, [0, -1]] = -1.0
    return Body(u.astype(np.float32), middle.astype(np.float32))


def _blurred(sheet: FloatGrid, inside: NDArray[np.bool_]) -> FloatGrid:
    """Spread a sheet's values outwards from inside the outline, and blur."""
    from scipy import ndimage

    nearest = ndimage.distance_transform_edt(~inside, return_distances=False, return_indices=True)
    spread = sheet[tuple(np.asarray(nearest))]
    return np.asarray(ndimage.gaussian_filter(spread, _BLUR_CELLS), np.float32)
