"""A round body: what the lift engine makes of the outline."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_3d.engines.lift_net import THICKNESS, LiftNet
from sam_3d.types import Shape
from shared.media import Image
from shared.progress import Progress


@dataclass(frozen=True)
class RoundBody:
    """A body rounded from its outline; for animals, fruit, figures and most things."""

    id: ClassVar[str] = "round"
    title: ClassVar[str] = "Round body"
    several: ClassVar[bool] = False

    def __call__(self, image: Image, masks: NDArray[np.bool_], *, cells: int, progress: Progress) -> Shape:
        """Lift the first mask by the default engine; `sam_3d.lift` itself takes the chosen one."""
        return LiftNet()(image, masks[0], thickness=THICKNESS, progress=progress, cells=cells)


MODES = (RoundBody,)
