"""A body in motion: one rotation a bone and frame."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sam_body.types import Body, Pose
from shared.errors import InputError

Array = NDArray[np.float64]

EVEN = 0.01
"""Frame times that stray less than this share of a frame count as even."""


@dataclass(frozen=True, eq=False)
class Motion:
    """A clip of one person.

    Args:
        body: The person; its own pose is not part of the clip.
        rotations: (N, J, 3, 3) float64, each in its bone's own rest frame.
        translations_m: (N, 3) how far the rig's mover moves, world axes.
        frame_s: Seconds a frame.
        name: Of the clip.
        times_s: (N,) rising seconds of the frames, from 0, where they are not all `frame_s` apart.

    Raises:
        InputError: There are no frames, or they do not fit the rig, or times do not rise.
    """

    body: Body
    rotations: Array
    translations_m: Array
    frame_s: float
    name: str = "motion"
    times_s: Array | None = None

    def __post_init__(self) -> None:
        count = len(self.rotations)
        if not count or self.rotations.shape[1:] != (len(self.body.rig.bones), 3, 3):
            raise InputError("A motion wants frames with one rotation for each bone of its rig.")
        if self.translations_m.shape != (count, 3) or not self.frame_s > 0:
            raise InputError("A motion wants one translation a frame, and a positive frame time.")
        times = self.times_s
        if times is not None and (len(times) != count or times[0] != 0 or (np.diff(times) <= 0).any()):
            raise InputError("A motion wants one time a frame, from 0 on, each later than the one before.")

    def at(self, frame: int) -> Body:
        """Return the person in one frame."""
        return replace(self.body, pose=Pose(self.rotations[frame], self.translations_m[frame]))

    def times(self) -> Array:
        """(N,) seconds of the frames, from 0."""
        if self.times_s is not None:
            return self.times_s
        return np.arange(len(self.rotations), dtype=np.float64) * self.frame_s

    def places(self) -> Array:
        """(N, 3) the rig's mover in the world, metres: its path where no bone above it turns."""
        return self.body.rig.heads[self.body.rig.mover] + self.translations_m

    def evenly(self) -> "Motion":
        """Return the motion with frames `frame_s` apart: turned and moved evenly between its own."""
        from scipy.spatial.transform import Rotation, Slerp

        times = self.times()
        even = np.arange(len(times)) * self.frame_s
        if self.times_s is None or np.abs(times - even).max() <= EVEN * self.frame_s:
            return replace(self, times_s=None)
        even = np.arange(int(np.floor(times[-1] / self.frame_s + 1e-6)) + 1) * self.frame_s
        even = np.minimum(even, times[-1])
        turns = [
            Slerp(times, Rotation.from_matrix(turn))(even).as_matrix()
            for turn in self.rotations.swapaxes(0, 1)
        ]
        moves = [np.interp(even, times, column) for column in self.translations_m.T]
        return replace(self, rotations=np.stack(turns, 1), translations_m=np.stack(moves, 1), times_s=None)
