"""From a mask to a soft edge: opacity and colours of the object, hair and holes included."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.arrays import frozen
from shared.errors import InputError
from shared.masks import box_of
from shared.matting.band import automatic_px, band_of
from shared.matting.colors import both_colors, guess
from shared.matting.enlarge import enlarged
from shared.matting.laplacian import solved
from shared.media import Image

MOST_UNKNOWN = 60_000  # pixels that the equations are solved for; beyond it they see a smaller picture
MOST_WORK = 2_000_000  # pixels of that smaller picture
GUESS, OUTLINE, LEAST = 0.01, 0.1, 1e-4  # weights of the colours nearby, of the mask's outline, of either
SOFTNESS_PX = 1.0  # how soft the outline is where nothing else is known


@dataclass(frozen=True, eq=False)
class Matte:
    """An object with a soft edge.

    Args:
        alpha: (H, W) float32, 0..1: how much of each pixel is the object.
        pixels: (H, W, 3) uint8: the photo, and where it mixes with what is behind the object, the
            object's own colours.

    Raises:
        InputError: A shape is wrong.
    """

    alpha: NDArray[np.float32]
    pixels: NDArray[np.uint8]

    def __post_init__(self) -> None:
        alpha = frozen("Matte.alpha", self.alpha, np.float32, (None, None))
        object.__setattr__(self, "alpha", alpha)
        object.__setattr__(self, "pixels", frozen("Matte.pixels", self.pixels, np.uint8, (*alpha.shape, 3)))


def matte(image: Image, mask: NDArray[np.bool_], *, edge_px: float = 0.0) -> Matte:
    """Find the soft edge of an object: closed-form matting in a band along the outline of its mask.

    Colours in the band are the object's own, without what shines in from behind. Only the band is worked
    on, at a size that keeps the equations small; a mask without an outline comes back as it is.

    Args:
        image: The photo; its own transparency is not looked at.
        mask: (H, W) bool, the object.
        edge_px: How far from the outline of the mask pixels may be partly the object: about as far as hair
            reaches. 0 takes a width that fits the size of the object.

    Raises:
        InputError: The mask has another size than the photo.
    """
    if mask.shape != (image.height, image.width):
        raise InputError(
            f"The mask is {mask.shape[1]} x {mask.shape[0]} pixels, "
            f"but the picture is {image.width} x {image.height}."
        )
    alpha, pixels = mask.astype(np.float32), np.array(image.pixels)
    if mask.any() and not mask.all():
        width_px = edge_px or automatic_px(mask)
        place = _around(mask, margin=int(np.ceil(2 * width_px)) + 4)
        _soften(alpha[place], pixels[place], mask[place], width_px)
        if alpha.max() < 0.5:  # an object too small to be told from what is around it
            return Matte(mask.astype(np.float32), image.pixels)
    return Matte(alpha, pixels)


def _around(mask: NDArray[np.bool_], *, margin: int) -> tuple[slice, slice]:
    """Return the part of the picture that holds the object and a margin."""
    left, top, right, bottom = box_of(mask)
    return slice(max(top - margin, 0), bottom + margin), slice(max(left - margin, 0), right + margin)


def _soften(
    alpha: NDArray[np.float32], pixels: NDArray[np.uint8], mask: NDArray[np.bool_], width_px: float
) -> None:
    """Write opacities and colours of the band into two parts of a picture."""
    import cv2

    factor = _factor(mask, width_px)
    size = (max(round(mask.shape[1] / factor), 1), max(round(mask.shape[0] / factor), 1))
    colors = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.float32) / np.float32(255)
    small = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
    if not small.any() or small.all() or min(size) < 3:
        return
    found, unknown = _opacity(colors, small, width_px / factor)
    front, back = both_colors(colors, found, width_px=width_px / factor)
    enlarged(alpha, pixels, colors=colors, found=found, unknown=unknown, front=front, back=back)


def _factor(mask: NDArray[np.bool_], width_px: float) -> float:
    """Return by how much the picture is shrunk, so that the equations and the picture stay small."""
    import cv2

    edge = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    unknown = float(edge.sum()) * width_px
    return max(np.sqrt(unknown / MOST_UNKNOWN), np.sqrt(mask.size / MOST_WORK), 1.0)


def _opacity(
    colors: NDArray[np.float32], mask: NDArray[np.bool_], width_px: float
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return the opacity of a small picture and the band in which it was looked for."""
    band = band_of(mask, width_px)
    rough, trust = guess(colors, band.known, band.unknown, width_px=width_px)
    outline = 1 / (1 + np.exp(-np.clip(band.depth / SOFTNESS_PX, -20, 20)))
    nearby, edge = GUESS * trust, OUTLINE * (1 - trust) ** 2 + LEAST
    prior = (nearby * rough + edge * outline) / (nearby + edge)
    opacity = solved(
        colors, band.known, band.unknown, prior.astype(np.float32), (nearby + edge).astype(np.float32)
    )
    return opacity, band.unknown
