"""Which outline contradicts the others."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.cameras import seen
from sam_3d.photos.carving import Outline, grid_in

CELLS = 48
_SHRUNK_PX = 48
MISSED = 0.12  # of the hull's volume, carved away by one outline alone
UNCOVERED = 0.30  # of an outline's area that nothing the others left reaches
_FAR, _ENOUGH = 4.0, 6

Box = tuple[NDArray[np.float64], NDArray[np.float64]]


def insides(outlines: Sequence[Outline], box: Box, floor: float | None = None) -> tuple[NDArray, NDArray]:
    """Return (P, 3) points of a coarse grid and (N, P) whether they lie inside each outline."""
    grid = grid_in(*box, cells=CELLS)
    points = grid.points(np.indices(tuple(grid.cells)).reshape(3, -1).T)
    if floor is not None:
        points = points[points[:, 1] >= floor]
    return points, np.stack([item.at(points) > -0.5 * grid.step for item in outlines])


def contradictions(
    outlines: Sequence[Outline], masks: Sequence[NDArray[np.bool_]], box: Box, *, floor: float | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return two numbers for each outline; both are near 0 when all agree.

    Returns:
        missed: (N,) volume that this outline alone carves away, over the hull's volume.
        uncovered: (N,) share of this outline's area that the hull of all does not reach.
    """
    points, inside = insides(outlines, box, floor)
    votes = inside.sum(0)
    hull = votes == len(outlines)
    alone = (votes == len(outlines) - 1) & ~inside
    missed = alone.sum(1) / max(int(hull.sum()), 1)
    kept = points[hull]
    uncovered = [1 - coverage(o, m, kept, box) for o, m in zip(outlines, masks, strict=True)]
    return missed, np.array(uncovered)


def coverage(
    item: Outline, mask: NDArray[np.bool_], points: NDArray[np.float64], box: Box, *, cells: int = CELLS
) -> float:
    """Return the share of a mask that points of a grid over the box fall on, each as large as its cell."""
    import cv2

    step = float((box[1] - box[0]).max()) / (cells - 7)
    pixels, depth = seen(item.view, points)
    if not len(points):
        return 0.0
    size = max(1.0, step * item.view.camera.focal_px / float(np.median(depth)))
    shape = tuple(max(2, round(side / size)) for side in mask.shape)
    small = cv2.resize(mask.astype(np.uint8), shape[::-1], interpolation=cv2.INTER_AREA) > 0
    hit = np.zeros(shape, np.uint8)
    row, column = (pixels[:, 1] / size).astype(int), (pixels[:, 0] / size).astype(int)
    there = (row >= 0) & (row < shape[0]) & (column >= 0) & (column < shape[1]) & (depth > 0)
    hit[row[there], column[there]] = 1
    hit = cv2.dilate(hit, np.ones((3, 3), np.uint8)) > 0
    return float((small & hit).sum() / max(int(small.sum()), 1))


def most_missed(missed: NDArray[np.float64], least: float) -> float:
    """Return how much one outline may carve away alone before it is doubted.

    Each of few outlines rightly carves much alone, so that fewer than six are never doubted.
    """
    return max(least, _FAR * float(np.median(missed))) if len(missed) >= _ENOUGH else float("inf")


def judged(
    names: Sequence[str],
    outlines: Sequence[Outline],
    masks: Sequence[NDArray[np.bool_]],
    box: Box,
    *,
    floor: float | None = None,
) -> tuple[str, ...]:
    """Return a sentence about each mask that contradicts the others."""
    missed, uncovered = contradictions(outlines, masks, box, floor=floor)
    usual = float(np.median(uncovered))
    limit = most_missed(missed, MISSED)
    found = []
    for name, lost, bare in zip(names, missed, uncovered, strict=True):
        if lost > limit:
            found.append(f"{_doubt(name)}: it misses a part that they all show. Correct it.")
        elif bare > UNCOVERED + usual:
            found.append(f"{_doubt(name)}: {bare:.0%} of it lies beside the object. Correct it.")
    if usual > UNCOVERED:
        found.append(
            f"The outlines agree badly: about {usual:.0%} of them lies beside what they have in common. "
            "Look over all outlines and mark the object in another photo; if they are right, check the "
            "angles or cameras."
        )
    return tuple(found)


def doubted(names: Iterable[str], notes: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the photos whose masks contradict the others, by what `judged` said of them."""
    told = tuple(notes)
    return tuple(name for name in names if any(note.startswith(f"{_doubt(name)}:") for note in told))


def _doubt(name: str) -> str:
    return f"The mask of {name} contradicts the others"
