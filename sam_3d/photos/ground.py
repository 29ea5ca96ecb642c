"""What the ground looks like without the object: photos laid flat on it, and the middle of what they show.

The camera walks around, so that nearly every place of the ground is free in most photos; light and shadow
stay where they are, so that the object's shadow belongs to the picture of the ground.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.cameras import elevation_deg
from shared.media import Image
from shared.render import View

Picture = NDArray[np.float32]
_PX = 720  # side of the ground's picture
_STEEP_DEG, _ENOUGH = 25.0, 4
_NOISE = 7.0  # of 255, that a photo may differ from the ground's picture where that is even
_BEND = 0.55  # how much of the difference of neighbours it may differ by at edges
_SURE, _SPAN = 2.2, 2.2  # differences, in deviations: as likely ground as object, and up to certainty
_ALIKE = 16.0  # of 255: how far a photo's share may lie from the middle and still count


@dataclass(frozen=True, eq=False)
class Ground:
    """The ground without the object.

    Args:
        picture: (P, P, 3) brightness 0..255 as the mean photo is exposed; columns along +x, rows along +z.
        deviation: (P, P) how far photos may differ there; infinite where the ground is not known.
        height: y of the ground.
        reach: Half the side of the picture, world units; its middle is above the origin.
        gains: (N, 3) how much brighter each photo is.
    """

    picture: Picture
    deviation: Picture
    height: float
    reach: float
    gains: NDArray[np.float64]

    def evidence(self, number: int, photo: Picture, view: View) -> Picture:
        """Return (H, W) for each pixel of a small photo: −1 as the ground, 1 unlike it, 0 not known.

        Args:
            number: Which photo (for its gain).
            photo: (H, W, 3) brightness.
            view: Its camera, for pictures of this size.
        """
        import cv2

        matrix = _flat_from(view, self.height, self.reach).astype(np.float64)
        size = view.camera.size_px
        expected = cv2.warpPerspective(
            self.picture, matrix, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        )
        allowed = cv2.warpPerspective(
            self.deviation,
            matrix,
            size,
            flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP,
            borderValue=float("inf"),
        )
        beyond = self._beyond(view)
        apart = ((photo / self.gains[number].astype(np.float32) - expected) ** 2).mean(2)
        apart = cv2.blur(apart, (3, 3))
        with np.errstate(divide="ignore", invalid="ignore"):
            score = (np.sqrt(apart) / allowed - _SURE) / _SPAN
        known = np.isfinite(allowed) & (allowed > 0) & ~beyond
        return np.where(known, np.clip(score, -1, 1), 0).astype(np.float32)

    def _beyond(self, view: View) -> NDArray[np.bool_]:
        """Return (H, W): pixels that look above the horizon, where no ground is."""
        width, height = view.camera.size_px
        camera, up = view.camera, view.camera_from_world[:3, 1]
        columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
        across = (columns - camera.center_px[0]) / camera.focal_px
        down = (rows - camera.center_px[1]) / camera.focal_px
        return across * up[0] - down * up[1] - up[2] > -0.02


def find_ground(
    photos: Sequence[Image],
    views: Sequence[View],
    height: float,
    reach: float,
    hidden: Sequence[NDArray[np.bool_]] | None = None,
) -> Ground:
    """Lay all photos flat on the ground and take the middle of what they show.

    Args:
        photos: At least three.
        views: Their cameras.
        height: y of the ground.
        reach: Half the side of the square around the origin that is looked at.
        hidden: (H, W) bool, at any size, where the object hides the ground in each photo; None: not known.
    """
    middle = np.array([0.0, height, 0.0])
    steep = [i for i, view in enumerate(views) if elevation_deg(view, middle) > _STEEP_DEG]
    used = steep if len(steep) >= _ENOUGH else list(range(len(views)))
    stack = np.zeros((len(views), _PX, _PX, 3), np.uint8)
    shown = np.zeros((len(views), _PX, _PX), bool)
    for i, (photo, view) in enumerate(zip(photos, views, strict=True)):
        hides = None if hidden is None else hidden[i]
        stack[i], shown[i] = _laid(photo, view, height, reach, hides)
    gains = np.ones((len(views), 3))
    first = _middle(stack[used], shown[used])
    for i in range(len(views)):
        gains[i] = _gain(stack[i], first, shown[i])
    gains /= np.exp(np.log(gains[used]).mean(0))
    for i in range(len(views)):
        np.copyto(stack[i], np.clip(stack[i] / gains[i], 0, 255).astype(np.uint8))
    picture = _middle(stack[used], shown[used])
    alike = (np.abs(stack[used].astype(np.float32) - picture).mean(-1) < _ALIKE) & shown[used]
    enough = alike.sum(0) >= np.maximum(2, 0.4 * shown[used].sum(0))
    return Ground(picture, _deviation(picture, enough), height, reach, gains)


def _laid(
    photo: Image, view: View, height: float, reach: float, hides: NDArray[np.bool_] | None
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    import cv2

    matrix = _flat_from(view, height, reach)
    size = (_PX, _PX)
    flat = cv2.warpPerspective(photo.pixels, matrix, size, flags=cv2.INTER_LINEAR)
    free = np.full((photo.height, photo.width), 255, np.uint8)
    if hides is not None:
        free[cv2.resize(hides.astype(np.uint8), (photo.width, photo.height)) > 0] = 0
    shown = cv2.warpPerspective(free, matrix, size, flags=cv2.INTER_NEAREST) > 0
    line = ((np.arange(_PX) + 0.5) / _PX * 2 - 1) * reach
    turn, shift = view.camera_from_world[2, :3], view.camera_from_world[2, 3]
    ahead = -(turn[0] * line[None] + turn[1] * height + turn[2] * line[:, None] + shift)
    return np.asarray(flat, np.uint8), shown & (ahead > 0.02 * reach)


def _flat_from(view: View, height: float, reach: float) -> NDArray[Any]:
    """Return (3, 3): pixels of the ground's picture from pixels of a photo (whole numbers at middles)."""
    turn, shift = view.camera_from_world[:3, :3], view.camera_from_world[:3, 3]
    focal, (x, y) = view.camera.focal_px, view.camera.center_px
    intrinsic = np.array([[focal, 0, -(x - 0.5)], [0, -focal, -(y - 0.5)], [0, 0, -1]])
    step = 2 * reach / _PX
    spot = np.array([[step, 0, step / 2 - reach], [0, 0, height], [0, step, step / 2 - reach]])
    photo_from_flat = intrinsic @ (turn @ spot + np.outer(shift, [0, 0, 1]))
    return np.linalg.inv(photo_from_flat)


