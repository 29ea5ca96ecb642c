"""A depth map: what its numbers mean, and how far away each of its pixels is."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.arrays import frozen
from shared.errors import InputError
from shared.loading_depth import load_depth
from shared.prompts import Depth

# Whether larger numbers are farther is found out / they are farther / nearer by the inverse of the distance /
# nearer in steps of equal depth.
AUTO, DISTANCE, DISPARITY, NEARNESS = Depth.MEANINGS
_LEAST_SIDE_PX = 8


@dataclass(frozen=True, eq=False)
class DepthMap:
    """How far away a photo's pixels are.

    Args:
        values: (H, W) float32 of any size with the photo's proportions; NaN or infinite where unknown.
        meaning: What larger values mean: "distance" is farther, in steps of equal depth from the camera on;
            "disparity" is nearer, as 1 / distance; "nearness" is nearer, of unknown scale and zero, as
            pictures in which near is bright and networks of relative depth give it; "auto" is distance or
            nearness, whichever the object's shape speaks for.
        focal_px: Focal length of the photo's camera in pixels of the photo; 0 when it is not known. Then, or
            where values have no zero, the depth of the object is fitted to its outline.
        unit_mm: Millimetres that one step of a distance means; 0 when it is not known.
        notes: What a user should know of this map.

    Raises:
        InputError: No such array.
        PromptError: Another meaning, or a focal length or unit that is none.
    """

    values: NDArray[np.float32]
    meaning: str = AUTO
    focal_px: float = 0.0
    unit_mm: float = 0.0
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        Depth("a depth map", self.meaning, self.focal_px, self.unit_mm)
        values = frozen("A depth map", self.values, np.float32, (None, None), finite=False)
        if min(values.shape) < _LEAST_SIDE_PX:
            raise InputError(
                f"A depth map wants at least {_LEAST_SIDE_PX} pixels a side, but has {values.shape}."
            )
        object.__setattr__(self, "values", values)

    @property
    def true_to_scale(self) -> bool:
        """Whether depth and width of the object are known in one unit."""
        return self.focal_px > 0 and self.meaning in (DISTANCE, DISPARITY)

    def away(self) -> NDArray[np.float32]:
        """Return (H, W) values that grow with the distance in steps of equal depth; NaN where unknown.

        Those of the meaning "auto" may shrink with it; see `read_as`.
        """
        known = np.isfinite(self.values)
        if self.meaning != NEARNESS:
            known &= self.values > 0
        values = np.where(known, self.values, np.float32(np.nan)).astype(np.float32)
        if self.meaning in (AUTO, DISTANCE):
            return values
        return -values if self.meaning == NEARNESS else np.float32(1) / values

    def read_as(self, meaning: str, *notes: str) -> "DepthMap":
        """Return the same map with its meaning known, and more to know about it."""
        scaled = meaning != NEARNESS
        return replace(
            self,
            meaning=meaning,
            focal_px=self.focal_px if scaled else 0.0,
            unit_mm=self.unit_mm if scaled else 0.0,
            notes=(*self.notes, *notes),
        )


def depth_map(given: Any) -> DepthMap:
    """Return the map that a prompt, a path or an array stands for.

    Args:
        given: A `DepthMap`, a `Depth` prompt, the path of a file, or an array (H, W).

    Raises:
        InputError: The file cannot be read, or the array is no map.
        PromptError: The prompt is wrong in itself.
    """
    if isinstance(given, DepthMap):
        return given
    if isinstance(given, str | Path):
        given = Depth(str(given))
    if not isinstance(given, Depth):
        return DepthMap(given)
    values, notes = load_depth(given.file)
    return DepthMap(values, given.meaning, given.focal_px, given.unit_mm, notes)
