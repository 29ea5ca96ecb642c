"""A picture made ready for cutting: its cells, its colours in bins, and where the photo goes on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.cut.cells import Cells, cells
from shared.cut.picture import Picture, picture

LIGHT_BINS, HUE_BINS, HUE_LIMIT = 8, 12, 60.0
MOST_LOG_ODDS = 3.0

Mask = NDArray[np.bool_]
BoxPx = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Clicks:
    """Positions on a canvas and whether each is on the object.

    Args:
        xy: (N, 2) column and row in pixels of the canvas; may lie outside it.
        keep: (N,) True on the object, False beside it.
    """

    xy: NDArray[np.float64]
    keep: NDArray[np.bool_]

    @property
    def on(self) -> NDArray[np.float64]:
        """Positions on the object."""
        return self.xy[self.keep]


@dataclass(frozen=True, eq=False)
class Canvas:
    """A scaled part of a photo with everything a cut needs.

    Args:
        picture: The scaled part.
        cells: Its graph of cells.
        bins: (h, w) which colour bin each pixel falls in.
        rim: Cells at the sides of the part, where it was cut out of a larger photo.
        box_px: The part in whole photo pixels: left, top, right, bottom.
    """

    picture: Picture
    cells: Cells
    bins: NDArray[np.int64]
    rim: NDArray[np.int64]
    box_px: tuple[int, int, int, int]

    @property
    def shape(self) -> tuple[int, int]:
        """(h, w) of the scaled part."""
        return self.picture.shape

    def clicks(self, xy_px: NDArray[np.float64], keep: NDArray[np.bool_]) -> Clicks:
        """Bring clicks on the photo to this canvas."""
        return Clicks(self.picture.to_small(xy_px), keep)

    def inside(self, clicks: Clicks) -> Clicks:
        """Return only the clicks that lie on this canvas."""
        height, width = self.shape
        fits = ((clicks.xy >= -0.5) & (clicks.xy < [width - 0.5, height - 0.5])).all(axis=1)
        return Clicks(clicks.xy[fits], clicks.keep[fits])

    def log_ratio(self, wanted: NDArray[np.floating], other: NDArray[np.floating]) -> NDArray[np.float64]:
        """(h, w) log odds of each pixel's colour, given where the object and where the rest are.

        Args:
            wanted: (h, w) weights of pixels that show the object's colours.
            other: (h, w) weights of pixels that show the background's.
        """
        ratio = np.log(self.histogram(wanted) / self.histogram(other))
        return np.clip(ratio, -MOST_LOG_ODDS, MOST_LOG_ODDS).ravel()[self.bins]

    def histogram(self, weights: NDArray[np.floating]) -> NDArray[np.float64]:
        """(8, 12, 12) smoothed share of each Lab colour bin under these (h, w) weights."""
        from scipy.ndimage import gaussian_filter

        shape = (LIGHT_BINS, HUE_BINS, HUE_BINS)
        counts = np.bincount(self.bins.ravel(), weights.ravel(), int(np.prod(shape)))
        smooth = gaussian_filter(counts.reshape(shape), 0.7)
        return smooth / (smooth.sum() + 1e-9) + 1e-4

    def shrink(self, mask: Mask) -> Mask:
        """Bring a (H, W) mask of the photo to this canvas."""
        import cv2

        height, width = self.shape
        left, top, right, bottom = self.box_px
        part = mask[top:bottom, left:right].astype(np.float32)
        return np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA)) > 0.5

    def enlarge(self, mask: Mask, shape: tuple[int, ...]) -> Mask:
        """Bring a (h, w) mask of this canvas to the photo of this (H, W), without smoothing its outline."""
        import cv2

        left, top, right, bottom = self.box_px
        part = cv2.resize(
            mask.astype(np.uint8), (right - left, bottom - top), interpolation=cv2.INTER_NEAREST
        )
        whole = np.zeros(shape, np.bool_)
        whole[top:bottom, left:right] = np.asarray(part) > 0
        return whole


def canvas(pixels: NDArray[np.uint8], *, short_px: int, within: BoxPx | None = None) -> Canvas:
    """Make a photo, or a part of it, ready for cutting.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        short_px: Shorter side to work at.
        within: Part to look at, in photo pixels.
    """
    small = picture(pixels, short_px=short_px, within=within)
    graph = cells(small)
    height, width = small.shape
    full_h, full_w = pixels.shape[:2]
    right = small.left_px + round(width / small.scale[0])
    bottom = small.top_px + round(height / small.scale[1])
    edge = np.zeros((height, width), np.bool_)
    edge[0], edge[-1] = small.top_px > 0, bottom < full_h
    edge[:, 0] |= small.left_px > 0
    edge[:, -1] |= right < full_w
    rim = np.unique(graph.labels[edge]).astype(np.int64)
    return Canvas(small, graph, _bins(small.lab), rim, (small.left_px, small.top_px, right, bottom))


def around(box: BoxPx, margin: float, shape: tuple[int, ...]) -> BoxPx:
    """Grow a box by a part of its longer side (at least 24 px) and keep it in the (H, W) photo."""
    left, top, right, bottom = box
    grown = max(margin * max(right - left, bottom - top), 24.0)
    return (
        max(left - grown, 0.0),
        max(top - grown, 0.0),
        min(right + grown, float(shape[1])),
        min(bottom + grown, float(shape[0])),
    )


def under_clicks(mask: Mask, clicks: Clicks) -> Mask:
    """Keep the connected parts of a mask that hold a click on the object; all when none does."""
    import cv2

    count, found = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    parts = np.asarray(found, np.int64)
    height, width = mask.shape
    columns = np.clip(np.rint(clicks.on[:, 0]), 0, width - 1).astype(int)
    rows = np.clip(np.rint(clicks.on[:, 1]), 0, height - 1).astype(int)
    kept = np.zeros(count, np.bool_)
    kept[parts[rows, columns]] = True
    kept[0] = False
    return kept[parts] if kept.any() else mask


def overlap(a: Mask, b: Mask) -> float:
    """Return the intersection over union of two masks; 0 when both are empty."""
    return float(np.count_nonzero(a & b) / max(np.count_nonzero(a | b), 1))


def _bins(lab: NDArray[np.float32]) -> NDArray[np.int64]:
    light = np.clip(lab[..., 0] / 100 * LIGHT_BINS, 0, LIGHT_BINS - 0.01).astype(np.int64)
    hue = (lab[..., 1:] + HUE_LIMIT) / (2 * HUE_LIMIT) * HUE_BINS
    hue = np.clip(hue, 0, HUE_BINS - 0.01).astype(np.int64)
    return (light * HUE_BINS + hue[..., 0]) * HUE_BINS + hue[..., 1]
