"""The signed distance to a closed surface on a regular grid."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.nearest import Surface

_EDGE_CELLS = 2


@dataclass(frozen=True, eq=False)
class DistanceGrid:
    """Depth below a surface.

    Args:
        depth: (nx, ny, nz) float64; positive inside, negative outside, in the surface's units. Exact in the
            wanted band, else the distance between grid points.
        origin: (3,) place of the first grid point.
        step: Distance of neighbouring grid points.
    """

    depth: NDArray[np.float64]
    origin: NDArray[np.float64]
    step: float

    def surface_at(self, level: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return vertices and faces of the surface `level` below the original one, outside out."""
        from skimage import measure

        field = self.depth - level
        near = 1e-3 * self.step
        field[np.abs(field) < near] = -near  # a surface through grid points gives triangles without area
        vertices, faces, _, _ = measure.marching_cubes(field, 0.0, spacing=(self.step,) * 3)
        return vertices.astype(np.float64) + self.origin, faces[:, ::-1].astype(np.int64)


def distance_grid(
    solid: Any,
    vertices: NDArray[np.float64],
    faces: NDArray[np.int64],
    step: float,
    band: tuple[float, float],
) -> DistanceGrid:
    """Measure the depth below a closed surface on a grid.

    Args:
        solid: The same surface as a `manifold3d.Manifold`, for telling inside from outside.
        vertices: (V, 3).
        faces: (F, 3).
        step: Distance of grid points.
        band: Lowest and highest depth at which it must be exact.
    """
    from scipy import ndimage

    low, high = vertices.min(0), vertices.max(0)
    counts = np.ceil((high - low) / step).astype(int) + 1 + 2 * _EDGE_CELLS
    origin = (low + high) / 2 - (counts - 1) * step / 2
    inside = _inside(solid, origin, counts, step)
    depth = np.asarray(ndimage.distance_transform_edt(inside)) * step
    depth -= np.asarray(ndimage.distance_transform_edt(~inside)) * step
    margin = 2 * step
    exact = np.argwhere((depth > band[0] - margin) & (depth < band[1] + margin))
    found = Surface(vertices, faces).nearest(origin + exact * step).distance
    where = tuple(exact.T)
    depth[where] = np.where(inside[where], found, -found)
    return DistanceGrid(depth, origin, step)


def _inside(
    solid: Any, origin: NDArray[np.float64], counts: NDArray[np.int64], step: float
) -> NDArray[np.bool_]:
    """Tell which grid points lie inside, from where vertical rays cross the surface."""
    across, up, deep = (int(n) for n in counts)
    crossings = np.zeros((across, up, deep + 1), np.int32)
    bottom, length = float(origin[2]) - step, step * (deep + 1)
    for i in range(across):
        for j in range(up):
            x, y = float(origin[0] + i * step), float(origin[1] + j * step)
            for hit in solid.ray_cast((x, y, bottom), (x, y, bottom + length)):
                crossings[i, j, min(int(np.ceil(hit.distance * length / step - 1)), deep)] += 1
    return np.cumsum(crossings, axis=2)[..., :deep] % 2 == 1
