"""How deep the surface lies under the carved one, told by photos that agree: sweeps of planes and shells.

For each photo, surfaces that lie ever deeper under the carved one, and level planes ever lower, are tried: a
neighbouring photo, warped over by a trial surface, looks like this one where the surface is right. The
measure is normalised cross-correlation in a square window (a plane sweep with more than one direction of
planes: Gallup et al. 2007, "Real-time plane-sweeping stereo with multiple sweeping directions").
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.cameras import place, rays, seen
from shared.masks import box_of
from shared.media import Image
from shared.mesh import Camera
from shared.progress import Progress
from shared.raster import rasterise
from shared.render import View

Plane = NDArray[np.float32]
LONGEST_PX = 224  # of the object in the small pictures that are compared
_MARGIN_PX = 6
_WINDOW_PX = 9
_LEVELS, _DEEPEST = 40, 0.28  # trial shells, and the deepest, in extents of the object
_PLANES = 56
_NEIGHBOURS = 4
_NEAREST_DEG, _FARTHEST_DEG = 8.0, 65.0
_LEAST_LIKENESS = 0.75
_CLEAR = 0.2  # by how much the best depth must be likelier than the mean one: even shading fits all depths
_LEAST_CONTRAST = 2.5  # standard deviation in a window, of 255
_AGREEING = 0.02  # of the extent: how near two photos' depths must be


@dataclass(frozen=True, eq=False)
class Glance:
    """A small picture of the object, cut out of a photo.

    Args:
        view: The camera of the small picture.
        gray: (H, W) brightness 0..255.
        inside: (H, W) 1 in the outline, else 0.
        carved: (H, W) depth of the carved surface, infinite beside it.
    """

    view: View
    gray: Plane
    inside: Plane
    carved: Plane


@dataclass(frozen=True, eq=False)
class Depths:
    """Where one photo sees the surface.

    Args:
        view: The camera.
        depth: (H, W) along the viewing axis; NaN where the photos do not tell.
        likeness: (H, W) cross-correlation there, 0..1.
    """

    view: View
    depth: Plane
    likeness: Plane

    def points(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Return (N,) rows and columns of the pixels that tell, and (N, 3) places in the world."""
        rows, columns = np.nonzero(np.isfinite(self.depth))
        ways = rays(self.view, np.stack([columns, rows], 1).astype(np.float64) + 0.5)
        ahead = -ways @ self.view.camera_from_world[2, :3]
        points = place(self.view) + ways * (self.depth[rows, columns] / ahead)[:, None]
        return rows, columns, points