def _middle(stack: NDArray[np.uint8], shown: NDArray[np.bool_]) -> Picture:
    """Return the median of the photos that show each place; of all where fewer than two do."""
    few = shown.sum(0) < 2
    shown = shown | few
    order = np.where(shown[..., None], stack, 255).astype(np.uint8)
    order.sort(axis=0)
    count = shown.sum(0)
    low, high = (count - 1) // 2, count // 2
    take = lambda where: np.take_along_axis(order, where[None, ..., None], 0)[0].astype(np.float32)  # noqa: E731
    return (take(low) + take(high)) / 2


def _gain(photo: NDArray[np.uint8], picture: Picture, shown: NDArray[np.bool_]) -> NDArray[np.float64]:
    part = (slice(None, None, 3), slice(None, None, 3))
    photo, picture, shown = photo[part], picture[part], shown[part]
    good = shown & (picture.min(-1) > 40) & (photo.max(-1) < 250)
    if good.sum() < 50:
        return np.ones(3)
    return np.median(photo[good] / picture[good], axis=0)


def _deviation(picture: Picture, known: NDArray[np.bool_]) -> Picture:
    import cv2

    gray = picture.mean(-1)
    kernel = np.ones((3, 3), np.uint8)
    bend = cv2.dilate(gray, kernel) - cv2.erode(gray, kernel)
    return np.where(known, np.hypot(_NOISE, _BEND * bend), np.inf).astype(np.float32)
