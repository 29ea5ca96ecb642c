"""Outlines of an object that stands on a known ground: what differs from the ground, and agrees in space."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.cameras import seen
from sam_3d.photos.ground import Ground, Picture, find_ground
from shared.media import Image
from shared.mesh import Camera
from shared.progress import Progress
from shared.render import View

Mask = NDArray[np.bool_]
_CELLS = 60  # points along each side of the block that is looked at
_SMALL_PX = 480
_AGAINST = 0.12  # share of the photos that may show ground where the object is
_CLEAR = 0.3
_FEWEST = 2
_LEAST_POINTS = 12
_BINS = 12  # of each colour channel
_ROUNDS = 2
_COLOUR = 0.35  # how much a colour's logarithmic odds count beside certainty about the ground


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
    hidden: list[Mask] | None = None
    points = np.zeros((0, 3))
    ground = None
    for stage in range(_ROUNDS):
        progress.step(0.3 * stage, "looking for what stands on the ground")
        ground = find_ground(photos, views, floor, 2.5 * reach, hidden)
        points = _standing(ground, photos, views, floor, reach, marked)
        if len(points) < _LEAST_POINTS:
            return None
        hidden = [_shadowed(points, view, floor, reach) for view in views]
    assert ground is not None
    cuts = [_Cut.of(photo, view, points, reach) for photo, view in zip(photos, views, strict=True)]
    evidence = [ground.evidence(i, cut.pixels.astype(np.float32), cut.view) for i, cut in enumerate(cuts)]
    odds = _colours(cuts, evidence, ground.gains)
    found = []
    for i, (cut, photo) in enumerate(zip(cuts, photos, strict=True)):
        progress.step(0.6 + 0.4 * i / len(cuts), "outlining what stands on the ground")
        found.append(cut.placed(_labelled(cut, evidence[i], odds[i]), (photo.height, photo.width)))
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
    from scipy import ndimage

    line = np.linspace(-reach, reach, _CELLS)
    high = floor + (np.arange(_CELLS) + 0.5) * 2 * reach / _CELLS
    grid = np.stack(np.meshgrid(line, high, line, indexing="ij"), -1).reshape(-1, 3)
    against, speaking = np.zeros(len(grid), int), np.zeros(len(grid), int)
    within, told = np.zeros(len(grid)), 0
    for i, (photo, view) in enumerate(zip(photos, views, strict=True)):
        small = scaled(view, _SMALL_PX / max(view.camera.size_px))
        pixels = cv2.resize(photo.pixels, small.camera.size_px, interpolation=cv2.INTER_AREA)
        evidence = ground.evidence(i, pixels.astype(np.float32), small)
        values, there = _at(_closed(evidence), small, grid)
        against += there & (values < -_CLEAR)
        speaking += there & (values > _CLEAR)
        if i in marked:
            mask = cv2.resize(
                marked[i].astype(np.float32), small.camera.size_px, interpolation=cv2.INTER_AREA
            )
            within += _at(cv2.blur(mask, (9, 9)), small, grid)[0] > 0.1
            told += 1
    solid = (against <= _AGAINST * len(views)) & (speaking >= max(_FEWEST, 0.15 * len(views)))
    labels, count = ndimage.label(solid.reshape(_CELLS, _CELLS, _CELLS))
    if not count:
        return grid[:0]
    labels = labels.reshape(-1)
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


def scaled(view: View, factor: float) -> View:
    """Return a view for a picture that is `factor` times as large."""
    camera = view.camera
    width, height = camera.size_px
    size = max(1, round(width * factor)), max(1, round(height * factor))
    x, y = camera.center_px
    return View(
        Camera(camera.focal_px * size[0] / width, (x * size[0] / width, y * size[1] / height), size),
        view.camera_from_world,
    )


def _shadowed(points: NDArray[np.float64], view: View, floor: float, reach: float) -> Mask:
    """Return where points, and all that is below them, hide the ground (a small picture, widened)."""
    small = scaled(view, _SMALL_PX / max(view.camera.size_px))
    columns = np.unique(points[:, [0, 2]], axis=0)
    feet = np.stack([columns[:, 0], np.full(len(columns), floor), columns[:, 1]], axis=1)
    return _splat(np.concatenate([points, feet]), small, 2.2 * reach / _CELLS) > 0


def _splat(points: NDArray[np.float64], view: View, size: float) -> NDArray[np.uint8]:
    """Draw points as squares of a size in the world, and close the gaps between them."""
    import cv2

    spots, depth = seen(view, points)
    width, height = view.camera.size_px
    drawn = np.zeros((height, width), np.uint8)
    there = ((spots >= 0) & (spots < (width, height))).all(1) & (depth > 0)
    column, row = spots[there].astype(int).T
    drawn[row, column] = 1
    side = max(3, int(np.ceil(2 * size * view.camera.focal_px / max(float(np.median(depth)), 1e-9))) | 1)
    return np.asarray(cv2.dilate(drawn, np.ones((side, side), np.uint8)), np.uint8)


@dataclass(frozen=True, eq=False)
class _Cut:
    """The part of a photo around the object, made smaller.

    Args:
        pixels: (h, w, 3) uint8.
        view: Its camera.
        near: (h, w) uint8, 1 where the object may be.
        box: Left, top, right, bottom in the photo.
    """

    pixels: NDArray[np.uint8]
    view: View
    near: NDArray[np.uint8]
    box: tuple[int, int, int, int]

    @classmethod
    def of(cls, photo: Image, view: View, points: NDArray[np.float64], reach: float) -> "_Cut":
        import cv2

        spots, depth = seen(view, points)
        margin = 8.0 * reach / _CELLS * view.camera.focal_px / max(float(np.median(depth)), 1e-9)
        size = (photo.width, photo.height)
        low = np.clip(np.floor(spots.min(0) - margin), 0, np.array(size) - 8).astype(int)
        high = np.clip(np.ceil(spots.max(0) + margin), low + 8, size).astype(int)
        factor = min(1.0, _SMALL_PX / float((high - low).max()))
        width, height = (int(v) for v in np.maximum(np.round((high - low) * factor), 8))
        cut = np.ascontiguousarray(photo.pixels[low[1] : high[1], low[0] : high[0]])
        pixels = cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA)
        x, y = (np.array(view.camera.center_px) - low) * factor
        small = View(
            Camera(view.camera.focal_px * factor, (float(x), float(y)), (width, height)),
            view.camera_from_world,
        )
        near = _splat(points, small, 2.2 * reach / _CELLS)
        box = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
        return cls(np.asarray(pixels, np.uint8), small, near, box)

    def placed(self, mask: Picture, shape: tuple[int, int]) -> Mask:
        """Return a soft (h, w) mask of the cut as a hard one of the photo."""
        import cv2

        left, top, right, bottom = self.box
        full = np.zeros(shape, bool)
        size = (right - left, bottom - top)
        full[top:bottom, left:right] = cv2.resize(mask, size, interpolation=cv2.INTER_LINEAR) > 0.5
        return full


def _colours(cuts: Sequence[_Cut], evidence: Sequence[Picture], gains: NDArray[np.float64]) -> list[Picture]:
    """Return (h, w) logarithmic odds of each pixel's colour, object against surroundings, of all photos."""
    codes = []
    for cut, gain in zip(cuts, gains, strict=True):
        level = np.clip(cut.pixels / gain * (_BINS / 256), 0, _BINS - 1).astype(int)
        codes.append(level @ np.array([1, _BINS, _BINS**2]))
    counts = np.full((2, _BINS**3), 0.5)
    for cut, item, code in zip(cuts, evidence, codes, strict=True):
        counts[1] += np.bincount(code[(cut.near > 0) & (item > 0.8)], minlength=_BINS**3)
        counts[0] += np.bincount(code[(cut.near == 0) | (item < -0.5)], minlength=_BINS**3)
    shares = counts / counts.sum(1, keepdims=True)
    odds = np.clip(np.log(shares[1] / shares[0]), -2.5, 2.5)
    return [odds[code].astype(np.float32) for code in codes]


