"""A body in motion: one rotation a bone and frame."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sam_body.types import Body, Pose
from shared.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Motion:
    """A clip of one person.

    Args:
        body: The person; its own pose is not part of the clip.
        rotations: (N, J, 3, 3) float64, each in its bone's own rest frame.
        translations_m: (N, 3) how far the rig's mover moves, world axes.
        frame_s: Seconds a frame.
        name: Of the clip.

    Raises:
        InputError: There are no frames, or they do not fit the rig.
    """

    body: Body
    rotations: Array
    translations_m: Array
    frame_s: float
    name: str = "motion"

    def __post_init__(self) -> None:
        count = len(self.rotations)
        if not count or self.rotations.shape[1:] != (len(self.body.rig.bones), 3, 3):
            raise InputError("A motion wants frames with one rotation for each bone of its rig.")
        if self.translations_m.shape != (count, 3) or not self.frame_s > 0:
            raise InputError("A motion wants one translation a frame, and a positive frame time.")

    def at(self, frame: int) -> Body:
        """Return the person in one frame."""
        return replace(self.body, pose=Pose(self.rotations[frame], self.translations_m[frame]))
