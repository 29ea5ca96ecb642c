"""Points of surfaces that several photos show, which tell where an object outlined in one is in another."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.cameras import seen
from shared.render import View

_AGREED = 0.7  # share of the votes that makes a point the object's
_SURE, _ONE = 10.0, 1.0  # votes of an outline that a person gave, and of one that was carried over
_EDGE = 0.004  # of a picture's longer side, by which outlines and points may be wrong


@dataclass(frozen=True, eq=False)
class Tracks:
    """Points and who shows them.

    Args:
        points: (P, 3) in the world.
        seen_in: (P, N) bool, whether each of the N photos shows it.
    """

    points: NDArray[np.float64]
    seen_in: NDArray[np.bool_]

    def split(
        self,
        place: int,
        masks: Mapping[int, NDArray[np.bool_]],
        views: Sequence[View],
        *,
        sure: Collection[int] = (),
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return where a photo shows points of the object, and points of its surrounding.

        A point that a photo shows inside its outline is the object's, one outside is not. What falls beside
        an outline that a person gave is not the object's even if that photo does not show it.

        Args:
            place: Number of the photo.
            masks: (H, W) outlines of other photos by their numbers.
            views: Cameras of all.
            sure: Numbers of those that a person gave.

        Returns:
            Two arrays (A, 2) and (B, 2) of pixel positions inside the photo.
        """
        inside, outside = (np.zeros(len(self.points)) for _ in range(2))
        for number, mask in masks.items():
            if number == place:
                continue
            shown = self.seen_in[:, number]
            hit, near, there = _hits(views[number], mask, self.points)
            weight = _SURE if number in sure else _ONE
            inside += weight * (hit & shown)
            outside += weight * (there & ~near & (shown | (number in sure)))
        told = inside + outside
        share = np.divide(inside, told, out=np.full(len(told), 0.5), where=told > 0)
        shown = self.seen_in[:, place]
        sides = []
        for chosen in (shown & (share >= _AGREED), shown & (share <= 1 - _AGREED)):
            pixels, depth = seen(views[place], self.points[chosen])
            there = (depth > 0) & ((pixels >= 0) & (pixels < views[place].camera.size_px)).all(1)
            sides.append(pixels[there])
        return sides[0], sides[1]


def _hits(
    view: View, mask: NDArray[np.bool_], points: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return whether each point falls on the mask, on or just beside it, and into the picture at all."""
    pixels, depth = seen(view, points)
    height, width = mask.shape
    there = (depth > 0) & ((pixels >= 0) & (pixels < (width, height))).all(1)
    spots = np.where(there[:, None], pixels, 0).astype(np.int64)
    hit = mask[spots[:, 1], spots[:, 0]] & there
    near, reach = hit.copy(), max(1, round(_EDGE * max(mask.shape)))
    for right, down in ((-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)):
        beside = np.clip(spots + (right * reach, down * reach), 0, (width - 1, height - 1))
        near |= mask[beside[:, 1], beside[:, 0]] & there
    return hit, near, there