def _labelled(cut: _Cut, evidence: Picture, odds: Picture) -> Picture:
    """Return a soft mask: a graph cut where neither the ground nor the colours make it sure."""
    import cv2
    from scipy import ndimage

    belief = evidence + _COLOUR * odds
    belief[cut.near == 0] = -9
    labels = np.where(belief > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    # Lens blur mixes the object into the ground around it: the last pixels are never sure.
    labels[cv2.erode((belief > 1.0).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0] = cv2.GC_FGD
    labels[belief < -1.0] = cv2.GC_BGD
    if (labels == cv2.GC_FGD).sum() > 20 and (labels == cv2.GC_BGD).sum() > 20:
        cv2.grabCut(cut.pixels, labels, None, np.zeros((1, 65)), np.zeros((1, 65)), 1, cv2.GC_INIT_WITH_MASK)
    solid = (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)
    solid = ndimage.binary_opening(solid, iterations=1)
    parts, count = ndimage.label(solid)
    if not count:
        return solid.astype(np.float32)
    sizes = np.bincount(parts.ravel())[1:]
    solid = np.isin(parts, 1 + np.flatnonzero(sizes > 0.04 * sizes.max()))
    holes, count = ndimage.label(~solid)
    sizes = np.bincount(holes.ravel(), minlength=count + 1)
    small = np.flatnonzero(sizes < 0.002 * solid.sum())
    solid |= np.isin(holes, small[small > 0])
    return np.asarray(cv2.GaussianBlur(solid.astype(np.float32), (0, 0), 0.7), np.float32)