def glance(
    view: View, photo: Image, mask: NDArray[np.bool_], vertices: NDArray[np.float64], faces: NDArray[np.int64]
) -> Glance:
    """Cut the object out of a photo, no longer than 224 pixels."""
    import cv2

    left, top, right, bottom = box_of(mask)
    scale = min(1.0, LONGEST_PX / max(right - left, bottom - top))
    margin = _MARGIN_PX / scale
    left, top = max(left - margin, 0), max(top - margin, 0)
    right, bottom = min(right + margin, mask.shape[1]), min(bottom + margin, mask.shape[0])
    left, top, right, bottom = (int(v) for v in (left, top, np.ceil(right), np.ceil(bottom)))
    size = max(8, round((right - left) * scale)), max(8, round((bottom - top) * scale))
    across, down = size[0] / (right - left), size[1] / (bottom - top)
    cut = cv2.cvtColor(np.ascontiguousarray(photo.pixels[top:bottom, left:right]), cv2.COLOR_RGB2GRAY)
    gray = cv2.resize(cut.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    # Pixels stay square to a part in a few hundred; the mean serves both ways.
    x, y = view.camera.center_px
    camera = Camera(view.camera.focal_px * (across + down) / 2, ((x - left) * across, (y - top) * down), size)
    inside = cv2.resize(mask[top:bottom, left:right].astype(np.float32), size, interpolation=cv2.INTER_AREA)
    small = View(camera, view.camera_from_world)
    turned = vertices @ view.camera_from_world[:3, :3].T + view.camera_from_world[:3, 3]
    carved = rasterise(turned, faces, camera).depth
    return Glance(small, np.asarray(gray, np.float32), (inside > 0.5).astype(np.float32), carved)


def depths(glances: Sequence[Glance], extent: float, progress: Progress) -> list[Depths]:
    """Return where each photo sees the surface, as far as another one agrees.

    Args:
        glances: Small pictures of all photos.
        extent: Longest edge of the object.
        progress: Told of each photo; may cancel.
    """
    found: list[Depths] = []
    for i, item in enumerate(glances):
        progress.step(i / len(glances), "comparing the photos")
        others = [glances[j] for j in _neighbours(glances, i)]
        found.append(_swept(item, others, extent))
    return [_agreed(item, found[:i] + found[i + 1 :], extent) for i, item in enumerate(found)]


def highest(told: Sequence[Depths]) -> float:
    """Return how high (y) photos see the surface; one place in a hundred may be wrong."""
    heights = np.concatenate([item.points()[2][:, 1] for item in told])
    return float(np.percentile(heights, 99)) if len(heights) else -np.inf


def _neighbours(glances: Sequence[Glance], number: int) -> list[int]:
    """Return the photos taken from nearest by, but not from the same place."""
    ways = np.stack([-item.view.camera_from_world[2, :3] for item in glances])
    apart = np.degrees(np.arccos(np.clip(ways @ ways[number], -1, 1)))
    good = [j for j in np.argsort(apart) if _NEAREST_DEG <= apart[j] <= _FARTHEST_DEG]
    return good[:_NEIGHBOURS]


@dataclass(frozen=True, eq=False)
class _Sight:
    """What a sweep needs of the photo that it is made for: eye, ways per unit of depth, brightness."""

    eye: NDArray[np.float64]
    ways: NDArray[np.float64]
    weight: Plane
    share: Plane
    mean: Plane
    spread: Plane
    gray: Plane

    @classmethod
    def of(cls, item: Glance) -> "_Sight":
        width, height = item.view.camera.size_px
        columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
        spots = np.stack([columns.ravel(), rows.ravel()], 1).astype(np.float64)
        ways = rays(item.view, spots)
        ahead = -ways @ item.view.camera_from_world[2, :3]
        ways = (ways / ahead[:, None]).reshape(height, width, 3)
        share = np.maximum(_box(item.inside), 1e-6).astype(np.float32)
        mean = _box(item.inside * item.gray) / share
        spread = _box(item.inside * item.gray**2) / share - mean**2
        spread = np.maximum(spread, 0).astype(np.float32)
        return cls(place(item.view), ways, item.inside, share, mean.astype(np.float32), spread, item.gray)


def _swept(item: Glance, others: Sequence[Glance], extent: float) -> Depths:
    shape = item.gray.shape
    nothing = Depths(item.view, np.full(shape, np.nan, np.float32), np.zeros(shape, np.float32))
    if not others:
        return nothing
    sight = _Sight.of(item)
    parts = [_Warp.of(sight, other) for other in others]
    best, likeness = nothing.depth.copy(), np.full(shape, -1, np.float32)
    clear = np.zeros(shape, np.float32)
    for family in (_shells(item, extent), _planes(item, sight, extent)):
        levels = list(family)
        if not levels:
            continue
        trials = np.stack(levels)
        scores = np.stack([_score(sight, parts, trial) for trial in trials])
        depth, score = _peak(trials, scores)
        tried = scores > -1
        usual = np.where(tried, scores, 0).sum(0) / np.maximum(tried.sum(0), 1)
        better = score > likeness
        best[better], likeness[better] = depth[better], score[better]
        clear[better] = (score - usual)[better]
    seen = (item.inside > 0) & np.isfinite(item.carved)
    sure = seen & (likeness > _LEAST_LIKENESS) & (clear > _CLEAR) & (sight.spread > _LEAST_CONTRAST**2)
    return Depths(item.view, np.where(sure, best, np.nan).astype(np.float32), likeness)


def _shells(item: Glance, extent: float) -> Iterator[Plane]:
    carved = np.where(np.isfinite(item.carved), item.carved, np.nan)
    for level in range(-1, _LEVELS):
        yield np.asarray(carved + extent * _DEEPEST * level / (_LEVELS - 1), np.float32)


def _planes(item: Glance, sight: _Sight, extent: float) -> Iterator[Plane]:
    down = sight.ways[..., 1]
    if np.median(down[item.inside > 0]) > -0.15:  # seen edge-on, level planes tell nothing
        return
    high = sight.eye[1] + down * np.where(np.isfinite(item.carved), item.carved, np.nan)
    top, low = np.nanmax(high), np.nanmin(high)
    for level in np.linspace(top, low, _PLANES):
        depth = (level - sight.eye[1]) / np.minimum(down, -1e-3)
        outside = (depth < item.carved - 0.01 * extent) | (depth > item.carved + _DEEPEST * extent)
        yield np.where(outside, np.nan, depth).astype(np.float32)


@dataclass(frozen=True, eq=False)
class _Warp:
    """How depths of one photo's pixels become pixels of another's: (start + depth · way), projected."""

    start: NDArray[np.float32]
    ways: NDArray[np.float32]
    camera: Camera
    gray: Plane

    @classmethod
    def of(cls, sight: _Sight, other: Glance) -> "_Warp":
        turn, shift = other.view.camera_from_world[:3, :3], other.view.camera_from_world[:3, 3]
        start = (turn @ sight.eye + shift).astype(np.float32)
        return cls(start, (sight.ways @ turn.T).astype(np.float32), other.view.camera, other.gray)

    def picture(self, depth: Plane) -> tuple[Plane, NDArray[np.bool_]]:
        """Return the other photo as seen over a surface, and where it shows it."""
        import cv2

        away = np.maximum(-(self.start[2] + depth * self.ways[..., 2]), 1e-9)
        x, y = self.camera.center_px
        focal = np.float32(self.camera.focal_px)
        column = focal * (self.start[0] + depth * self.ways[..., 0]) / away + np.float32(x - 0.5)
        row = -focal * (self.start[1] + depth * self.ways[..., 1]) / away + np.float32(y - 0.5)
        width, height = self.camera.size_px
        there = (column > 0) & (row > 0) & (column < width - 1) & (row < height - 1)
        spots = np.nan_to_num(column, nan=-9), np.nan_to_num(row, nan=-9)
        return np.asarray(cv2.remap(self.gray, *spots, cv2.INTER_LINEAR), np.float32), there


def _score(sight: _Sight, parts: Sequence[_Warp], depth: Plane) -> Plane:
    """Return the mean correlation of the two photos that agree best (some may be hidden there)."""
    first, second = np.full(depth.shape, -1, np.float32), np.full(depth.shape, -1, np.float32)
    for part in parts:
        other, there = part.picture(depth)
        weighted = sight.weight * other
        mean = _box(weighted) / sight.share
        spread = _box(weighted * other) / sight.share - mean**2
        product = _box(weighted * sight.gray) / sight.share - mean * sight.mean
        like = product / np.sqrt(np.maximum(spread * sight.spread, 1.0))
        like = np.where(there, like, -1)
        second = np.maximum(second, np.minimum(first, like))
        first = np.maximum(first, like)
    return np.asarray((first + second) / 2 if len(parts) > 1 else first, np.float32)


def _box(values: Plane) -> Plane:
    import cv2

    return np.asarray(cv2.boxFilter(np.asarray(values, np.float32), -1, (_WINDOW_PX, _WINDOW_PX)), np.float32)


def _peak(trials: Plane, scores: Plane) -> tuple[Plane, Plane]:
    """Return the depth of the best trial at each pixel, between trials by a parabola, and its score."""
    at = scores.argmax(0)
    inner = np.clip(at, 1, len(scores) - 2)
    take = lambda values, where: np.take_along_axis(values, where[None], 0)[0]  # noqa: E731
    before, here, after = (take(scores, inner + shift) for shift in (-1, 0, 1))
    bend = before - 2 * here + after
    shift = np.where((at == inner) & (bend < -1e-6), 0.5 * (before - after) / np.minimum(bend, -1e-6), 0)
    shift = np.clip(shift, -0.5, 0.5)
    depth, side = take(trials, at), take(trials, np.clip(at + np.sign(shift).astype(int), 0, len(trials) - 1))
    finer = depth + np.abs(shift) * (side - depth)
    return np.where(np.isfinite(finer), finer, depth).astype(np.float32), take(scores, at)


def _agreed(item: Depths, others: Sequence[Depths], extent: float) -> Depths:
    """Keep only depths that at least one other photo sees at the same place."""
    rows, columns, points = item.points()
    votes = np.zeros(len(points), int)
    for other in others:
        spots, depth = seen(other.view, points)
        width, height = other.view.camera.size_px
        column, row = np.floor(spots[:, 0]).astype(int), np.floor(spots[:, 1]).astype(int)
        there = (column >= 0) & (row >= 0) & (column < width) & (row < height)
        told = other.depth[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)]
        votes += there & (np.abs(told - depth) < _AGREEING * extent)
    kept = np.full_like(item.depth, np.nan)
    good = votes >= 1
    kept[rows[good], columns[good]] = item.depth[rows[good], columns[good]]
    return Depths(item.view, kept, item.likeness)
