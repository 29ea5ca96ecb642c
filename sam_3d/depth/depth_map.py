"""A depth map: what its numbers mean, and how far away each of its pixels is."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from shared.arrays import frozen
from shared.errors import InputError
from shared.prompts import Depth

# Larger numbers are farther / nearer by the inverse of the distance / nearer in steps of equal depth.
DISTANCE, DISPARITY, NEARNESS = Depth.MEANINGS
_LEAST_SIDE_PX = 8


@dataclass(frozen=True, eq=False)
class DepthMap:
    """How far away a photo's pixels are.

    Args:
        values: (H, W) float32 of any size with the photo's proportions; NaN or infinite where unknown.
        meaning: What larger values mean: "distance" is farther, in steps of equal depth from the camera on;
            "disparity" is nearer, as 1 / distance; "nearness" is nearer, of unknown scale and zero, as
            pictures in which near is bright and networks of relative depth give it.
        focal_px: Focal length of the photo's camera in pixels of the photo; 0 when it is not known. Then, or
            where values have no zero, the depth of the object is fitted to its outline.
        notes: What a user should know of this map.

    Raises:
        InputError: No such array, or another meaning.
    """

    values: NDArray[np.float32]
    meaning: str = DISTANCE
    focal_px: float = 0.0
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        Depth("a depth map", self.meaning, self.focal_px)
        values = frozen("A depth map", self.values, np.float32, (None, None), finite=False)
        if min(values.shape) < _LEAST_SIDE_PX:
            raise InputError(
                f"A depth map wants at least {_LEAST_SIDE_PX} pixels a side, but has {values.shape}."
            )
        object.__setattr__(self, "values", values)

    @property
    def true_to_scale(self) -> bool:
        """Whether depth and width of the object are known in one unit."""
        return self.focal_px > 0 and self.meaning != NEARNESS

    def away(self) -> NDArray[np.float32]:
        """Return (H, W) values that grow with the distance in steps of equal depth; NaN where unknown."""
        known = np.isfinite(self.values)
        if self.meaning != NEARNESS:
            known &= self.values > 0
        values = np.where(known, self.values, np.float32(np.nan)).astype(np.float32)
        if self.meaning == DISTANCE:
            return values
        return -values if self.meaning == NEARNESS else np.float32(1) / values

    def noted(self, *notes: str) -> "DepthMap":
        """Return the same map with more to know about it."""
        return replace(self, notes=(*self.notes, *notes))
