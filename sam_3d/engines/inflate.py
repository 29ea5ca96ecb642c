"""The embedded lift: inflate the mask like a balloon and paint it with the photo."""

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation import field, outline, surface
from sam_3d.inflation.cladding import clad_sheets
from sam_3d.types import Shape
from shared.media import Image
from shared.progress import Progress
from shared.prompts import MaskHint
from shared.registry import EngineSpec

_NOTE = "The depth and the back are made up from the outline; one photo does not show them."


class Inflate:
    """Poisson inflation; see `sam_3d.inflation`."""

    def __call__(
        self, image: Image, mask: NDArray[np.bool_], *, thickness: float, progress: Progress, cells: int = 0
    ) -> Shape:
        """Lift the object under the mask; see `sam_3d.types.Lifter`. `cells` as in `outline.trace`."""
        progress.step(0.05, "tracing the outline")
        traced = outline.trace(mask, cells=cells)
        progress.step(0.2, "inflating")
        u = field.squared_height(traced.coverage)
        progress.step(0.3, "meshing")
        points, faces = surface.closed_surface(u, thickness=thickness)
        progress.step(0.8, "painting")
        facing = field.normal_z(u, thickness)
        return clad_sheets(points, faces, traced, image, mask, facing=facing, warnings=(_NOTE,))


SPECS = (
    EngineSpec(
        id="inflate",
        task="lift",
        tier="embedded",
        title="Inflated outline",
        summary="Inflates the mask to a closed body and paints it with the photo; no learned shape.",
        accepts=frozenset({MaskHint}),
        licence="Apache-2.0",
        version="1",
        load=lambda device: Inflate(),
    ),
)
