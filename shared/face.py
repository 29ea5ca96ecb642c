"""Face landmarks of a person: MediaPipe's face mesh net, and its iris net for where the eyes look.

The order of the 468 points is that of MediaPipe's canonical face. Left and right are the person's own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.onnx import net
from shared.region import Region, crop

WEIGHTS = ("face_landmark.onnx", "iris_landmark.onnx")
CROP_PX, EYE_PX, PASSES = 192, 64, 3
LEAST_PRESENCE = 0.5
_ENLARGED = 1.5  # MediaPipe's margin around the box of the landmarks
_EYE_ENLARGED = 2.3  # and around an eye's width
_LEAST_EYE_PX = 15.0  # narrower eyes do not tell where they look
_OUTER = {"right": 33, "left": 263}
_INNER = {"right": 133, "left": 362}

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Face:
    """One face.

    Args:
        points: (468, 3) column, row, and depth in the photo's pixels (smaller is nearer; only relative).
        presence: 0..1, whether the region holds a face at all.
        irises_px: (2, 2) middles of the right and the left iris in the photo, or None where the face is too
            small to tell.
        openings: (2,) height of the right and the left eye's opening over its width.
    """

    points: Array
    presence: float
    irises_px: Array | None
    openings: Array


def face_at(pixels: NDArray[np.uint8], start: Region, *, passes: int = PASSES) -> Face | None:
    """Look for a face, moving the region to where its landmarks are; None where the net sees none.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        start: Square in which the face is expected, upright as the face is.
        passes: How often to look; each pass but the first starts from the one before.
    """
    region = start
    found: tuple[Array, float] | None = None
    for _ in range(passes):
        points, presence = _look(pixels, region)
        if presence < LEAST_PRESENCE:
            break
        found = points, presence
        region = around(points)
    if found is None:
        return None
    points, presence = found
    openings = np.array([_opening(points, side) for side in ("right", "left")])
    return Face(points, presence, _irises(pixels, points), openings)


def _look(pixels: NDArray[np.uint8], region: Region) -> tuple[Array, float]:
    picture = crop(pixels, region, CROP_PX).astype(np.float32) / 255.0
    out = net(WEIGHTS[0])(crop=picture[None])
    table = out["landmarks"].reshape(468, 3).astype(np.float64)
    flat = region.to_photo(table[:, :2], CROP_PX)
    depth = table[:, 2:] * (region.side_px / CROP_PX)
    return np.concatenate([flat, depth], axis=1), float(1 / (1 + np.exp(-float(out["presence"].ravel()[0]))))


def around(points: Array) -> Region:
    """Return the square around a face, upright along the line of its eyes."""
    line = points[_OUTER["left"], :2] - points[_OUTER["right"], :2]
    angle = float(np.arctan2(line[1], line[0]))
    low, high = points[:, :2].min(0), points[:, :2].max(0)
    middle = (low + high) / 2
    return Region(float(middle[0]), float(middle[1]), float((high - low).max()) * _ENLARGED, angle)


_LIDS = {"right": (159, 145), "left": (386, 374)}


def _opening(points: Array, side: str) -> float:
    upper, lower = points[list(_LIDS[side]), :2]
    width = np.linalg.norm(points[_OUTER[side], :2] - points[_INNER[side], :2])
    return float(np.linalg.norm(upper - lower) / max(float(width), 1e-6))


def _irises(pixels: NDArray[np.uint8], points: Array) -> Array | None:
    """Return the irises' middles; the net was made for left eyes, so that the right one is flipped."""
    found = []
    for side in ("right", "left"):
        ends = points[[_OUTER[side], _INNER[side]], :2]
        width = float(np.linalg.norm(ends[1] - ends[0]))
        if width < _LEAST_EYE_PX:
            return None
        x, y = (float(v) for v in ends.mean(0))
        region = Region(x, y, width * _EYE_ENLARGED, around(points).angle_rad)
        picture = crop(pixels, region, EYE_PX).astype(np.float32) / 255.0
        picture = picture[:, ::-1] if side == "right" else picture
        spot = net(WEIGHTS[1])(crop=np.ascontiguousarray(picture)[None])["iris"].reshape(5, 3)[0, :2]
        column = EYE_PX - spot[0] if side == "right" else spot[0]
        found.append(region.to_photo(np.array([[column, spot[1]]], np.float64), EYE_PX)[0])
    return np.array(found)
