"""Rotated squares in a photo: cut one out as a small picture, and put a small picture back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ENLARGED = 1.25  # MediaPipe's margin around the circle from the hip centre to the body's extent


@dataclass(frozen=True)
class Region:
    """A square in photo pixels.

    Args:
        x_px: Centre column.
        y_px: Centre row.
        side_px: Length of a side.
        angle_rad: Clockwise turn of its upright axis, as seen in the photo.
    """

    x_px: float
    y_px: float
    side_px: float
    angle_rad: float = 0.0

    def matrix(self, size: int) -> NDArray[np.float64]:
        """(2, 3) affine matrix from pixels of a `size` × `size` cut-out to pixels of the photo."""
        scale = self.side_px / size
        cos, sin = np.cos(self.angle_rad) * scale, np.sin(self.angle_rad) * scale
        half = size / 2
        return np.array(
            [
                [cos, -sin, self.x_px - cos * half + sin * half],
                [sin, cos, self.y_px - sin * half - cos * half],
            ]
        )

    def to_photo(self, xy: NDArray[np.float64], size: int) -> NDArray[np.float64]:
        """(N, 2) points of a `size` × `size` cut-out as photo pixels."""
        matrix = self.matrix(size)
        return xy @ matrix[:, :2].T + matrix[:, 2]


def region_from_axis(centre_px: NDArray[np.float64], extent_px: NDArray[np.float64]) -> Region:
    """Return the square around a body, upright along the line from its hip centre to its extent."""
    dx, dy = (extent_px - centre_px).tolist()
    side = max(2.0 * float(np.hypot(dx, dy)) * ENLARGED, 1.0)
    angle = np.pi / 2 - np.arctan2(-dy, dx)
    angle -= 2 * np.pi * np.floor((angle + np.pi) / (2 * np.pi))
    return Region(float(centre_px[0]), float(centre_px[1]), side, float(angle))


def region_from_box(box_xyxy: tuple[float, float, float, float]) -> Region:
    """Return the upright square around a box, with the same margin."""
    left, top, right, bottom = box_xyxy
    side = max(right - left, bottom - top, 1.0) * ENLARGED
    return Region((left + right) / 2, (top + bottom) / 2, side)


def crop(pixels: NDArray[np.uint8], region: Region, size: int) -> NDArray[np.uint8]:
    """Cut a region out as a (size, size, 3) picture; black outside the photo.

    The photo is first shrunk by area where the region is much larger than the cut-out, which a
    bilinear warp alone would sample too thinly.
    """
    import cv2

    shrink = max(int(region.side_px / size / 1.5), 1)
    if shrink > 1:
        height, width = pixels.shape[:2]
        small = (max(width // shrink, 1), max(height // shrink, 1))
        pixels = np.asarray(cv2.resize(pixels, small, interpolation=cv2.INTER_AREA), np.uint8)
        ratio = np.array([small[0] / width, small[1] / height])
    else:
        ratio = np.ones(2)
    matrix = region.matrix(size) * ratio[:, None]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(pixels, matrix, (size, size), flags=flags), np.uint8)


def paste(
    values: NDArray[np.float32], region: Region, height: int, width: int, *, outside: float
) -> NDArray[np.float32]:
    """Put a (S, S) map of a region back into a (height, width) photo; `outside` elsewhere."""
    import cv2

    matrix = region.matrix(values.shape[0])
    pasted = cv2.warpAffine(
        values,
        matrix,
        (width, height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=outside,
    )
    return np.asarray(pasted, np.float32)
