"""Whether larger values of a depth map are farther: read off the object's shape and what lies around it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_3d.depth.depth_map import AUTO, DISTANCE, NEARNESS, DepthMap
from sam_3d.inflation.outline import FloatGrid

# Correlation (-1..1) plus the share of the surroundings that is farther, less the share that is nearer.
_UNSURE, _INVERTED = 0.25, -0.35
# What differs by less than this part of the object's own range is as far as the object.
_EVEN_PART = 0.05
_CURE = "say what its values mean: distance (large is far), disparity or nearness (large is near)."


@dataclass(frozen=True, eq=False)
class Front:
    """What a map says of an object.

    Args:
        away: (h, w) float32 in the map's unit, without gaps; grows away from the viewer if the map's meaning
            is right.
        farther: Share of the surroundings that has larger values, less the share that has smaller ones;
            0 where the map says nothing of them.
    """

    away: FloatGrid
    farther: float


def understood(depth: DepthMap, front: Front, half: FloatGrid, inside: NDArray[np.bool_]) -> DepthMap:
    """Return the map with its meaning decided; a note says so, or that the given one looks wrong.

    Args:
        depth: The map.
        front: What it says of the object.
        half: (h, w) height of the inflated front in cells.
        inside: (h, w) bool, the object.
    """
    likeness = correlation(front.away, half, inside)
    score = likeness + front.farther
    if depth.meaning != AUTO:
        if score < _INVERTED:
            return depth.read_as(
                depth.meaning,
                "By the depth map the middle of the object is farther away than its rim, or its surroundings "
                f"are nearer than the object. If that is wrong, {_CURE}",
            )
        return depth
    meaning, word = (DISTANCE, "farther") if score >= 0 else (NEARNESS, "nearer")
    unsure = "; this was a close call" if abs(score) < _UNSURE else ""
    return depth.read_as(
        meaning, f"Larger values of the depth map were read as {word}{unsure}. If that is wrong, {_CURE}"
    )


def correlation(away: FloatGrid, half: FloatGrid, inside: NDArray[np.bool_]) -> float:
    """Return how alike (-1..1) a front and an inflated one stand out beyond the planes that fit them best."""
    bulge, bump = beyond_plane(-half, inside), beyond_plane(away, inside)
    return float((bulge * bump).mean() / max(float(bulge.std() * bump.std()), 1e-12))


def beyond_plane(values: FloatGrid, inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return values (N,) inside, less the plane that fits them best."""
    rows, columns = np.nonzero(inside)
    terms = np.stack([rows, columns, np.ones(len(rows))], axis=1) / max(inside.shape)
    wanted = values[inside].astype(np.float64)
    return wanted - terms @ np.linalg.lstsq(terms, wanted, rcond=None)[0]


def share_farther(values: NDArray[np.float64], own: NDArray[np.bool_], around: NDArray[np.bool_]) -> float:
    """Compare an object's surroundings with the nearest place of the object; see `Front.farther`.

    Args:
        values: (h, w) of the map; NaN where unknown.
        own: (h, w) bool where the map's values are the object's.
        around: (h, w) bool beside the object.
    """
    from scipy import ndimage

    known = around & np.isfinite(values)
    if known.sum() < 0.3 * around.sum() or not known.any():
        return 0.0
    nearest = ndimage.distance_transform_edt(~own, return_distances=False, return_indices=True)
    there = values[tuple(np.asarray(nearest))]
    low, high = np.quantile(values[own], (0.02, 0.98))
    beyond = (values - there)[known]
    even = _EVEN_PART * (high - low)
    return float((beyond > even).mean() - (beyond < -even).mean())
