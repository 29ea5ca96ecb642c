"""Cut the square picture around an object that a net of front and back depth looks at."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation.outline import FloatGrid, Outline
from shared.masks import box_of

_FINE = 4  # samples along a crop's pixel
_REDUCED_PX = 512  # long side that large photos are averaged down to first


@dataclass(frozen=True, eq=False)
class Crop:
    """A square around the object.

    Args:
        coverage: (n, n) float32, share of each pixel that the object covers.
        color: (n, n, 3) float32 sRGB in 0..1, of the object alone; 0 outside.
        origin: Position (column, row) of the middle of the upper left pixel on the outline's grid.
        step: Side of a pixel in cells of the outline's grid.
    """

    coverage: FloatGrid
    color: NDArray[np.float32]
    origin: tuple[float, float]
    step: float

    def to_grid(self, values: FloatGrid, shape: tuple[int, int]) -> FloatGrid:
        """Carry values (n, n) from the crop to the outline's grid of this shape (cubic, ends repeated)."""
        from scipy import ndimage

        rows, columns = (
            (np.arange(n) - start) / self.step for n, start in zip(shape, self.origin[::-1], strict=True)
        )
        grid = np.meshgrid(rows, columns, indexing="ij")
        return np.asarray(ndimage.map_coordinates(values, grid, order=1, mode="nearest"), np.float32)


def cut(
    photo: NDArray[np.uint8], mask: NDArray[np.bool_], outline: Outline, *, side: int, margin: int
) -> Crop:
    """Cut the square around an outline.

    Args:
        photo: (H, W, 3) uint8 sRGB.
        mask: (H, W) bool; colours are taken inside it only.
        outline: The mask on the working grid; the crop's coverage follows its contour.
        side: Pixels along the crop.
        margin: Free pixels on either side of the object's longer side.
    """
    inside = outline.coverage > 0.5
    low, high = np.array(box_of(inside)).reshape(2, 2) - 0.5
    step = float((high - low).max()) / (side - 2 * margin)
    corner = (low + high) / 2 - step * side / 2
    spots = corner + (np.mgrid[: side * _FINE, : side * _FINE][::-1].T.swapaxes(0, 1) + 0.5) * step / _FINE
    fine = _sampled(outline.coverage[..., None], spots)[..., 0] > 0.5
    coverage = fine.reshape(side, _FINE, side, _FINE).mean((1, 3), dtype=np.float32)
    color = _colors(photo, mask, outline.to_photo(spots.reshape(-1, 2)).reshape(spots.shape), side)
    color *= (coverage > 0.5)[..., None]
    return Crop(coverage, color, (float(corner[0] + step / 2), float(corner[1] + step / 2)), step)


def _colors(
    photo: NDArray[np.uint8], mask: NDArray[np.bool_], spots: NDArray[np.float64], side: int
) -> NDArray[np.float32]:
    """Average the photo inside the mask over each pixel of the crop; `spots` (n, n, 2) are its places."""
    import cv2

    low = np.maximum(np.floor(spots.min((0, 1))).astype(int) - 2, 0)
    high = np.minimum(np.ceil(spots.max((0, 1))).astype(int) + 2, mask.shape[::-1])
    weight = mask[low[1] : high[1], low[0] : high[0]].astype(np.float32)
    area = photo[low[1] : high[1], low[0] : high[0]].astype(np.float32) * weight[..., None]
    values = np.dstack([area, weight])
    shrink = max(1.0, max(weight.shape) / _REDUCED_PX)
    if shrink > 1:
        size = tuple(max(1, round(n / shrink)) for n in weight.shape[::-1])
        values = np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA))
    ratio = np.array(values.shape[1::-1]) / (high - low)
    taken = _sampled(values, (spots - low) * ratio - 0.5)
    pooled = taken.reshape(side, _FINE, side, _FINE, 4).mean((1, 3))
    return np.asarray(pooled[..., :3] / np.maximum(pooled[..., 3:], 1e-3) / 255, np.float32).clip(0, 1)


def _sampled(values: Any, spots: NDArray[np.float64]) -> NDArray[np.float32]:
    """Sample (h, w, c) at (column, row) positions (…, 2), bilinear; 0 outside."""
    import cv2

    x, y = (np.ascontiguousarray(spots[..., i], np.float32) for i in (0, 1))
    found = cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(found, np.float32).reshape(*x.shape, -1)
