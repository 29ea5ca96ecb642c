"""Space carving: what the outlines of all photos leave of a block, as a field of distances on a grid.

Each outline becomes a signed distance in pixels; at a point of space, distance times depth over focal length
is about the distance to that outline's cone. The smallest over all views is the field; 0 is the surface.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.cameras import rays, seen
from shared.errors import InputError
from shared.masks import box_of
from shared.progress import Progress
from shared.render import View

Field = NDArray[np.float32]
FINEST_CELLS = 256
_FIRST_CELLS = 64
_BLOCK = 8
_POINTS_AT_ONCE = 1_000_000
_ROOM = 1.15
_SMOOTHING_PX = 0.8


@dataclass(frozen=True)
class Grid:
    """A cube of points.

    Args:
        low: (3,) first point.
        step: Distance of neighbouring points.
        cells: Points along each axis.
    """

    low: NDArray[np.float64]
    step: float
    cells: NDArray[np.int64]

    def points(self, index: NDArray[Any]) -> NDArray[np.float64]:
        """Return (N, 3) places of (N, 3) indices, whole or between."""
        return self.low + index * self.step


@dataclass(frozen=True, eq=False)
class Outline:
    """A view and the signed distance of its outline.

    Args:
        view: The camera.
        distance: (H, W) float32, pixels, positive inside.
    """

    view: View
    distance: Field

    def at(self, points: NDArray[np.float64]) -> Field:
        """Return (N,) float32: about how far inside this outline's cone world points lie, in world units.

        Outside the picture the nearest pixel's distance counts, so that an object cut off by the border
        is not carved there.
        """
        import cv2

        pixels, depth = seen(self.view, points)
        spots = (pixels - 0.5).astype(np.float32)
        value = np.empty(len(points), np.float32)
        for start in range(0, len(points), 32_000):  # remap takes at most 32767 rows
            part = slice(start, start + 32_000)
            value[part] = cv2.remap(
                self.distance,
                spots[part, 0][:, None],
                spots[part, 1][:, None],
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )[:, 0]
        value *= (depth / self.view.camera.focal_px).astype(np.float32)
        return np.where(depth > 0, value, -np.inf).astype(np.float32)


def outline(view: View, mask: NDArray[np.bool_]) -> Outline:
    """Return the signed distance of a (H, W) mask, smoothed over its stairs, in its view.

    What smoothing takes away is smoothed and given back (as in "twicing", Tukey 1977), so that thin tips
    hardly get shorter.
    """
    import cv2

    inside = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    outside = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)
    distance = np.where(mask, inside - 0.5, 0.5 - outside).astype(np.float32)
    smooth = cv2.GaussianBlur(distance, (0, 0), _SMOOTHING_PX)
    lost = cv2.GaussianBlur(distance - smooth, (0, 0), _SMOOTHING_PX)
    return Outline(view, np.asarray(smooth + lost, np.float32))


def bounds(
    views: Sequence[View], masks: Sequence[NDArray[np.bool_]], *, floor: float | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lowest and highest corner of a box that holds the object.

    The middle is where the rays through the middles of the outlines come nearest to one another.

    Raises:
        InputError: The outlines do not meet: wrong cameras or masks.
    """
    middles = [_middle(mask) for mask in masks]
    lines = [rays(view, middle[None])[0] for view, (middle, _) in zip(views, middles, strict=True)]
    starts = [-view.camera_from_world[:3, :3].T @ view.camera_from_world[:3, 3] for view in views]
    across = [np.eye(3) - np.outer(line, line) for line in lines]
    matrix = np.sum(across, axis=0) + 1e-9 * np.eye(3)
    middle = np.linalg.solve(matrix, np.sum([a @ s for a, s in zip(across, starts, strict=True)], axis=0))
    reach = 0.0
    for view, (_, radius) in zip(views, middles, strict=True):
        _, depth = seen(view, middle[None])
        if depth[0] <= 0:
            raise InputError(
                "The outlines of the photos do not meet in one place.",
                "Check the order of the photos, the angles and the masks.",
            )
        reach = max(reach, radius * float(depth[0]) / view.camera.focal_px)
    low, high = middle - 1.5 * reach, middle + 1.5 * reach
    if floor is not None:
        low[1] = max(low[1], floor)
    return low, high


