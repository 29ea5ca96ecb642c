"""What a user should photograph again: gaps around the object, heights, what is cut off, small or blurred."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.cameras import azimuth_deg, elevation_deg
from shared.errors import InputError
from shared.masks import box_of
from shared.media import Image
from shared.render import View

_WIDEST_GAP_DEG = 75.0
_LOW_DEG, _STEEP_DEG = 25.0, 40.0  # above all of which no photo looks down, or below which none looks across
_SMALL_PX = 100  # of the object's longest side: a pixel is then a percent of it
_CUT = 0.02  # share of the outline's box that may lie on the picture's border
_BLURRED = 0.25  # of the median sharpness
_SHARPNESS_PX, _NOISE_PX = 640, 1.0
_MOST_NAMES = 6
_APART = 5  # pixels, of those by which two pictures are told to be the same


def missing_views(views: Sequence[View], middle: NDArray[np.float64]) -> tuple[str, ...]:
    """Return a sentence about each kind of photo that is missing around an object's (3,) middle."""
    around = np.sort([azimuth_deg(view, middle) for view in views])
    gaps = np.diff(np.append(around, around[0] + 360))
    widest = int(gaps.argmax())
    found = ()
    if gaps[widest] > _WIDEST_GAP_DEG:
        side = (around[widest] + gaps[widest] / 2 - azimuth_deg(views[0], middle)) % 360
        found += (
            f"There is no photo from a range of {gaps[widest]:.0f}° around the object; add some from about "
            f"{side:.0f}° to the right of the first photo's place (seen from above, counter-clockwise).",
        )
    heights = [elevation_deg(view, middle) for view in views]
    if max(heights) < _LOW_DEG:
        found += (
            "No photo looks down on the object, so that hollows on its top stay filled; add two or three "
            "from above.",
        )
    if min(heights) > _STEEP_DEG:
        found += (
            f"All photos look down on the object by more than {_STEEP_DEG:.0f}°, so that its sides and what "
            "lies under overhangs are hardly seen; add some from 10° to 20° above the table.",
        )
    return found


def badly_framed(names: Sequence[str], masks: Sequence[NDArray[np.bool_]]) -> tuple[str, ...]:
    """Return sentences that name photos in which the object is cut off by the border, or small.

    Args:
        names: Of the photos.
        masks: (H, W) bool outlines; empty ones tell nothing.
    """
    cut, small = [], []
    for name, mask in zip(names, masks, strict=True):
        if not mask.any():
            continue
        left, top, right, bottom = box_of(mask)
        sides = (mask[0].sum(), mask[-1].sum(), mask[:, 0].sum(), mask[:, -1].sum())
        if max(sides) > max(2, _CUT * (right - left + bottom - top)):
            cut.append(name)
        elif max(right - left, bottom - top) < _SMALL_PX:
            small.append(name)
    found = ()
    if cut:
        found += (
            f"The object is cut off by the picture's border in {_named(cut)}: what lies beyond is carved by "
            "the other photos alone. Step back, and show all of it.",
        )
    if small:
        found += (
            f"The object is small in {_named(small)}: less than {_SMALL_PX} pixels long, so that its outline "
            "is coarse. Go nearer, or give larger photos.",
        )
    return found


def blurred(names: Sequence[str], images: Sequence[Image]) -> tuple[str, ...]:
    """Return a sentence that names photos far less sharp than the others; empty when there is none."""
    values = np.array([sharpness(image) for image in images])
    bad = [name for name, value in zip(names, values, strict=True) if value < _BLURRED * np.median(values)]
    return (f"Blurred compared with the others: {_named(bad)}. Take them again.",) if bad else ()


def repeated(names: Sequence[str], images: Sequence[Image]) -> tuple[str, ...]:
    """Return a sentence that names photos that are there twice; empty when there is none.

    Raises:
        InputError: All of them are one picture.
    """
    first: dict[tuple[tuple[int, ...], bytes], str] = {}
    again = []
    for name, image in zip(names, images, strict=True):
        key = image.pixels.shape, image.pixels[::_APART, ::_APART].tobytes()
        if first.setdefault(key, name) != name:
            again.append(f"{name} (as {first[key]})")
    if len(first) == 1 and again:
        raise InputError(
            f"All {len(names)} photos are the same picture, which shows the object from one side only.",
            "Take photos from all around, or lift the one photo by itself.",
        )
    return (f"The same picture twice: {_named(again)}. Leave it out.",) if again else ()


def sharpness(image: Image) -> float:
    """Return the variance of the Laplacian of a picture at 640 pixels, freed of noise: larger is sharper.

    Without the smoothing, a blurred picture's noise looks as sharp as edges.
    """
    import cv2

    gray = cv2.cvtColor(image.pixels, cv2.COLOR_RGB2GRAY)
    factor = min(1.0, _SHARPNESS_PX / max(gray.shape))
    small = cv2.resize(gray.astype(np.float32), None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return float(cv2.Laplacian(cv2.GaussianBlur(small, (0, 0), _NOISE_PX), cv2.CV_32F).var())


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more
