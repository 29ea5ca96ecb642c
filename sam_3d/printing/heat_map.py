"""Colour an object by the thickness of its walls."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sam_3d.printing.check import LEAST_WALL_MM, PrintReport
from sam_3d.sizing import sized_mm
from sam_3d.types import Reconstruction
from shared.mesh import Mesh

# Thickness in multiples of the least wall, and the colours that they get.
_STOPS = np.array([0.0, 1.0, 1.5, 2.5, 5.0])
_COLORS = np.array([(200, 20, 30), (240, 120, 20), (250, 215, 70), (90, 180, 110), (60, 110, 170)], float)


def wall_colors(thickness_mm: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return (V, 3) colours: red too thin to print, over yellow and green, to blue for plenty."""
    share = np.asarray(thickness_mm) / LEAST_WALL_MM
    channels = [np.interp(share, _STOPS, _COLORS[:, i]) for i in range(3)]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)


def wall_map(result: Reconstruction, report: PrintReport, height_mm: float | None = None) -> Mesh:
    """Return the mesh coloured by the walls that a report measured; grey where it measured none."""
    if not len(report.walls.points):
        colors = np.full((len(result.mesh.vertices), 3), 150, np.uint8)
    else:
        colors = wall_colors(report.walls.at(sized_mm(result, height_mm)))
    return replace(result.mesh, uv=None, texture=None, colors=colors)
