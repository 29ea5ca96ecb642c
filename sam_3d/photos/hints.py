"""Prompts for a photo by what is known of the object in others."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.cameras import seen
from sam_3d.photos.tracks import Tracks
from shared.masks import box_of
from shared.prompts import Box, Points, Prompts
from shared.render import View

_ROOM = 0.06  # that a box is wider than what was seen before, on each side
_LEAST_POINTS, _LEAST_PAIRS = 6, 4
_CLICKS = 5
_WRONG = 0.05  # share of points on the wrong side of an outline that is still right
_WIDEST_SPREAD_PX = 12.0  # by which points of the object may miss where the mask's points are moved to


def mask_hints(mask: NDArray[np.bool_]) -> Prompts:
    """Return a box around a (H, W) mask with some room, and a click where it is deepest; none for no mask."""
    import cv2

    if not mask.any():
        return ()
    depth = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    return (_box(mask), Points(((float(column) + 0.5, float(row) + 0.5),), (True,)))


@dataclass(frozen=True, eq=False)
class Sight:
    """Where a photo shows points of the object, and points beside it.

    Args:
        box: Around where the object should be.
        on: (A, 2) pixel positions.
        beside: (B, 2) pixel positions inside the box.
    """

    box: Box
    on: NDArray[np.float64]
    beside: NDArray[np.float64]

    def prompts(self) -> Prompts:
        """Return the box and a few clicks of both kinds."""
        return self._clicked(_spread(self.on), _spread(self.beside))

    def corrected(self, prompts: Prompts, mask: NDArray[np.bool_]) -> Prompts | None:
        """Return prompts with more clicks where a mask is wrong at points; None where it is right at most."""
        missed = self.on[~_at(mask, self.on)]
        too_much = self.beside[_at(mask, self.beside)]
        if len(missed) <= _WRONG * len(self.on) and len(too_much) <= _WRONG * len(self.beside):
            return None
        more = self._clicked(_spread(missed), _spread(too_much))
        old, new = prompts[1], more[1]
        if not (isinstance(old, Points) and isinstance(new, Points)):
            return None
        return (self.box, Points(old.xy_px + new.xy_px, old.keep + new.keep))

    def wrong(self, mask: NDArray[np.bool_]) -> float:
        """Return the mean share of points of both kinds that a mask has on the wrong side."""
        shares = [1 - _at(mask, self.on).mean()]
        if len(self.beside):
            shares.append(_at(mask, self.beside).mean())
        return float(np.mean(shares))

    def _clicked(self, on: NDArray[np.float64], beside: NDArray[np.float64]) -> Prompts:
        clicks = tuple((float(x), float(y)) for x, y in [*on, *beside])
        return (self.box, Points(clicks, (True,) * len(on) + (False,) * len(beside)))


def sight(
    tracks: Tracks,
    place: int,
    near: int,
    masks: Mapping[int, NDArray[np.bool_]],
    views: Sequence[View],
    *,
    sure: Collection[int],
) -> Sight | None:
    """Return where a photo shows the object, by points that others show too; None where they are too few.

    Args:
        tracks: Points of surfaces.
        place: Number of the photo.
        near: Number of a photo with an outline that shows much of the same.
        masks: (H, W) outlines by number.
        views: Cameras of all photos.
        sure: Numbers of the outlines that a person gave.
    """
    on, beside = tracks.split(place, masks, views, sure=sure)
    if len(on) < _LEAST_POINTS:
        return None
    drawn = _moved(tracks, place, near, masks[near], views)
    spots = on.astype(np.int64)
    drawn[spots[:, 1], spots[:, 0]] = True
    box = _box(drawn)
    left, top, right, bottom = box.xyxy_px
    return Sight(box, on, beside[((beside > (left, top)) & (beside < (right, bottom))).all(1)])


def _at(mask: NDArray[np.bool_], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    spots = points.astype(np.int64)
    return mask[spots[:, 1], spots[:, 0]]


def _moved(
    tracks: Tracks, place: int, near: int, mask: NDArray[np.bool_], views: Sequence[View]
) -> NDArray[np.bool_]:
    """Return a neighbour's mask turned, scaled and shifted as the points in it are; empty without them."""
    import cv2

    width, height = views[place].camera.size_px
    both = tracks.points[tracks.seen_in[:, place] & tracks.seen_in[:, near]]
    here, there = seen(views[place], both)[0], seen(views[near], both)[0]
    spots = np.clip(there.astype(np.int64), 0, np.array(mask.shape[::-1]) - 1)
    inside = mask[spots[:, 1], spots[:, 0]]
    if inside.sum() < _LEAST_PAIRS:
        return np.zeros((height, width), bool)
    matrix: Any = cv2.estimateAffinePartial2D(
        there[inside], here[inside], method=cv2.RANSAC, ransacReprojThreshold=_WIDEST_SPREAD_PX
    )[0]
    if matrix is None:
        return np.zeros((height, width), bool)
    return cv2.warpAffine(mask.astype(np.uint8), matrix, (width, height), flags=cv2.INTER_NEAREST) > 0


def _box(mask: NDArray[np.bool_]) -> Box:
    height, width = mask.shape
    left, top, right, bottom = box_of(mask)
    room_x, room_y = _ROOM * (right - left), _ROOM * (bottom - top)
    left, right = max(left - room_x, 0), min(right + room_x, width)
    top, bottom = max(top - room_y, 0), min(bottom + room_y, height)
    return Box((float(left), float(top), float(right), float(bottom)))


def _spread(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a few of the points, each as far from those before as can be, starting at the middle one."""
    if not len(points):
        return points
    chosen = [int(np.linalg.norm(points - np.median(points, axis=0), axis=1).argmin())]
    while len(chosen) < min(_CLICKS, len(points)):
        away = np.linalg.norm(points[:, None] - points[chosen], axis=2).min(1)
        chosen.append(int(away.argmax()))
    return points[chosen]
