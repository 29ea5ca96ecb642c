"""What the nets for face and hands said of a person."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Head:
    """Where a head and its eyes look; world axes: x to the viewer's right, y up, z towards the camera.

    Args:
        turn: (3, 3) how far the head has turned from facing +z upright.
        gaze: (3,) unit vector along which the eyes look, or None where they are closed or too small.
        confidence: 0..1, the face net's.
        face_px: (468, 2) its points in the photo.
    """

    turn: Array
    gaze: Array | None
    confidence: float
    face_px: Array

    @property
    def direction(self) -> Array:
        """(3,) unit vector along which the nose points."""
        return self.turn[:, 2]

    def facts(self) -> dict[str, Any]:
        """Return directions and angles as JSON types: degrees, 0 towards the camera.

        Yaw is positive towards the viewer's right, pitch upwards, roll towards the viewer's left (the crown).
        """
        told = {"confidence": round(self.confidence, 3)} | _angles(self.direction)
        roll = np.degrees(np.arctan2(-self.turn[0, 1], self.turn[1, 1]))
        told["roll_deg"] = round(float(roll), 1)
        return told | {"gaze": None if self.gaze is None else _angles(self.gaze)}


@dataclass(frozen=True)
class Details:
    """Findings on one body.

    Args:
        head: None where no face is seen.
        hands: Side ("left", "right") to the hand net's confidence, 0..1, where a hand is seen.
    """

    head: Head | None = None
    hands: dict[str, float] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """Return both as JSON types."""
        hands = {
            side: {"seen": side in self.hands, "confidence": round(self.hands.get(side, 0.0), 3)}
            for side in ("left", "right")
        }
        return {"head": None if self.head is None else self.head.facts(), "hands": hands}


def _angles(direction: Array) -> dict[str, Any]:
    x, y, z = (float(v) for v in direction)
    return {
        "direction": [round(v, 4) for v in (x, y, z)],
        "yaw_deg": round(float(np.degrees(np.arctan2(x, z))), 1),
        "pitch_deg": round(float(np.degrees(np.arcsin(np.clip(y, -1, 1)))), 1),
    }
