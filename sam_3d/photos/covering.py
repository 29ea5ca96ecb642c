"""Undo carving that contradicts the outlines: what a photo shows of the object must still be covered."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.cameras import seen
from sam_3d.photos.carving import Field, Grid
from sam_3d.photos.sweeping import Glance

_CELLS = 96  # points along the longest edge, at most, that are looked at
_AROUND = 2  # of these points: how far around an uncovered place is restored


def covering(field: Field, deeper: Field, grid: Grid, glances: Sequence[Glance]) -> Field:
    """Return a carved field with that restored without which an outline would stay empty.

    Depths on which photos wrongly agree may cut a limb off or away. Every ray through an outline meets the
    object, so that where none of its largest part is left on a ray, what was carved away there comes back.

    Args:
        field: (X, Y, Z) of outlines alone, world units, positive inside.
        deeper: The same carved on.
        grid: Where their points lie.
        glances: The outlines, in small pictures.
    """
    from scipy import ndimage

    every = max(1, round(int(max(field.shape)) / _CELLS))
    part = (slice(None, None, every),) * 3
    before, after = _largest(field[part] > 0), _largest(deeper[part] > 0)
    lost = np.argwhere(before & ~after)
    if not len(lost):
        return deeper
    gone, stays = grid.points(lost * every), grid.points(np.argwhere(after) * every)
    back = np.zeros(len(lost), np.bool_)
    for item in glances:
        back |= _uncovered(item, gone, stays, grid.step * every)
    restored = np.zeros(before.shape, np.bool_)
    restored[tuple(lost[back].T)] = True
    restored = ndimage.binary_dilation(restored, iterations=_AROUND)
    for axis, length in enumerate(field.shape):
        restored = np.repeat(restored, every, axis).take(np.arange(length), axis)
    return np.where(restored, field, deeper)


def _largest(solid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    from scipy import ndimage

    parts, count = ndimage.label(solid)  # type: ignore[misc]
    return solid if count < 2 else parts == 1 + int(np.bincount(parts.ravel())[1:].argmax())


def _uncovered(
    item: Glance, gone: NDArray[np.float64], stays: NDArray[np.float64], cell: float
) -> NDArray[np.bool_]:
    """Return which of (N, 3) places lie on rays through an outline that meet none of the other places."""
    import cv2

    middle = float(np.median(seen(item.view, gone)[1]))
    size = max(1.0, cell * item.view.camera.focal_px / max(middle, 1e-9))
    shape = tuple(max(2, round(side / size)) for side in item.inside.shape)
    outline = cv2.resize(item.inside, shape[::-1], interpolation=cv2.INTER_AREA) > 0.99
    hit = np.zeros(shape, np.uint8)
    hit[_pixels(item, stays, size, shape)] = 1
    square = np.ones((3, 3), np.uint8)
    empty = outline & (cv2.dilate(hit, square) == 0)
    # A narrow rim is rather an outline that is a little too wide.
    empty = cv2.morphologyEx(empty.astype(np.uint8), cv2.MORPH_OPEN, square) > 0
    return empty[_pixels(item, gone, size, shape)]


def _pixels(
    item: Glance, points: NDArray[np.float64], size: float, shape: tuple[int, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    spots = (seen(item.view, points)[0] / size).astype(np.int64)
    return spots[:, 1].clip(0, shape[0] - 1), spots[:, 0].clip(0, shape[1] - 1)
