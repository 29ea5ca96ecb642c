"""A relief: the object rises from a plate, with its fine light and dark as detail."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation import cladding, distance, field, outline, volume
from sam_3d.inflation.outline import FloatGrid, Outline
from sam_3d.types import Shape
from shared.media import Image
from shared.params import Choice, Doc, Range, validated
from shared.progress import Progress

_NOTE = "A relief: heights come from the outline and from light and dark, not from measured depth."
_CELLS = 220
_SMOOTHING = 2
_DETAIL_PART = 1 / 16
_CORNER_PART = 0.04


@dataclass(frozen=True)
class Relief:
    """The object standing out of a plate; for plaques, medals, portraits and whole pictures."""

    id: ClassVar[str] = "relief"
    title: ClassVar[str] = "Relief"
    several: ClassVar[bool] = False
    height_percent: Annotated[float, Range(0.5, 50, "%"), Doc("Highest point, of the longer side.")] = 9.0
    detail_percent: Annotated[
        float, Range(0, 10, "%"), Doc("How far light parts stand out, of the longer side.")
    ] = 1.2
    plate: Annotated[str, Choice(("rectangle", "disc", "outline")), Doc("Form of the plate.")] = "rectangle"
    plate_percent: Annotated[float, Range(0.5, 20, "%"), Doc("Plate thickness, of the longer side.")] = 3.0
    margin_percent: Annotated[float, Range(0, 40, "%"), Doc("Plate beyond the object.")] = 7.0

    def __post_init__(self) -> None:
        validated(self)

    def __call__(self, image: Image, masks: NDArray[np.bool_], *, cells: int, progress: Progress) -> Shape:
        """Lift the first mask; see `sam_3d.shaping.Mode`."""
        progress.step(0.1, "tracing the outline")
        grid = _grid(outline.trace(masks[0], cells=cells), cells or _CELLS, self.margin_percent / 100)
        inside = distance.signed_distance(grid.coverage)
        long_side = _extent(inside).max()
        plate = self._plate(inside, self.margin_percent / 100 * long_side)
        progress.step(0.3, "raising the relief")
        u = field.squared_height(grid.coverage)
        rise = np.sqrt(np.maximum(u, 0) / u.max()) * np.float32(self.height_percent / 100 * long_side)
        rise += _detail(image, grid, inside) * np.float32(self.detail_percent / 100 * long_side)
        top = np.maximum(rise, 0) + np.float32(self.plate_percent / 100 * long_side)
        shape = (top.shape[0], top.shape[1])
        highest = float(top[plate < 0].max())
        depths = volume.layers(-highest, 0.0, shape, finest=min(1.0, highest / 12))
        z = depths[:, None, None]
        solid = np.minimum(np.minimum(-plate[None], top[None] + z), -z)
        progress.step(0.5, "meshing")
        points, faces = volume.closed_surface_of(np.asarray(solid, np.float32), depths, rounds=_SMOOTHING)
        progress.step(0.7, "painting")
        coverage = np.asarray(np.clip(0.5 - plate, 0, 1), np.float32)
        whole = Outline(coverage, grid.cell_px, grid.origin_px, grid.dropped, grid.thickened)
        everywhere = np.ones(masks[0].shape, bool)
        return cladding.clad(points, faces, whole, image, everywhere, warnings=(_NOTE,))

    def _plate(self, inside: FloatGrid, margin: float) -> FloatGrid:
        """Return the distance (h, w) to the plate's edge in cells, negative inside."""
        if self.plate == "outline":
            return inside - np.float32(margin)
        rows, columns = np.nonzero(inside < 0)
        middle = np.array([rows.min() + rows.max(), columns.min() + columns.max()]) / 2
        away = np.abs(np.indices(inside.shape) - middle[:, None, None])
        if self.plate == "disc":
            radius = float(np.hypot(*(np.stack([rows, columns]) - middle[:, None])).max())
            return np.asarray(np.hypot(*away) - (radius + margin), np.float32)
        half = _extent(inside) / 2 + margin
        corner = _CORNER_PART * float(half.min())
        beyond = away - (half - corner)[:, None, None]
        outer = np.hypot(*np.maximum(beyond, 0))
        return np.asarray(outer + np.minimum(beyond.max(0), 0) - corner, np.float32)


def _extent(inside: FloatGrid) -> NDArray[np.float64]:
    """Return (rows, columns) that an outline spans."""
    return np.array([np.ptp(index) + 1.0 for index in np.nonzero(inside < 0)])


def _grid(traced: Outline, cells: int, margin: float) -> Outline:
    """Resample an outline to a grid with room for the plate, a round one included."""
    from scipy import ndimage

    rows, columns = np.nonzero(traced.coverage > 0.5)
    spans = np.array([np.ptp(rows), np.ptp(columns)]) + 1.0
    # What is thin is sampled at its own cells, or it would fall between two.
    thin = float(-distance.signed_distance(traced.coverage).min()) < 2
    step = 1.0 if thin else float(spans.max()) / cells
    diagonal = float(np.hypot(*spans))
    room = (diagonal - spans) / 2 + margin * spans.max() + outline.PAD_CELLS * step
    low = np.array([rows.min(), columns.min()]) - room
    low = np.floor(low) if thin else low
    counts = np.ceil((spans + 2 * room) / step).astype(int)
    where = np.meshgrid(*(low[i] + step * np.arange(counts[i]) for i in (0, 1)), indexing="ij")
    coverage = ndimage.map_coordinates(traced.coverage, where, order=1, mode="constant")
    x, y = traced.to_photo(low[None, ::-1])[0]
    return Outline(
        np.asarray(coverage, np.float32),
        traced.cell_px * step,
        (float(x), float(y)),
        traced.dropped,
        traced.thickened,
    )


def _detail(image: Image, grid: Outline, inside: FloatGrid) -> FloatGrid:
    """Return light minus its surroundings, about −1..1, fading out at the outline."""
    import cv2

    height, width = grid.coverage.shape
    x, y = (
        ((grid.origin_px[i] + np.arange(n) * grid.cell_px) - 0.5).astype(np.float32)
        for i, n in enumerate((width, height))
    )
    blurred = cv2.GaussianBlur(image.pixels, (0, 0), max(0.7 * grid.cell_px, 0.3))
    gray = cv2.cvtColor(blurred, cv2.COLOR_RGB2GRAY).astype(np.float32)
    grid_x, grid_y = np.meshgrid(x, y)
    light = cv2.remap(gray, grid_x, grid_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    within = (inside < 0).astype(np.float32)
    sigma = _DETAIL_PART * max(height, width)
    around = cv2.GaussianBlur(light * within, (0, 0), sigma) / np.maximum(
        cv2.GaussianBlur(within, (0, 0), sigma), 1e-3
    )
    contrast = (light - around) * within
    spread = max(float(contrast[within > 0].std()), 4.0)
    return np.asarray(np.tanh(contrast / (2 * spread)) * np.clip(-inside / 3, 0, 1), np.float32)


MODES = (Relief,)
