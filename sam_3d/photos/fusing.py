"""Carve on where photos agree that the surface lies deeper: depths of all photos, averaged on the grid.

Signed distances along the view are cut off a little behind and before each seen surface and averaged, as in
Curless and Levoy 1996, "A volumetric method for building complex models from range images"; the carved field
counts as some photos that say "inside".
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.cameras import seen
from sam_3d.photos.carving import Field, Grid
from sam_3d.photos.sweeping import Depths
from shared.progress import Progress

_CELLS = 128  # points along the longest edge, at most, that depths are averaged at
_BAND = 0.012  # of the extent: distances are cut off there
_DEEP = 0.3  # of the extent: farther under the carved surface nothing is looked at
_DOUBT = 1.5  # photos that must be outweighed before anything is carved away
_POINTS_AT_ONCE = 200_000
_STEEPEST = 0.04  # of the extent: depths that differ more within a pixel's neighbours tell no surface


def carved_on(
    field: Field, grid: Grid, seen_depths: Sequence[Depths], extent: float, progress: Progress
) -> Field:
    """Return the field after carving away what photos see to be empty.

    Args:
        field: (X, Y, Z) of outlines alone, world units, positive inside.
        grid: Where its points lie.
        seen_depths: Where each photo sees the surface.
        extent: Longest edge of the object.
        progress: Told of the points done; may cancel.
    """
    from scipy import ndimage

    every = max(1, round(int(max(field.shape)) / _CELLS))
    coarse = field[::every, ::every, ::every]
    inside = np.argwhere((coarse > -2 * grid.step * every) & (coarse < _DEEP * extent))
    if not len(inside) or not any(np.isfinite(item.depth).any() for item in seen_depths):
        return field
    band = _BAND * extent
    total = np.zeros(coarse.shape, np.float32)
    weight = np.zeros(coarse.shape, np.float32)
    maps = [_steady(item, extent) for item in seen_depths]
    for start in range(0, len(inside), _POINTS_AT_ONCE):
        progress.step(start / len(inside), "carving where the photos agree")
        index = inside[start : start + _POINTS_AT_ONCE]
        value, count = _averaged(maps, grid.points(index * every), band)
        total[tuple(index.T)], weight[tuple(index.T)] = value, count
    total = ndimage.gaussian_filter(total, 0.8)
    weight = ndimage.gaussian_filter(weight, 0.8)
    told = (total + _DOUBT * band) / (weight + _DOUBT)
    told = np.where(weight > 0.05, told, np.inf)
    limit = np.minimum(told, 2 * band)
    if every > 1:
        limit = _enlarged(limit, every, field.shape)
    return np.where(limit < 1.5 * band, np.minimum(field, limit), field).astype(np.float32)


def _averaged(
    maps: Sequence[Depths], points: NDArray[np.float64], band: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return (N,) sums of cut-off distances, positive inside, and how many photos tell."""
    import cv2

    total, count = np.zeros(len(points), np.float32), np.zeros(len(points), np.float32)
    for item in maps:
        spots, depth = seen(item.view, points)
        spots = (spots - 0.5).astype(np.float32)
        told = np.concatenate(
            [
                cv2.remap(
                    item.depth,
                    spots[i : i + 32_000, None, 0],
                    spots[i : i + 32_000, None, 1],
                    cv2.INTER_NEAREST,
                    borderMode=cv2.BORDER_CONSTANT,
                    borderValue=float("nan"),
                )[:, 0]
                for i in range(0, len(points), 32_000)
            ]
        )
        behind = depth - told
        tells = behind < band  # False where nothing is told, and where the place is hidden
        total[tells] += np.maximum(behind[tells], -band).astype(np.float32)
        count[tells] += 1
    return total, count


def _steady(item: Depths, extent: float) -> Depths:
    """Drop depths at jumps, where a window sees two surfaces."""
    from scipy import ndimage

    filled = np.where(np.isfinite(item.depth), item.depth, np.inf)
    low = ndimage.minimum_filter(filled, 3)
    high = ndimage.maximum_filter(np.where(np.isfinite(item.depth), item.depth, -np.inf), 3)
    kept = np.where(high - low < _STEEPEST * extent, item.depth, np.nan)
    return Depths(item.view, kept.astype(np.float32), item.likeness)


def _enlarged(limit: Field, every: int, shape: tuple[int, ...]) -> Field:
    found = limit
    for axis, length in enumerate(shape):
        places = np.minimum(np.arange(length) / every, found.shape[axis] - 1)
        low = np.floor(places).astype(int)
        high = np.minimum(low + 1, found.shape[axis] - 1)
        share = (places - low).astype(np.float32).reshape([-1 if a == axis else 1 for a in range(3)])
        found = np.take(found, low, axis) * (1 - share) + np.take(found, high, axis) * share
    return np.asarray(found, np.float32)
