"""Resample a mask of any size to the small smooth grid that the inflation works on."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

FloatGrid = NDArray[np.float32]

PAD_CELLS = 4
_WORKING_PX = 1024
_GOOD_OVERLAP = 0.98
_POOR_OVERLAP, _QUICK_OVERLAP = 0.9, 0.75
_PINHOLE_PART = 0.015
# From smooth to exact: cells along the long side, and the blur's standard deviation: as a part of the long
# side, and at least in mask pixels.
_ATTEMPTS = ((136, 0.006, 1.2), (136, 0.003, 0.7), (192, 0.002, 0.7), (256, 0.001, 0.7), (320, 0.0, 0.35))
_CELLS_A_PIXEL = 4


@dataclass(frozen=True, eq=False)
class Outline:
    """A mask on the working grid.

    Args:
        coverage: (h, w) float32 in 0..1; the outline is its 0.5 contour. The outermost cells are 0.
        cell_px: Side of a cell in pixels of the photo.
        origin_px: Photo position (column, row) of the centre of cell (0, 0); photo pixel i covers i..i+1.
        dropped: Part of the mask's area (0..1) that was left out, not being connected to the rest.
        thickened: Whether parts too thin for the grid were made wider.
    """

    coverage: FloatGrid
    cell_px: float
    origin_px: tuple[float, float]
    dropped: float = 0.0
    thickened: bool = False

    def to_photo(self, cells: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn (N, 2) grid positions (column, row; cell centres are whole) into photo positions in pixels."""
        return cells * self.cell_px + np.asarray(self.origin_px)

    def places(self) -> NDArray[np.float64]:
        """Return (h, w, 2), the photo position (column, row) of each cell."""
        rows, columns = np.indices(self.coverage.shape)
        return self.to_photo(np.stack([columns, rows], axis=-1).astype(np.float64))

    def sample(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return what a (H, W) mask of the photo is at the middle of each cell (h, w)."""
        spots = self.places().astype(int)
        row, column = (np.clip(spots[..., 1 - i], 0, mask.shape[i] - 1) for i in (0, 1))
        return mask[row, column]

    def on_photo(self, cells: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """Return (H, W), the value (h, w) of the cell nearest to each pixel of the photo; else False."""
        rows, columns = (
            np.rint((np.arange(n) + 0.5 - start) / self.cell_px).astype(int)
            for n, start in zip(shape, self.origin_px[::-1], strict=True)
        )
        inside = [(at >= 0) & (at < n) for at, n in zip((rows, columns), cells.shape, strict=True)]
        found = cells[np.ix_(rows.clip(0, cells.shape[0] - 1), columns.clip(0, cells.shape[1] - 1))]
        return found & inside[0][:, None] & inside[1]

    def moved(self, points: NDArray[np.float64], other: "Outline") -> NDArray[np.float64]:
        """Return points (N, 3) column, row, depth in this grid's cells as those of another grid."""
        places = (self.to_photo(points[:, :2]) - other.origin_px) / other.cell_px
        return np.column_stack([places, points[:, 2] * (self.cell_px / other.cell_px)])


def trace(mask: NDArray[np.bool_], *, cells: int = 0) -> Outline:
    """Resample the largest connected part of a mask, its contour smoothed as far as its shape allows.

    Blurring turns pixel stairs into sub-cell positions of the 0.5 contour. Strong smoothing on a coarse grid
    comes first; shapes that would not survive it get finer grids, and what is too thin for any is widened.

    Args:
        mask: (H, W) bool with at least one True.
        cells: Cells along the long side, for a quick look, where the shape survives that; 0 takes as many as
            it needs.
    """
    largest, (column, row), dropped = _largest_part(mask)
    area, block = _reduced(largest)
    for count in (cells, 2 * cells) if cells else ():
        found = _sampled(area, count, *_ATTEMPTS[1][1:])
        if _iou(_reproduced(area.shape, found), area > 0.5) > _QUICK_OVERLAP:
            origin = (column + found.origin_px[0] * block, row + found.origin_px[1] * block)
            return Outline(found.coverage, found.cell_px * block, origin, dropped)
    found, overlap = _sampled(area, *_ATTEMPTS[0]), -1.0
    most_cells = max(_ATTEMPTS[0][0], _CELLS_A_PIXEL * max(area.shape))
    for cells, part, pixels in _ATTEMPTS:
        attempt = _sampled(area, min(cells, most_cells), part, pixels)
        reproduced = _reproduced(area.shape, attempt)
        quality = _iou(reproduced, area > 0.5)
        if quality > overlap:
            found, overlap = attempt, quality
        if overlap >= _GOOD_OVERLAP:
            break
    thickened = overlap < _POOR_OVERLAP
    if thickened:
        found = _thickened(area, _reproduced(area.shape, found))
    x, y = found.origin_px
    origin = (column + x * block, row + y * block)
    dropped = 1 - (1 - dropped) * (1 - found.dropped)
    return Outline(found.coverage, found.cell_px * block, origin, dropped, thickened)


def _largest_part(mask: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], tuple[int, int], float]:
    """Crop the largest 8-connected part; also give its corner and the share of area left out."""
    from scipy import ndimage

    labels, count = cast(Any, ndimage.label(mask, np.ones((3, 3), bool)))
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    best = int(sizes.argmax())
    rows, columns = ndimage.find_objects(labels, max_label=best + 1)[best]
    part = _without_pinholes(labels[rows, columns] == best + 1)
    return part, (columns.start, rows.start), float(1 - sizes[best] / sizes.sum())


