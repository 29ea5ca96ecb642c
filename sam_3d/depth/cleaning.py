"""The part of a depth map under a mask, on the working grid: without the edge's and the stray values."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.depth.depth_map import DepthMap
from sam_3d.depth.meaning import Front, share_farther
from sam_3d.inflation.distance import signed_distance
from sam_3d.inflation.outline import FloatGrid, Outline
from shared.errors import InputError

_SAMPLES = 3  # along a cell
# Values this near to the outline mix object and background: pixels of the map.
_EDGE_PX = 2.0
_LEAST_SHARE = 0.1
# A value is stray when it lies this many quartile ranges beyond the quartiles of the object, or this many
# robust deviations (and this part of the range) off the median of its neighbours.
_FAR, _OFF, _OFF_PART = 3.0, 6.0, 0.03
_NEIGHBOURS = 5
_AROUND_CELLS = 6.0


def front_under(depth: DepthMap, outline: Outline, size: tuple[int, int]) -> Front:
    """Sample a depth map under an outline and keep what is the object's own.

    Args:
        depth: The map.
        outline: The mask on the working grid.
        size: Width and height of the photo in pixels.

    Returns:
        The front, without gaps; beyond the outline the nearest value goes on.

    Raises:
        InputError: The map has other proportions than the photo, or says next to nothing of the object.
    """
    away = depth.away()
    scale = map_scale(away.shape, size)
    sampled = _sampled(away, outline, scale)
    inside = outline.coverage > 0.5
    _refuse_empty(np.isfinite(sampled) & inside, inside)
    depth_inside = -signed_distance(outline.coverage)
    own = inside & np.isfinite(sampled) & _inner(depth_inside, _EDGE_PX / scale / outline.cell_px)
    own = own if own.any() else inside & np.isfinite(sampled)
    values = sampled[own]
    low, high = np.quantile(values, (0.02, 0.98))
    if not high > low:
        raise InputError(
            f"The depth map has one value, {low:g}, all over the object.",
            "Give the map of this photo with 16 bits or real numbers.",
        )
    first, third = np.quantile(values, (0.25, 0.75))
    reach = _FAR * max(third - first, 0.1 * (high - low))
    own &= (sampled >= first - reach) & (sampled <= third + reach)
    own &= _smooth(_filled(sampled, own), own, float(high - low))
    around = (depth_inside < -_EDGE_PX / scale / outline.cell_px) & (depth_inside > -_AROUND_CELLS)
    return Front(_filled(sampled, own), share_farther(sampled, own, around))


def map_scale(shape: tuple[int, ...], size: tuple[int, int]) -> float:
    """Return pixels of a map along a pixel of its photo.

    Args:
        shape: (height, width) of the map.
        size: (width, height) of the photo.

    Raises:
        InputError: Their proportions differ.
    """
    (height, width), (photo_width, photo_height) = shape, size
    across, down = width / photo_width, height / photo_height
    slack = 1.5 * (1 / photo_width + 1 / photo_height) * max(1.0, across, down) + 0.01
    if abs(across / down - 1) > slack:
        turned = abs(height / photo_width / (width / photo_height) - 1) <= slack
        cure = "Turn the map as the photo is turned." if turned else "Give the map of this very photo, whole."
        raise InputError(
            f"The depth map is {width} x {height} pixels, which are other proportions than the photo's "
            f"{photo_width} x {photo_height}.",
            cure,
        )
    return float(np.sqrt(across * down))


def _sampled(away: NDArray[np.float32], outline: Outline, scale: float) -> NDArray[np.float64]:
    """Return the median of the map's known values in each cell (h, w); NaN where there is none."""
    rows, columns = outline.coverage.shape
    offsets = (np.arange(_SAMPLES) + 0.5) / _SAMPLES - 0.5
    x = (np.arange(columns)[:, None] + offsets).ravel() * outline.cell_px + outline.origin_px[0]
    y = (np.arange(rows)[:, None] + offsets).ravel() * outline.cell_px + outline.origin_px[1]
    height, width = away.shape
    column, row = (np.floor(p * scale).astype(int) for p in (x, y))
    taken = away[np.clip(row, 0, height - 1)[:, None], np.clip(column, 0, width - 1)[None]]
    blocks = taken.reshape(rows, _SAMPLES, columns, _SAMPLES).swapaxes(1, 2).reshape(rows, columns, -1)
    blocks = np.sort(blocks.astype(np.float64), axis=2)  # NaN comes last
    known = np.isfinite(blocks).sum(axis=2)
    return np.take_along_axis(blocks, np.maximum(known - 1, 0)[..., None] // 2, axis=2)[..., 0]


def _inner(depth_inside: FloatGrid, edge: float) -> NDArray[np.bool_]:
    """Find cells away from the edge; of parts too thin for that, their middle line."""
    from scipy import ndimage

    edge = max(edge, 0.5)
    core = depth_inside > edge
    ridge = depth_inside >= ndimage.maximum_filter(depth_inside, 2 * int(np.ceil(edge)) + 1) - 0.5
    return core | (ridge & (depth_inside > 0))


def _smooth(values: FloatGrid, own: NDArray[np.bool_], spread: float) -> NDArray[np.bool_]:
    """Find what agrees with its neighbours: steps stay, single flying values do not."""
    from scipy import ndimage

    off = np.abs(values - ndimage.median_filter(values, _NEIGHBOURS))
    usual = 1.4826 * float(np.median(off[own]))
    return np.asarray(off <= max(_OFF * usual, _OFF_PART * spread))


def _filled(values: NDArray[Any], own: NDArray[np.bool_]) -> FloatGrid:
    """Spread values from where they are the object's own to everywhere."""
    from scipy import ndimage

    nearest = ndimage.distance_transform_edt(~own, return_distances=False, return_indices=True)
    return np.asarray(values[tuple(np.asarray(nearest))], np.float32)


def _refuse_empty(known: NDArray[np.bool_], inside: NDArray[np.bool_]) -> None:
    share = known.sum() / inside.sum()
    if share < _LEAST_SHARE:
        raise InputError(
            f"The depth map has values for {share:.0%} of the object only.",
            "Distances and disparities are above 0; give a map that covers the object, or say what its "
            "values mean (distance, disparity or nearness).",
        )
