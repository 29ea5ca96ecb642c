"""Lift by a depth map that the user has: a depth camera's, a renderer's, or another program's."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.types import Shape
from shared.errors import InputError
from shared.media import Image
from shared.progress import Progress
from shared.prompts import Depth, MaskHint
from shared.registry import EngineSpec


class ByDepthMap:
    """Follows a given depth map in front; see `sam_3d.depth`."""

    def __call__(
        self,
        image: Image,
        mask: NDArray[np.bool_],
        *,
        thickness: float,
        progress: Progress,
        depth: Any = None,
    ) -> Shape:
        """Lift the object under the mask; see `sam_3d.types.Lifter`.

        Args:
            image: The photo.
            mask: (H, W) bool of the object.
            thickness: Factor on the inflated distance from front to back.
            progress: Told of each stage; may cancel.
            depth: What `sam_3d.depth.depth_map.depth_map` takes.

        Raises:
            InputError: There is no depth map, or it cannot be used.
        """
        from sam_3d.depth.depth_map import depth_map
        from sam_3d.depth.lifting import lifted_by_depth

        if depth is None:
            raise InputError("The engine depth-map wants a depth map of the photo.", "Give one.")
        progress.step(0.1, "reading the depth map")
        return lifted_by_depth(image, mask, depth_map(depth), thickness=thickness, progress=progress)


SPECS = (
    EngineSpec(
        id="depth-map",
        task="lift",
        tier="embedded",
        title="Given depth map",
        summary="Takes the front from a depth map that you give with the photo, and inflates the back.",
        accepts=frozenset({MaskHint, Depth}),
        licence="Apache-2.0",
        version="1",
        load=lambda device: ByDepthMap(),
    ),
)