def _without_pinholes(part: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Close holes up to 1.5 % of the long side across: no print shows them; most are a segmenter's slips."""
    from scipy import ndimage

    labels, _ = cast(Any, ndimage.label(~np.pad(part, 1, constant_values=False)))
    sizes = np.bincount(labels.ravel())
    small = sizes <= (_PINHOLE_PART * max(part.shape)) ** 2
    small[[0, labels[0, 0]]] = False
    return part | small[labels[1:-1, 1:-1]]


def _one_part(coverage: FloatGrid) -> tuple[FloatGrid, float]:
    """Keep the largest part connected by cell sides: touching corners would not hold together in a print."""
    from scipy import ndimage

    labels, count = cast(Any, ndimage.label(coverage > 0.5))
    if count < 2:
        return coverage, 0.0
    sizes = np.bincount(labels.ravel())[1:]
    others = (labels > 0) & (labels != sizes.argmax() + 1)
    return np.where(others, np.float32(0.4), coverage), float(1 - sizes.max() / sizes.sum())


def _reduced(part: NDArray[np.bool_]) -> tuple[FloatGrid, int]:
    """Average blocks so that the long side is at most 1024 pixels; give the block's side too."""
    block = -(-max(part.shape) // _WORKING_PX)
    if block == 1:
        return part.astype(np.float32), 1
    rows, columns = (-(-n // block) for n in part.shape)
    padded = np.zeros((rows * block, columns * block), np.float32)
    padded[: part.shape[0], : part.shape[1]] = part
    return padded.reshape(rows, block, columns, block).mean(axis=(1, 3)), block


def _sampled(area: FloatGrid, cells: int, blur_part: float, blur_px: float) -> Outline:
    from scipy import ndimage

    long_side = max(area.shape)
    step = long_side / cells
    sigma = max(blur_part * long_side, 0.5 * step if step > 1 else 0.0, min(blur_px, 0.12 * long_side))
    margin = int(np.ceil(3 * sigma)) + 2
    blurred = ndimage.gaussian_filter(np.pad(area, margin), sigma, truncate=3)
    height, width = (int(np.ceil(n / step)) + 2 * PAD_CELLS for n in area.shape)
    first = (0.5 - PAD_CELLS) * step
    rows, columns = (np.arange(n) * step + first - 0.5 + margin for n in (height, width))
    grid = np.meshgrid(rows, columns, indexing="ij")
    coverage = ndimage.map_coordinates(blurred, grid, order=1).astype(np.float32)
    coverage[[0, -1]] = 0
    coverage[:, [0, -1]] = 0
    coverage, dropped = _one_part(coverage)
    return Outline(coverage, step, (first, first), dropped)


def _reproduced(shape: tuple[int, ...], outline: Outline) -> NDArray[np.bool_]:
    """Return what of an area of this shape lies inside the outline, (H, W) bool."""
    from scipy import ndimage

    x, y = outline.origin_px
    rows = (np.arange(shape[0]) + 0.5 - y) / outline.cell_px
    columns = (np.arange(shape[1]) + 0.5 - x) / outline.cell_px
    grid = np.meshgrid(rows, columns, indexing="ij")
    return np.asarray(ndimage.map_coordinates(outline.coverage, grid, order=1) > 0.5)


def _thickened(area: FloatGrid, reproduced: NDArray[np.bool_]) -> Outline:
    """Widen what the finest grid lost to about three cells of a middling one, and sample that."""
    from scipy import ndimage

    cells = 240
    lost = (area > 0) & ~reproduced
    radius_px = max(1.5 * max(area.shape) / cells, 1.0)
    reach = int(np.ceil(radius_px)) + 1
    near = ndimage.distance_transform_edt(~np.pad(lost, reach)) <= radius_px
    wider = np.maximum(np.pad(area, reach), near).astype(np.float32)
    found = _sampled(wider, cells, *_ATTEMPTS[-1][1:])
    x, y = found.origin_px
    return Outline(found.coverage, found.cell_px, (x - reach, y - reach), found.dropped)


def _iou(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    return float((a & b).sum() / max((a | b).sum(), 1))
