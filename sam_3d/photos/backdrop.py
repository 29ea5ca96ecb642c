"""Tell an object from a plain backdrop and from its own shadow on it: a shadow darkens, but hardly tints."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.cuts import Cut, Picture

_PLAIN = 14.0  # of 255: a backdrop that differs more from a smooth one is not plain
_TINT = 0.05  # difference of the colours' logarithms that a shadow may show
_DARKEST, _BRIGHTEST = 0.28, 1.12  # brightness of a shadow, and of the backdrop, over that of the backdrop
_SURE, _SPAN = 2.0, 2.0
_ALIKE = 0.12  # share of the object that may look like its shadow
_EVERY = 3


def against_backdrop(cuts: Sequence[Cut], cores: Sequence[Picture]) -> list[Picture] | None:
    """Return (h, w) evidence for each cut, −1 for backdrop or shadow to 1; None where it cannot be told.

    Args:
        cuts: Of all photos.
        cores: (h, w) 1 well inside of the object; where much of it looks like a shadow (grey things before
            grey), nothing is told.
    """
    found = [_evidence(cut) for cut in cuts]
    told = [item for item in found if item is not None]
    if len(told) < len(found):
        return None
    alike = sum(float((item[core > 0.9] < 0).sum()) for item, core in zip(told, cores, strict=True))
    inside = sum(int((core > 0.9).sum()) for core in cores)
    return told if inside and alike < _ALIKE * inside else None


def _evidence(cut: Cut) -> Picture | None:
    import cv2

    pixels = cv2.blur(cut.pixels.astype(np.float32), (3, 3))
    expected = _smooth(np.asarray(pixels, np.float32), cut.near)
    if expected is None:
        return None
    ratio = np.log(np.maximum(pixels, 2.0) / np.maximum(expected, 2.0))
    level = ratio.mean(-1)
    tint = np.linalg.norm(ratio - level[..., None], axis=-1)
    score = np.clip((tint / _TINT - _SURE) / _SPAN, -1, 1)
    outside = (level < np.log(_DARKEST)) | (level > np.log(_BRIGHTEST))
    return np.where(outside, 1.0, score).astype(np.float32)


def _smooth(pixels: Picture, near: NDArray[np.uint8]) -> Picture | None:
    """Return the backdrop as a polynomial of second order, fitted where the object is not."""
    height, width = near.shape
    row, column = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    terms = np.stack([np.ones_like(row), row, column, row**2, row * column, column**2], axis=-1)
    free = near[::_EVERY, ::_EVERY] == 0
    known, values = terms[::_EVERY, ::_EVERY][free], pixels[::_EVERY, ::_EVERY][free]
    if len(known) < 60:
        return None
    weights = np.linalg.lstsq(known, values, rcond=None)[0]
    apart = (values - known @ weights).mean(-1)
    # Shadows reach out of the object's surroundings: only what is not darker than the fit counts at last.
    bright = apart > -0.7 * max(float(np.std(apart)), 1.0)
    weights = np.linalg.lstsq(known[bright], values[bright], rcond=None)[0]
    apart = (values[bright] - known[bright] @ weights).mean(-1)
    if float(np.std(apart)) > _PLAIN:
        return None
    return (terms @ weights).astype(np.float32)
