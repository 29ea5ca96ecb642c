"""Corrections: further clicks change a mask a little, or show that another one was meant."""

import numpy as np
from numpy.typing import NDArray

from shared.cut.belief import likely_cut, log_odds
from shared.cut.canvas import Clicks, Mask, overlap
from shared.cut.select import SHIFTS, Found, closer_look, enlarged, promise, respects
from shared.encoders.image import Encoding

DEEP = 0.35  # of the radius of the largest disk in a mask
RECONSIDERED, CLEARLY, REFUTED, ALIKE = 4, 0.05, 0.1, 0.25  # clicks; expected overlap, twice; overlap


def corrected(encoding: Encoding, found: Found, xy_px: NDArray[np.float64], keep: NDArray[np.bool_]) -> Found:
    """Change a mask so that it respects all clicks; one that does so already stays as it is.

    A click far on the wrong side of the outline says that the first click did not mean this mask: when
    another one that it may have meant respects all clicks and is judged well enough, that one is taken.

    Args:
        encoding: The photo.
        found: The mask so far.
        xy_px: (N, 2) all clicks in pixels of the encoded photo, the first one first.
        keep: (N,) whether each is on the object.
    """
    if len(keep) and _agrees(found.mask, xy_px, keep):
        return found
    whole = encoding.whole
    clicks = whole.clicks(xy_px, keep)
    odds = log_odds(whole, encoding.sight, clicks, whole.shrink(found.mask)) if keep.any() else None
    best = closer_look(encoding, found.mask, xy_px, keep, odds=odds)
    if odds is None or len(keep) > RECONSIDERED or not _deep(whole.shrink(found.mask), clicks):
        return Found(best.mask, best.score, found.label, found.options)
    changed = whole.shrink(best.mask)
    fitting = [mask for _, mask in found.options if respects(mask, clicks)]
    fitting += [
        m for m in (likely_cut(whole, odds, clicks, shift=shift) for shift in SHIFTS) if respects(m, clicks)
    ]
    if keep[-1]:  # a click that adds asks for more of the same, not for something else
        fitting = [mask for mask in fitting if overlap(mask, changed) > ALIKE]
    judged = [(promise(whole, odds, mask, clicks), mask) for mask in fitting]
    score, mask = max(judged, key=lambda option: option[0], default=(0.0, changed))
    least = promise(whole, odds, changed, clicks) + (CLEARLY if keep[-1] else -REFUTED)
    if score > least:
        best = closer_look(encoding, enlarged(whole, mask, encoding), xy_px, keep, odds=odds)
    return Found(best.mask, best.score, found.label, found.options)


def _agrees(mask: Mask, xy_px: NDArray[np.float64], keep: NDArray[np.bool_]) -> bool:
    """Whether a mask has all clicks on their right sides."""
    height, width = mask.shape
    columns, rows = np.clip(np.floor(xy_px + 0.5), 0, [width - 1, height - 1]).astype(np.int64).T
    return bool((mask[rows, columns] == keep).all())


def _deep(mask: Mask, clicks: Clicks) -> bool:
    """Whether the last click lies far from the outline of a mask that has it wrong."""
    import cv2

    if not mask.any():
        return True
    height, width = mask.shape
    x, y = np.rint(clicks.xy[-1]).astype(int)
    row, column = int(np.clip(y, 0, height - 1)), int(np.clip(x, 0, width - 1))
    inside = np.asarray(cv2.distanceTransform(np.pad(mask.astype(np.uint8), 1), cv2.DIST_L2, 3))[1:-1, 1:-1]
    outside = np.asarray(cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 3))
    far = float(outside[row, column] if clicks.keep[-1] else inside[row, column])
    return far > DEEP * float(inside.max())
