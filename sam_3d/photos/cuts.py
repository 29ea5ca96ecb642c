"""Cut the object out of a photo where what is known in space and the colours of all photos agree."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.cameras import seen
from shared.media import Image
from shared.mesh import Camera
from shared.render import View

Mask = NDArray[np.bool_]
Picture = NDArray[np.float32]
SMALL_PX = 480
_BINS = 12  # of each colour channel
_COLOUR = 0.35  # how much a colour's logarithmic odds count beside certainty from elsewhere
_MARGIN_CELLS, _WIDER = 8.0, 1.1
_TIP_PX = 1.0
_THIN, _TIP = 0.4, 1.1  # belief from which on what is thin stays, and what the graph cut drops comes back


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


def splat(points: NDArray[np.float64], view: View, size: float) -> NDArray[np.uint8]:
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
class Cut:
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
    def of(cls, photo: Image, view: View, points: NDArray[np.float64], cell: float) -> "Cut":
        """Cut out what shows points of a grid, each as large as its cell, with room around."""
        import cv2

        spots, depth = seen(view, points)
        margin = _MARGIN_CELLS * cell * view.camera.focal_px / max(float(np.median(depth)), 1e-9)
        size = (photo.width, photo.height)
        low = np.clip(np.floor(spots.min(0) - margin), 0, np.array(size) - 8).astype(int)
        high = np.clip(np.ceil(spots.max(0) + margin), low + 8, size).astype(int)
        factor = min(1.0, SMALL_PX / float((high - low).max()))
        width, height = (int(v) for v in np.maximum(np.round((high - low) * factor), 8))
        cut = np.ascontiguousarray(photo.pixels[low[1] : high[1], low[0] : high[0]])
        pixels = cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA)
        x, y = (np.array(view.camera.center_px) - low) * factor
        small = View(
            Camera(view.camera.focal_px * factor, (float(x), float(y)), (width, height)),
            view.camera_from_world,
        )
        near = splat(points, small, _WIDER * cell)
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


def colour_odds(
    cuts: Sequence[Cut], evidence: Sequence[Picture], gains: NDArray[np.float64]
) -> list[Picture]:
    """Return (h, w) logarithmic odds of each pixel's colour, object against surroundings, of all photos.

    Args:
        cuts: Of all photos.
        evidence: (h, w) each; colours count as the object's above 0.8 and as others' below −0.5.
        gains: (N, 3) how much brighter each photo is.
    """
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


def _no_models() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return empty colour models, which a graph cut fills."""
    return np.zeros((1, 65)), np.zeros((1, 65))


def labelled(cut: Cut, evidence: Picture, odds: Picture) -> Picture:
    """Return a soft mask: a graph cut where neither evidence (−1..1) nor the colours make it sure."""
    import cv2
    from scipy import ndimage
    from skimage import measure

    belief = evidence + _COLOUR * odds
    belief[cut.near == 0] = -9
    labels = np.where(belief > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    # Lens blur mixes the object into the ground around it: the last pixels are never sure.
    labels[cv2.erode((belief > 1.0).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0] = cv2.GC_FGD
    labels[belief < -1.0] = cv2.GC_BGD
    if (labels == cv2.GC_FGD).sum() > 20 and (labels == cv2.GC_BGD).sum() > 20:
        cv2.grabCut(cut.pixels, labels, (0, 0, 1, 1), *_no_models(), 1, cv2.GC_INIT_WITH_MASK)
    solid = (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)
    wide = np.asarray(ndimage.binary_opening(solid, iterations=1), bool)
    solid = wide | _tips(wide, (solid | (belief > _TIP)) & (belief > _THIN))
    parts = np.asarray(measure.label(solid, connectivity=1))
    if not solid.any():
        return solid.astype(np.float32)
    sizes = np.bincount(parts.ravel())[1:]
    solid = np.isin(parts, 1 + np.flatnonzero(sizes > 0.04 * sizes.max()))
    holes = np.asarray(measure.label(~solid, connectivity=1))
    sizes = np.bincount(holes.ravel())
    small = np.flatnonzero(sizes < 0.002 * solid.sum())
    solid |= np.isin(holes, small[small > 0])
    return np.asarray(cv2.GaussianBlur(solid.astype(np.float32), (0, 0), 0.7), np.float32)


def _tips(wide: Mask, sure: Mask) -> Mask:
    """Return thin tips: what is clearly unlike the ground, hangs on what is wide and reaches away from it.

    What reaches less far is the ragged edge that noise leaves.
    """
    from scipy import ndimage
    from skimage import measure

    thin = np.asarray(ndimage.binary_propagation(wide, mask=wide | sure), bool) & ~wide
    parts = np.asarray(measure.label(thin, connectivity=1))
    away = ndimage.distance_transform_edt(~wide)
    reach = ndimage.maximum(away, parts, np.arange(1, int(parts.max()) + 1))
    return np.isin(parts, 1 + np.flatnonzero(np.asarray(reach) > _TIP_PX))
