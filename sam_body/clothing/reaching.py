"""How far the outline of a drawn body is from the outline of a mask, vertex by vertex."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.mesh import Camera
from shared.raster import rasterise

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_ACROSS = 0.45
"""A vertex is on the rim if its direction is within this sine of the picture's plane."""
_STEP = 0.5  # cells
_OFF = 1.5  # cells from a vertex to what lies just outside and just inside of it


@dataclass(frozen=True, eq=False)
class Window:
    """A grid over a person: pixel of the photo = origin + step · (cell + 0.5).

    Args:
        origin_px: (2,) column and row of the grid's corner in the photo.
        step_px: Side of a cell, photo pixels.
        camera: The photo's camera for the grid's cells.
        mask: (h, w) bool, the person, sampled at the cells' middles.
        photo: (h, w) bool, where the grid lies on the photo.
    """

    origin_px: Array
    step_px: float
    camera: Camera
    mask: Mask
    photo: Mask

    @classmethod
    def around(cls, surface: Array, camera: Camera, mask: Mask, *, cells: int, margin_m: float) -> "Window":
        """Cover a surface and what lies around it.

        Args:
            surface: (V, 3) in the camera's frame.
            camera: The photo's.
            mask: (H, W) bool.
            cells: Along the longer side.
            margin_m: Around the surface.
        """
        flat = camera.project(surface)
        margin = margin_m * camera.focal_px / max(-float(np.median(surface[:, 2])), 1e-3)
        height, width = mask.shape
        low = np.clip(flat.min(0) - margin, 0, (width - 1, height - 1))
        high = np.clip(flat.max(0) + margin, low + 1, (width, height))
        low, high = low - 0.02 * (high - low), high + 0.02 * (high - low)
        step = float((high - low).max() / cells)
        columns, rows = (int(n) for n in np.maximum(np.ceil((high - low) / step), 1))
        x = np.floor(low[0] + step * (np.arange(columns) + 0.5)).astype(int)
        y = np.floor(low[1] + step * (np.arange(rows) + 0.5)).astype(int)
        photo = ((y >= 0) & (y < height))[:, None] & ((x >= 0) & (x < width))[None]
        sampled = mask[np.clip(y, 0, height - 1)[:, None], np.clip(x, 0, width - 1)[None]] & photo
        centre = (np.array(camera.center_px) - low) / step
        small = Camera(camera.focal_px / step, (float(centre[0]), float(centre[1])), (columns, rows))
        return cls(low, step, small, sampled, photo)

    def draw(self, surface: Array, faces: NDArray[np.int64]) -> Mask:
        """(h, w) bool: the silhouette of a surface in the camera's frame, on the photo."""
        return (rasterise(surface, faces, self.camera).face >= 0) & self.photo

    def overlap(self, drawn: Mask) -> float:
        """Intersection over union of a silhouette and the mask, 0..1."""
        return float((drawn & self.mask).sum() / max((drawn | self.mask).sum(), 1))


def gaps(
    surface: Array, directions: Array, drawn: Mask, window: Window, most_m: float
) -> tuple[Array, Array]:
    """Return (V,) metres that each vertex of the rim is to move, and (V,) trust in that, 0 elsewhere.

    A vertex of the rim looks along its direction through what is in the mask but not drawn: as far as the
    mask's edge, or halfway to another part of the body. One outside of the mask looks back for the mask.

    Args:
        surface: (V, 3) in the camera's frame.
        directions: (V, 3) in which vertices move, about unit length.
        drawn: The silhouette of the surface.
        window: With the mask.
        most_m: Farther than that nothing is looked for.
    """
    place = window.camera.project(surface)
    ahead = window.camera.project(surface + 0.01 * directions)
    flat = (ahead - place) / 0.01  # cells a metre
    speed = np.linalg.norm(flat, axis=1)
    view = surface / np.linalg.norm(surface, axis=1, keepdims=True)
    across = np.abs((directions * view).sum(1)) < _ACROSS * np.linalg.norm(directions, axis=1)
    unit = flat / np.maximum(speed, 1e-9)[:, None]
    outer, inner = _at(drawn, place + _OFF * unit), _at(drawn, place - _OFF * unit)
    on_photo = _at(window.photo, place + _OFF * unit)
    rim = np.flatnonzero(across & on_photo & np.logical_not(outer) & inner & (speed > 1))
    move, trust = np.zeros(len(surface)), np.zeros(len(surface))
    steps = np.arange(-_OFF, most_m * float(speed[rim].max(initial=1)), _STEP)
    spots = place[rim, None] + steps[None, :, None] * unit[rim, None]
    masked, covered, known = (_at(grid, spots) for grid in (window.mask, drawn, window.photo))
    outwards = _first_end(masked & (np.logical_not(covered) | (steps <= _OFF)) & known)
    end = np.minimum(outwards, len(steps) - 1)
    rows = np.arange(len(rim))
    meets = (masked & covered)[rows, end] & (outwards < len(steps))
    far = steps[end] * np.where(meets, 0.5, 1.0)
    lost = np.logical_not(known)[rows, end] | (outwards == len(steps))
    back = place[rim, None] - steps[None, :, None] * unit[rim, None]
    inwards = -steps[np.minimum(_first_end(np.logical_not(_at(window.mask, back))), len(steps) - 1)]
    outside = outwards == 0
    metres = np.where(outside, inwards, far) / speed[rim]
    move[rim] = np.clip(metres, -most_m, most_m)
    trust[rim] = np.where(lost & np.logical_not(outside), 0.0, np.where(meets, 0.5, 1.0))
    return move, trust


def _first_end(run: Mask) -> NDArray[np.int64]:
    """(N,) how many values at the start of each row are true."""
    return np.where(run.all(1), run.shape[1], np.argmin(run, axis=1))


def _at(grid: Mask, spots: Array) -> Mask:
    columns, rows = np.moveaxis(np.floor(spots).astype(np.int64), -1, 0)
    height, width = grid.shape
    inside = (columns >= 0) & (rows >= 0) & (columns < width) & (rows < height)
    return grid[np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)] & inside
