"""The distances of a rendered photo, spoilt as a depth network would."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.object_views import Photo

_WALL = 1.0
"""The wall behind the object, in longest edges."""


def spoilt(photo: Photo) -> NDArray[np.float32]:
    """Return distances (H, W): range wrong by 25 %, a slow error of 3 %, edges that bleed into a wall."""
    rng = np.random.default_rng(int(photo.mask.sum()))
    true = np.where(photo.mask, photo.front, photo.distance + _WALL)
    depth = ndimage.gaussian_filter(true, 1.0) - photo.distance
    slow = ndimage.zoom(rng.normal(size=(5, 5)), np.array(depth.shape) / 5, order=3)
    depth = ndimage.gaussian_filter(depth * rng.choice([0.75, 1.25]) + 0.03 * slow, 2)
    return (depth + photo.distance).astype(np.float32)
