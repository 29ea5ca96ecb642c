"""Outlines of an object that stands on a known ground: what differs from the ground, and agrees in space."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.cameras import seen
from sam_3d.photos.cuts import SMALL_PX, Cut, Mask, Picture, colour_odds, labelled, scaled, splat
from sam_3d.photos.ground import Ground, find_ground
from shared.media import Image
from shared.progress import Progress
from shared.render import View

_CELLS = 60  # points along each side of the block that is looked at
_AGAINST = 0.12  # share of the photos that may show ground where the object is
_CLEAR = 0.3
_FEWEST = 2
_LEAST_POINTS = 12
_GROUND = 2.5  # how much farther than the object the ground is looked at


def outlines_on_ground(
    photos: Sequence[Image],
    views: Sequence[View],
    floor: float,
    reach: float,
    *,
    marked: Mapping[int, Mask],
    progress: Progress | None = None,
) -> list[Mask] | None:
    """Outline what stands on the ground near the origin.

    Args:
        photos: From all around.
        views: Their cameras.
        floor: y of the ground.
        reach: How far from the origin, and how high, the object may reach, world units.
        marked: (H, W) masks of the object in some photos, by number; of several things they tell which.
        progress: Told of the stages; may cancel.

    Returns:
        (H, W) bool for each photo, or None where nothing is found that agrees in space and with the marks.
    """
    progress = progress or Progress()
    ground = find_ground(photos, views, floor, _GROUND * reach)
    points = _standing(ground, photos, views, floor, reach, marked)
    if len(points) >= _LEAST_POINTS:
        progress.step(0.3, "looking for what stands on the ground")
        hidden = [_shadowed(points, view, floor, reach) for view in views]
        ground = find_ground(photos, views, floor, _GROUND * reach, hidden)
        points = _standing(ground, photos, views, floor, reach, marked)
    if len(points) < _LEAST_POINTS:
        return None
    cuts = [
        Cut.of(photo, view, points, 2 * reach / _CELLS) for photo, view in zip(photos, views, strict=True)
    ]
    evidence = [ground.evidence(i, cut.pixels.astype(np.float32), cut.view) for i, cut in enumerate(cuts)]
    odds = colour_odds(cuts, evidence, ground.gains)
    found = []
    for i, (cut, photo) in enumerate(zip(cuts, photos, strict=True)):
        progress.step(0.6 + 0.4 * i / len(cuts), "outlining what stands on the ground")
        found.append(cut.placed(labelled(cut, evidence[i], odds[i]), (photo.height, photo.width)))
    return found if _as_marked(found, marked) else None


def _as_marked(found: Sequence[Mask], marked: Mapping[int, Mask]) -> bool:
    """Whether outlines are of the thing that was marked."""
    shares = [(found[i] & mask).sum() / max((found[i] | mask).sum(), 1) for i, mask in marked.items()]
    return all(mask.any() for mask in found) and (not shares or float(np.median(shares)) > 0.4)


def _standing(
    ground: Ground,
    photos: Sequence[Image],
    views: Sequence[View],
    floor: float,
    reach: float,
    marked: Mapping[int, Mask],
) -> NDArray[np.float64]:
    """Return (N, 3) points of a coarse grid that hardly any photo shows as ground."""
    import cv2
    from skimage import measure

    line = np.linspace(-reach, reach, _CELLS)
    high = floor + (np.arange(_CELLS) + 0.5) * 2 * reach / _CELLS
    grid = np.stack(np.meshgrid(line, high, line, indexing="ij"), -1).reshape(-1, 3)
    against, speaking = np.zeros(len(grid), int), np.zeros(len(grid), int)
    within, told = np.zeros(len(grid)), 0
    for i, (photo, view) in enumerate(zip(photos, views, strict=True)):
        small = scaled(view, SMALL_PX / max(view.camera.size_px))
        pixels = cv2.resize(photo.pixels, small.camera.size_px, interpolation=cv2.INTER_AREA)
        evidence = ground.evidence(i, pixels.astype(np.float32), small)
        values, there = _at(_closed(evidence), small, grid)
        against += there & (values < -_CLEAR)
        speaking += there & (values > _CLEAR)
        if i in marked:
            mask = cv2.resize(
                marked[i].astype(np.float32), small.camera.size_px, interpolation=cv2.INTER_AREA
            )
            within += _at(np.asarray(cv2.blur(mask, (9, 9)), np.float32), small, grid)[0] > 0.1
            told += 1
    solid = (against <= _AGAINST * len(views)) & (speaking >= max(_FEWEST, 0.15 * len(views)))
    if not solid.any():
        return grid[:0]
    parts = measure.label(solid.reshape(_CELLS, _CELLS, _CELLS), connectivity=1)
    labels = np.asarray(parts).reshape(-1)
    count = int(labels.max())
    sizes = np.bincount(labels, minlength=count + 1)[1:].astype(float)
    if told:
        shown = np.bincount(labels, weights=within / told, minlength=count + 1)[1:] / sizes
        sizes *= shown > 0.4
    return grid[(labels > 0) & np.isin(labels, 1 + np.flatnonzero(sizes > 0.1 * sizes.max()))]


def _closed(evidence: Picture) -> Picture:
    """Close small gaps, where the object looks like the ground behind it."""
    import cv2

    size = max(3, round(0.012 * max(evidence.shape)) * 2 + 1)
    smooth = cv2.GaussianBlur(evidence, (0, 0), 1.0)
    closed = cv2.morphologyEx(
        smooth, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    )
    return np.asarray(closed, np.float32)


def _at(values: Picture, view: View, points: NDArray[np.float64]) -> tuple[Picture, Mask]:
    spots, depth = seen(view, points)
    width, height = view.camera.size_px
    column, row = np.floor(spots[:, 0]).astype(int), np.floor(spots[:, 1]).astype(int)
    there = (column >= 0) & (row >= 0) & (column < width) & (row < height) & (depth > 0)
    found = values[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)]
    return np.where(there, found, 0).astype(np.float32), there


def _shadowed(points: NDArray[np.float64], view: View, floor: float, reach: float) -> Mask:
    """Return where points, and all that is below them, hide the ground (a small picture, widened)."""
    small = scaled(view, SMALL_PX / max(view.camera.size_px))
    columns = np.unique(points[:, [0, 2]], axis=0)
    feet = np.stack([columns[:, 0], np.full(len(columns), floor), columns[:, 1]], axis=1)
    return splat(np.concatenate([points, feet]), small, 2.2 * reach / _CELLS) > 0
