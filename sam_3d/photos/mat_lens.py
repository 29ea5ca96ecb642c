"""The lens of photos of the mat: focal length, and how it bends lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.lenses import shift_px
from shared.mesh import Camera

LEAST_PHOTOS = 3
_LEAST_SHIFT_PX = 0.5  # at the picture's corners, from which on a lens counts as bending
_CLEAR = 4.0  # standard deviations that the bending must differ from none by

Spots = NDArray[np.float32]


@dataclass(frozen=True)
class Lens:
    """What one camera's pictures share.

    Args:
        camera: Focal length and middle.
        k: Radial term (see `lenses`); 0 where the lens bends nothing that can be told.
    """

    camera: Camera
    k: float = 0.0

    @property
    def matrix(self) -> NDArray[np.float64]:
        """(3, 3) intrinsic matrix of OpenCV, which tells pixels by their middles."""
        x, y = self.camera.center_px
        focal = self.camera.focal_px
        return np.array([[focal, 0, x - 0.5], [0, focal, y - 0.5], [0, 0, 1.0]])

    @property
    def terms(self) -> NDArray[np.float64]:
        """(5,) distortion as OpenCV takes it."""
        return np.array([self.k, 0, 0, 0, 0])


def middle_lens(focal_px: float, size_px: tuple[int, int], k: float = 0.0) -> Lens:
    """Return a lens whose middle is the picture's."""
    return Lens(Camera(focal_px, (size_px[0] / 2, size_px[1] / 2), size_px), k)


def find_lens(
    on_board: Sequence[Spots], pixels: Sequence[Spots], size_px: tuple[int, int], guess_px: float
) -> Lens:
    """Calibrate by flat corners seen in several photos; fewer than three tell nothing.

    Args:
        on_board: (N, 3) places in metres, for each photo.
        pixels: (N, 2) column and row, whole numbers at the middles of pixels.
        size_px: Width and height of the photos.
        guess_px: Focal length to start from, and to keep where there are too few photos.
    """
    if len(pixels) < LEAST_PHOTOS:
        return middle_lens(guess_px, size_px)
    bent, doubt = _calibrated(on_board, pixels, middle_lens(guess_px, size_px), bends=True)
    if shift_px(bent.camera, bent.k) > _LEAST_SHIFT_PX and abs(bent.k) > _CLEAR * doubt:
        return bent
    return _calibrated(on_board, pixels, middle_lens(guess_px, size_px), bends=False)[0]


def _calibrated(
    on_board: Sequence[Spots], pixels: Sequence[Spots], start: Lens, *, bends: bool
) -> tuple[Lens, float]:
    """Return a lens and the standard deviation of its radial term."""
    import cv2

    flags: Any = (
        cv2.CALIB_USE_INTRINSIC_GUESS
        | cv2.CALIB_FIX_PRINCIPAL_POINT
        | cv2.CALIB_FIX_ASPECT_RATIO
        | cv2.CALIB_ZERO_TANGENT_DIST
        | (0 if bends else cv2.CALIB_FIX_K1)
        | cv2.CALIB_FIX_K2
        | cv2.CALIB_FIX_K3
    )
    size = start.camera.size_px
    _, matrix, terms, _, _, spreads, _, _ = cv2.calibrateCameraExtended(
        on_board, pixels, size, start.matrix, np.zeros(5), flags=flags
    )
    found = middle_lens(float(matrix[0, 0]), size, float(np.ravel(terms)[0]))
    return found, float(np.ravel(spreads)[4])
