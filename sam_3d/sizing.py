"""The true size of a lifted mesh, and the frames of printers and viewers."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sam_3d.types import Reconstruction
from shared.errors import ExportError

DEFAULT_HEIGHT_MM = 100.0


def sized_mm(reconstruction: Reconstruction, height_mm: float | None = None) -> NDArray[np.float64]:
    """Return the vertices (V, 3) in millimetres, y up, standing on y = 0 with the middle over the origin.

    Args:
        reconstruction: A lifted object.
        height_mm: Extent along y, for a mesh without true size; 100 when None. A mesh that was given its size
            (scale "metric") keeps it.

    Raises:
        ExportError: The height is not a positive number, or the mesh is flat.
    """
    mesh = reconstruction.mesh
    low, high = mesh.vertices.min(0), mesh.vertices.max(0)
    wanted = DEFAULT_HEIGHT_MM if height_mm is None else float(height_mm)
    if not (np.isfinite(wanted) and wanted > 0 and high[1] > low[1]):
        raise ExportError(f"height_mm wants a positive number, but got {height_mm!r}.", "Try 100.")
    factor = 1000.0 if mesh.scale == "metric" else wanted / float(high[1] - low[1])
    middle = (low + high) / 2
    return (mesh.vertices - (middle[0], low[1], middle[2])) * factor


def sized(reconstruction: Reconstruction, height_mm: float | None = None) -> Reconstruction:
    """Return an object whose mesh is in metres, for steps that are told in millimetres.

    Args:
        reconstruction: A lifted object; one that has its true size is returned as it is.
        height_mm: Height for others; 100 when None.

    Raises:
        ExportError: The height is not a positive number, or the mesh is flat.
    """
    if reconstruction.mesh.scale == "metric":
        return reconstruction
    height = float(np.ptp(sized_mm(reconstruction, height_mm)[:, 1]))
    scaled = reconstruction.scaled(height / 1000 / float(np.ptp(reconstruction.mesh.vertices[:, 1])))
    return scaled.with_mesh(replace(scaled.mesh, scale="metric"))


def z_up(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn y-up points so that z is up, as printers have it; the front faces −y."""
    return np.stack([points[:, 0], -points[:, 2], points[:, 1]], axis=1)