def _middle(mask: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    """Return the middle of a mask's box (column, row) and half its diagonal, in pixels."""
    low, high = np.array(box_of(mask)).reshape(2, 2)
    return (low + high) / 2, float(np.linalg.norm(high - low)) / 2


def carve(
    outlines: Sequence[Outline],
    box: tuple[NDArray[np.float64], NDArray[np.float64]],
    *,
    cells: int = FINEST_CELLS,
    floor: float | None = None,
    progress: Progress | None = None,
) -> tuple[Field, Grid]:
    """Carve a box, coarsely first; only blocks that the surface may cross are looked at finely.

    Args:
        outlines: At least two.
        box: Corners that hold the object; the fine grid lies tightly around what the coarse one left.
        cells: Points along the longest edge, 32 to 256.
        floor: Height (y) of the ground, below which nothing is; None where it is not known.
        progress: Told of the blocks done; may cancel.

    Returns:
        Field (X, Y, Z) float32 in world units, positive inside, negative on all six sides; and its grid.

    Raises:
        InputError: Nothing is left: the outlines contradict one another.
    """
    progress = progress or Progress()
    coarse = grid_in(*box, cells=min(cells, _FIRST_CELLS))
    rough = field_on(outlines, coarse, floor=floor)
    # Where the surface touches no coarse point the object may still pass between them.
    kept = np.argwhere(rough > -0.9 * coarse.step)
    if not len(kept) or rough.max() <= 0:
        raise InputError(
            "The outlines of the photos contradict one another: nothing is left of the object.",
            "Check the angles or cameras, and correct masks that miss a part of the object.",
        )
    low, high = coarse.points(kept.min(0)), coarse.points(kept.max(0))
    fine = grid_in(low, high, cells=cells)
    return _carved(outlines, fine, floor, progress), fine


def grid_in(low: NDArray[np.float64], high: NDArray[np.float64], *, cells: int) -> Grid:
    """Return a grid with three spare points on each side of a box."""
    step = float((high - low).max()) / (cells - 7)
    counts = np.ceil((high - low) / step).astype(np.int64) + 7
    return Grid((low + high) / 2 - (counts - 1) * step / 2, step, counts)


def field_on(outlines: Sequence[Outline], grid: Grid, *, floor: float | None = None) -> Field:
    """Return the field at every point of a small grid."""
    index = np.indices(tuple(grid.cells)).reshape(3, -1).T
    return _closed(_smallest(outlines, grid.points(index), floor).reshape(tuple(grid.cells)), grid.step)


def _carved(outlines: Sequence[Outline], grid: Grid, floor: float | None, progress: Progress) -> Field:
    blocks = np.ceil(grid.cells / _BLOCK).astype(np.int64)
    index = np.indices(tuple(blocks)).reshape(3, -1).T
    middles = grid.points(index * _BLOCK + (_BLOCK - 1) / 2)
    value = _smallest(outlines, middles, floor)
    # A block whose middle is farther from every cone than its own corners (and a spare cell) is uncrossed.
    reach = np.float32(np.sqrt(3) / 2 * (_BLOCK + 2) * grid.step * _ROOM)
    filled = np.where(value > 0, reach, -reach).reshape(tuple(blocks))
    for axis in range(3):
        filled = np.repeat(filled, _BLOCK, axis=axis)
    x, y, z = grid.cells
    field = np.ascontiguousarray(filled[:x, :y, :z])
    crossed = index[np.abs(value) < reach] * _BLOCK
    inner = np.indices((_BLOCK,) * 3).reshape(3, -1).T
    batch = max(1, _POINTS_AT_ONCE // len(inner))
    for start in range(0, len(crossed), batch):
        progress.step(start / len(crossed), "carving")
        spots = (crossed[start : start + batch, None] + inner).reshape(-1, 3)
        spots = spots[(spots < grid.cells).all(1)]
        field[tuple(spots.T)] = _smallest(outlines, grid.points(spots), floor)
    return _closed(field, grid.step)


def _smallest(outlines: Sequence[Outline], points: NDArray[np.float64], floor: float | None) -> Field:
    value = np.full(len(points), np.inf, np.float32)
    for item in outlines:
        np.minimum(value, item.at(points), out=value)
    if floor is not None:
        np.minimum(value, (points[:, 1] - floor).astype(np.float32), out=value)
    return value


def _closed(field: Field, step: float) -> Field:
    for axis in range(3):
        side = np.moveaxis(field, axis, 0)
        side[0] = np.minimum(side[0], -step)
        side[-1] = np.minimum(side[-1], -step)
    return field
