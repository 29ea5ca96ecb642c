"""A round body: what the lift engine makes of the outline."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_3d.engines.inflate import Inflate
from sam_3d.types import Shape
from shared.media import Image
from shared.progress import Progress

_THICKNESS = 1.3


@dataclass(frozen=True)
class RoundBody:
    """A body rounded from its outline; for animals, fruit, figures and most things."""

    id: ClassVar[str] = "round"
    title: ClassVar[str] = "Round body"
    several: ClassVar[bool] = False

    def __call__(self, image: Image, masks: NDArray[np.bool_], *, cells: int, progress: Progress) -> Shape:
        """Inflate the first mask (`sam_3d.lift` takes the chosen engine); see `sam_3d.shaping.Mode`."""
        return Inflate()(image, masks[0], thickness=_THICKNESS, progress=progress, cells=cells)


MODES = (RoundBody,)
