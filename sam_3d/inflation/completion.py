"""Add to a part's mask what smaller parts hide of it: a cup behind its own handle, a lid behind its knob."""

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation import outline
from sam_3d.inflation.symmetry import mirror_axis, mirrored

# A part is symmetric with what is added to it: at least so much, and no less than before but for the error of
# finding the axis.
_LIKENESS, _NO_LESS = 0.94, 0.005
_CELLS = 96

Mask = NDArray[np.bool_]


def completed(part: Mask, others: Mask) -> Mask:
    """Return a part with what others hide of it.

    What its mirror picture shows is added, then what lies inside its convex hull, each where the part is
    symmetric with it. A part that covers smaller ones (a cup marked with its handle) is taken without them if
    it is more symmetric so.

    Args:
        part: (H, W) bool, not empty.
        others: (H, W) bool: where smaller parts may hide it.
    """
    bare = part & ~others
    if bare.any() and (bare != part).any():
        apart, whole = _filled(bare, others), _filled(part, others)
        return apart if _likeness(apart) > _likeness(whole) + _NO_LESS else whole
    return _filled(part, others)


def _filled(part: Mask, others: Mask) -> Mask:
    done, likeness = part, _LIKENESS
    for guess in (_mirrored_into, _hull_within):
        free = others & ~done
        fuller = guess(done, free) if free.any() else None
        if fuller is not None:
            after = _likeness(fuller)
            if after > likeness - _NO_LESS:
                done, likeness = fuller, max(after, _LIKENESS)
    return done


def _likeness(part: Mask) -> float:
    return mirror_axis(outline.trace(part, cells=_CELLS).coverage).likeness


def _mirrored_into(part: Mask, free: Mask) -> Mask | None:
    """Return a part with what its mirror picture covers of a free area; None where that is nothing."""
    from scipy import ndimage

    rows, columns = np.nonzero(free)
    traced = outline.trace(part, cells=_CELLS)
    middles = np.stack([columns, rows], axis=1).astype(np.float64) + 0.5
    there = mirrored((middles - traced.origin_px) / traced.cell_px, mirror_axis(traced.coverage))
    shown = ndimage.map_coordinates(traced.coverage, there[:, ::-1].T, order=1, mode="constant") > 0.5
    return _with(part, rows[shown], columns[shown])


def _hull_within(part: Mask, free: Mask) -> Mask | None:
    """Return a part with what its convex hull covers of a free area; None where that is nothing."""
    import cv2

    hull = cv2.convexHull(np.argwhere(part)[:, ::-1].astype(np.int32))
    filled = cv2.fillConvexPoly(np.zeros(part.shape, np.uint8), hull, (1,))
    return _with(part, *np.nonzero(free & (filled > 0)))


def _with(part: Mask, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Mask | None:
    if not len(rows):
        return None
    done = part.copy()
    done[rows, columns] = True
    return done
