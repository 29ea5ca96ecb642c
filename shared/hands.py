"""Hand landmarks: MediaPipe's hand net on a region around a hand.

The 21 points are the wrist, then four of each finger from its root to its tip: thumb, index, middle, ring,
little finger.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.onnx import net
from shared.region import Region, crop

WEIGHTS = "hand_landmark_full.onnx"
CROP_PX, PASSES = 224, 3
LEAST_PRESENCE = 0.5
WRIST, KNUCKLES = 0, (5, 9, 13, 17)
_ENLARGED, _AHEAD = 2.0, 0.1  # MediaPipe's tracking region: twice the box, a tenth towards the fingers

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Hand:
    """One hand.

    Args:
        points_px: (21, 2) column and row in the photo.
        world_m: (21, 3) metres from the hand's middle: x right, y down, z away from the camera.
        presence: 0..1, whether the region holds a hand at all.
    """

    points_px: Array
    world_m: Array
    presence: float


def hand_at(pixels: NDArray[np.uint8], start: Region, *, passes: int = PASSES) -> Hand | None:
    """Look for a hand, moving the region to where its landmarks are; None where the net sees none.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        start: Square in which the hand is expected, upright from wrist to fingers.
        passes: How often to look; each pass but the first starts from the one before.
    """
    region, hand = start, None
    for _ in range(passes):
        seen = _look(pixels, region)
        if seen.presence < LEAST_PRESENCE:
            break
        hand = seen
        region = around(seen.points_px)
    return hand


def _look(pixels: NDArray[np.uint8], region: Region) -> Hand:
    picture = crop(pixels, region, CROP_PX).astype(np.float32) / 255.0
    out = net(WEIGHTS)(crop=picture[None])
    points = out["landmarks"].reshape(21, 3).astype(np.float64)
    world = out["world"].reshape(21, 3).astype(np.float64)
    cos, sin = np.cos(region.angle_rad), np.sin(region.angle_rad)
    world[:, :2] = world[:, :2] @ np.array([[cos, sin], [-sin, cos]])
    return Hand(region.to_photo(points[:, :2], CROP_PX), world, float(out["presence"].ravel()[0]))


def around(points_px: Array) -> Region:
    """Return the square around a hand, upright from the wrist to the middle of the knuckles."""
    up = points_px[list(KNUCKLES)].mean(0) - points_px[WRIST]
    angle = float(np.arctan2(up[0], -up[1]))
    cos, sin = np.cos(angle), np.sin(angle)
    frame = np.array([[cos, sin], [-sin, cos]])  # rows: right and down of the upright hand
    own = points_px @ frame.T
    low, high = own.min(0), own.max(0)
    side = float((high - low).max())
    middle = ((low + high) / 2 - [0, _AHEAD * side]) @ frame
    return Region(float(middle[0]), float(middle[1]), max(side * _ENLARGED, 4.0), angle)
