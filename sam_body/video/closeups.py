"""Look closely at head and hands of somebody who is followed: ten times a second each, in turns.

The landmark net tells where they are, so that one pass of the nets for face and hands is enough. Looking in
every frame would cost more than following itself; between looks the motion is turned evenly and smoothed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sam_body.details.hands import LEAST_PX, SURE
from sam_body.types import IN_SIGHT
from shared.face import Face
from shared.hands import Hand
from shared.pose import LANDMARKS, Person
from shared.region import Region

Array = NDArray[np.float64]
Pixels = NDArray[np.uint8]

LOOKS_HZ, LEAST_INTERVAL = 10.0, 2
"""Looks a second; but in no more than every second frame, so that frames of slow videos cost as little."""
PARTS = ("head", "left", "right")
HAND_M, FACE_M = 0.18, 0.27
"""Length of a hand from wrist to fingertips, and side of a square that holds a face with its margin."""
_AROUND, _MIDDLE, _FOREARM = 1.5, 0.4, 0.15
"""Side of the square around a hand, and its middle beyond the wrist, in lengths of the hand; and how much the
forearm's direction counts in the hand's, which three landmarks tell badly where it points at the camera."""
_APART = 0.6
_INDEX = {name: i for i, name in enumerate(LANDMARKS)}
_EYES, _EARS, _MOUTH = (
    [_INDEX[name] for name in names]
    for names in (("right_eye", "left_eye"), ("right_ear", "left_ear"), ("mouth_left", "mouth_right"))
)


@dataclass(frozen=True)
class Nets:
    """The nets for details, as functions of a frame and a region: one pass each.

    Args:
        face: To the face there, or None.
        hand: To the hand there, or None.
    """

    face: Callable[[Pixels, Region], Face | None]
    hand: Callable[[Pixels, Region], Hand | None]


def shipped() -> Nets:
    """Return the shipped nets."""
    from shared.face import face_at
    from shared.hands import hand_at

    return Nets(
        lambda pixels, region: face_at(pixels, region, passes=1),
        lambda pixels, region: hand_at(pixels, region, passes=1),
    )


@dataclass(eq=False)
class Closeups:
    """What the nets for face and hands saw of one person.

    Args:
        faces: Frame to the face in it.
        hands: Side to frame to the hand in it.
    """

    faces: dict[int, Face] = field(default_factory=dict)
    hands: dict[str, dict[int, Hand]] = field(default_factory=lambda: {"left": {}, "right": {}})

    def look(
        self, nets: Nets, pixels: Pixels, person: Person, frame: int, fps: float, *, all_parts: bool
    ) -> None:
        """Look at what is due in a frame.

        Args:
            nets: To look with.
            pixels: (H, W, 3) uint8 RGB.
            person: As the landmark net saw them in this frame.
            frame: Its number.
            fps: Frames a second.
            all_parts: Whether everything is due: on a person's first frame.
        """
        every = interval(fps)
        for number, part in enumerate(PARTS):
            if not all_parts and (frame + number) % every:
                continue
            if part == "head":
                if (face := _face(nets, pixels, person)) is not None:
                    self.faces[frame] = face
            elif (hand := _hand(nets, pixels, person, part)) is not None:
                self.hands[part][frame] = hand


def interval(fps: float) -> int:
    """Return how many frames there are from one look at a part to the next."""
    return max(int(np.ceil(fps / LOOKS_HZ - 1e-6)), LEAST_INTERVAL)


def px_a_metre(person: Person) -> float:
    """Return the scale of a person in the picture: how far landmarks scatter, over the same in metres."""
    flat, metres = person.landmarks_px[: len(LANDMARKS)], person.world_m[:, :2]
    return float(np.std(flat, axis=0).sum() / max(float(np.std(metres, axis=0).sum()), 1e-6))


def hand_region(person: Person, side: str) -> Region | None:
    """Return the square around a hand, upright from wrist to fingers; None for one out of sight or too small.

    Args:
        person: As the landmark net saw them.
        side: "left" or "right".
    """
    wrist = _INDEX[f"{side}_wrist"]
    length = HAND_M * px_a_metre(person)
    if person.visibility[wrist] <= IN_SIGHT or length < LEAST_PX:
        return None
    xy = person.landmarks_px
    at = xy[wrist]
    knuckles = xy[[_INDEX[f"{side}_index"], _INDEX[f"{side}_pinky"]]].mean(0)
    up = knuckles - at + _FOREARM * length * _unit(at - xy[_INDEX[f"{side}_elbow"]])
    up = _unit(up)
    x, y = (at + _MIDDLE * length * up).tolist()
    return Region(x, y, _AROUND * length, float(np.arctan2(up[0], -up[1])))


def face_region(person: Person) -> Region | None:
    """Return the square around a face, upright as the eyes are; None where it looks away or is out of sight.

    Args:
        person: As the landmark net saw them.
    """
    nose = _INDEX["nose"]
    away = person.world_m[nose, 2] > person.world_m[_EARS, 2].mean()
    if away or person.visibility[nose] <= IN_SIGHT:
        return None
    xy, scale = person.landmarks_px, px_a_metre(person)
    line = xy[_EYES[1]] - xy[_EYES[0]]
    angle = float(np.arctan2(line[1], line[0])) if np.linalg.norm(line) > 0.02 * scale else 0.0
    x, y = ((xy[_EYES].mean(0) + xy[_MOUTH].mean(0)) / 2).tolist()
    return Region(x, y, FACE_M * scale, angle)


def _face(nets: Nets, pixels: Pixels, person: Person) -> Face | None:
    region = face_region(person)
    face = None if region is None else nets.face(pixels, region)
    if region is None or face is None:
        return None
    apart = np.linalg.norm(face.points[:, :2].mean(0) - (region.x_px, region.y_px))
    return face if apart < 0.5 * region.side_px else None


def _hand(nets: Nets, pixels: Pixels, person: Person, side: str) -> Hand | None:
    region = hand_region(person, side)
    hand = None if region is None else nets.hand(pixels, region)
    if region is None or hand is None or hand.presence < SURE:
        return None
    apart = np.linalg.norm(hand.points_px[0] - person.landmarks_px[_INDEX[f"{side}_wrist"]])
    return hand if apart < _APART * region.side_px / _AROUND else None


def _unit(vector: Array) -> Array:
    return vector / max(float(np.linalg.norm(vector)), 1e-6)
