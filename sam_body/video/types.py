"""What a video tells of one person: a motion, and frame by frame how it is known."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_body.motion import Motion
from shared.arrays import frozen
from shared.errors import InputError
from shared.mesh import Camera

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Closely:
    """In which of N frames the nets for face and hands follow a person; else they are at rest or as fitted.

    Args:
        head: (N,) bool.
        hands: (N, 2) bool, left and right: wrist and fingers.
        gaze: (N, 3) unit vectors along which the eyes look, world axes; NaN where that is not known.
    """

    head: NDArray[np.bool_]
    hands: NDArray[np.bool_]
    gaze: Array

    def parts(self) -> dict[str, NDArray[np.bool_]]:
        """Return name to (N,) whether that part is followed."""
        return {
            "head": self.head,
            "gaze": np.isfinite(self.gaze[:, 0]),
            "left_hand": self.hands[:, 0],
            "right_hand": self.hands[:, 1],
        }


@dataclass(frozen=True, eq=False)
class Take:
    """One person of a video, from the first frame that shows them to the last.

    The world is metric, y up, shared by all takes of a video: the floor is y = 0, and the first person's hips
    begin over its origin. The camera stands still in it.

    Args:
        object_id: The person's number in the video, in order of appearance.
        motion: Shape, rig and N poses; its times begin at 0.
        start_s: When the take begins in the video.
        frames: (N,) int64 numbers of the video's frames, as they were read.
        seen: (N,) bool; the other frames were filled between those around them.
        contacts: (N, 4) bool: left heel, left toe, right heel, right toe on the floor.
        scores: (N,) 0..1, the landmark net's belief; 0 where not seen.
        camera: Of the video, as it was read.
        camera_from_world: (4, 4) rigid.
        closely: What the nets for face and hands follow; None where they were not asked.

    Raises:
        InputError: The parts are not of one length.
    """

    object_id: int
    motion: Motion
    start_s: float
    frames: NDArray[np.int64]
    seen: NDArray[np.bool_]
    contacts: NDArray[np.bool_]
    scores: Array
    camera: Camera
    camera_from_world: Array
    closely: Closely | None = None

    def __post_init__(self) -> None:
        count = len(self.motion.rotations)
        for name, dtype, shape in (
            ("frames", np.int64, (count,)),
            ("seen", np.bool_, (count,)),
            ("contacts", np.bool_, (count, 4)),
            ("scores", np.float64, (count,)),
            ("camera_from_world", np.float64, (4, 4)),
        ):
            object.__setattr__(self, name, frozen(f"Take.{name}", getattr(self, name), dtype, shape))
        if self.closely is not None and any(len(part) != count for part in self.closely.parts().values()):
            raise InputError("What is followed closely wants one row a frame.")
        if not self.seen.any():
            raise InputError("A take wants at least one frame that shows the person.")

    def gaps(self) -> tuple[tuple[float, float], ...]:
        """Return (from, to) seconds of the video of each gap that was filled."""
        return self._spans(~self.seen)

    def _spans(self, flags: NDArray[np.bool_]) -> tuple[tuple[float, float], ...]:
        times = self.motion.times() + self.start_s
        edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
        return tuple((float(times[a]), float(times[b - 1])) for a, b in edges.reshape(-1, 2))

    def in_camera(self, points: Array) -> Array:
        """Return (..., 3) points of the world in the camera's frame."""
        return points @ self.camera_from_world[:3, :3].T + self.camera_from_world[:3, 3]

    def facts(self) -> dict[str, Any]:
        """Return what a manifest says about this take, as JSON types."""
        motion = self.motion
        times, hips = motion.times(), motion.places()
        return {
            "id": self.object_id,
            "rig": motion.body.rig.name,
            "frames": len(times),
            "start_s": round(self.start_s, 4),
            "seconds": round(float(times[-1]), 4),
            "frames_filled": int((~self.seen).sum()),
            "gaps_s": [[round(a, 3), round(b, 3)] for a, b in self.gaps()],
            "score": round(float(self.scores[self.seen].mean()), 3),
            "height_m": round(motion.body.height_m, 3),
            "shape": {name: round(value, 3) for name, value in motion.body.shape.items()},
            "way_m": round(float(np.linalg.norm(np.diff(hips[:, ::2], axis=0), axis=1).sum()), 2),
            "foot_contacts": int(np.diff(self.contacts.astype(np.int8), axis=0, prepend=0).clip(0).sum()),
            **self._closely(),
            **({} if motion.body.paint is None else {"texture": motion.body.paint.facts()}),
        }

    def _closely(self) -> dict[str, Any]:
        """Return of head, gaze and hands the share of frames that follow them, and the gaps."""
        if self.closely is None:
            return {}
        return {
            "closely": {
                name: {
                    "followed_percent": round(100 * float(flags.mean()), 1),
                    "gaps_s": [[round(a, 3), round(b, 3)] for a, b in self._spans(~flags)],
                }
                for name, flags in self.closely.parts().items()
            }
        }
