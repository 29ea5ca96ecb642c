"""The camera of a photo: given by the user, read from its EXIF, or the usual one.

EXIF tags are those of EXIF 2.32 (CIPA DC-008); the 35 mm equivalent is the focal length that gives the
same angle along the diagonal of a 36 x 24 mm frame (CIPA DCG-001).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from shared.errors import InputError
from shared.mesh import Camera

DIAGONAL_MM = float(np.hypot(36, 24))
_EXIF, _FOCAL_35, _FOCAL_MM, _PLANE_X, _PLANE_UNIT = 0x8769, 0xA405, 0x920A, 0xA20E, 0xA210
_WIDTH, _HEIGHT = 0xA002, 0xA003
_UNIT_MM = {2: 25.4, 3: 10.0, 4: 1.0, 5: 0.001}
_LIKELY_DEG = (3.0, 150.0)
SAME_FORM = 0.02
"""A photo whose sides are in another proportion than its EXIF says was cut, so its EXIF angle is void."""


@dataclass(frozen=True)
class View:
    """A camera and how it is known: "given", "exif" or "assumed"."""

    camera: Camera
    source: str


def given_view(
    size_px: tuple[int, int], centre: tuple[float, float], *, fov_deg: float, focal_px: float
) -> View | None:
    """Return the camera that the user gives, or None for zeros.

    Args:
        size_px: Width and height of the photo.
        centre: Column and row of the lens axis.
        fov_deg: Field of view along the longer side; 0 when not known.
        focal_px: Focal length in pixels; 0 when not known.

    Raises:
        InputError: Both are given, or the lens axis lies outside the photo.
    """
    if not (0 <= centre[0] <= size_px[0] and 0 <= centre[1] <= size_px[1]):
        raise InputError(
            f"The lens axis at {centre[0]:g},{centre[1]:g} lies outside the photo "
            f"of {size_px[0]} x {size_px[1]} pixels.",
            "Give it in pixels of this photo, or leave it out for the middle.",
        )
    if fov_deg and focal_px:
        raise InputError(
            "The camera is given twice: field of view and focal length.", "Give one of them, the other as 0."
        )
    if not (fov_deg or focal_px):
        return None
    if fov_deg:
        _check_angle(fov_deg, "field of view")
    focal = focal_px or max(size_px) / 2 / np.tan(np.radians(fov_deg) / 2)
    _check_angle(_angle_deg(focal, size_px), f"focal length of {focal:g} px")
    return View(Camera(float(focal), centre, size_px), "given")


def exif_view(path: str | None, size_px: tuple[int, int], centre: tuple[float, float]) -> View:
    """Return the camera that a photo's file tells of, else the usual one of 45 degrees.

    Args:
        path: The photo's file, or None.
        size_px: Width and height of the photo.
        centre: Column and row of the lens axis.
    """
    focal = None if path is None else exif_focal_px(path, size_px)
    if focal and _LIKELY_DEG[0] <= _angle_deg(focal, size_px) <= _LIKELY_DEG[1]:
        return View(Camera(focal, centre, size_px), "exif")
    return View(Camera(1.2 * max(size_px), centre, size_px), "assumed")


def exif_focal_px(path: str, size_px: tuple[int, int]) -> float | None:
    """Read a focal length in pixels from a photo's EXIF; None where it does not tell, or was cut."""
    from PIL import Image as Pillow

    try:
        with Pillow.open(path) as file:
            tags = file.getexif().get_ifd(_EXIF)
        return _focal_px(tags, size_px)
    # A file without EXIF, or with a damaged one, says nothing; the picture itself was read before.
    except Exception:
        return None


def _focal_px(tags: Any, size_px: tuple[int, int]) -> float | None:
    told = sorted(float(tags.get(tag, side)) for tag, side in zip((_WIDTH, _HEIGHT), size_px, strict=True))
    short, long = sorted(size_px)
    if told[0] <= 0 or abs(told[1] / told[0] / (long / short) - 1) > SAME_FORM:
        return None
    if equivalent := float(tags.get(_FOCAL_35, 0)):
        return equivalent / DIAGONAL_MM * float(np.hypot(*size_px))
    focal_mm, dots = float(tags.get(_FOCAL_MM, 0)), float(tags.get(_PLANE_X, 0))
    unit_mm = _UNIT_MM.get(int(tags.get(_PLANE_UNIT, 2)))
    if not (focal_mm > 0 and dots > 0 and unit_mm):
        return None
    return focal_mm / unit_mm * dots * long / told[1]


def _angle_deg(focal_px: float, size_px: tuple[int, int]) -> float:
    return float(np.degrees(2 * np.arctan(max(size_px) / 2 / focal_px)))


def _check_angle(angle_deg: float, what: str) -> None:
    low, high = _LIKELY_DEG
    if not low <= angle_deg <= high:
        raise InputError(
            f"The {what} means an angle of {angle_deg:.1f} degrees; {low:g} to {high:g} can be handled.",
            "Leave it out if it is not known.",
        )
