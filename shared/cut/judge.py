"""How far a mask can be trusted, judged by itself: no truth needed.

A good mask differs in colour from what surrounds it, has an outline along edges, is compact, does not
run out of the picture, and lies around the click. `tools/fit_mask_judge.py` fits the weights to
the measured overlap with the truth on composites whose truth is exact.
"""

import numpy as np
from numpy.typing import NDArray

from shared.cut.canvas import Canvas, Clicks, Mask

FEATURES = ("one", "edge", "alike", "touching", "deep", "solid", "touching_squared")
WEIGHTS = (0.1, 0.27, -0.44, -0.27, 0.56, 0.11, -0.08)


def expected_overlap(canvas: Canvas, mask: Mask, clicks: Clicks | None = None) -> float:
    """Return the expected intersection over union with what was meant, 0..1.

    Args:
        canvas: Where the mask was cut.
        mask: (h, w) mask of the canvas.
        clicks: The clicks it answers; None for a box.
    """
    if mask.sum() < 4:
        return 0.0
    return float(np.clip(features(canvas, mask, clicks) @ WEIGHTS, 0.0, 1.0))


def features(canvas: Canvas, mask: Mask, clicks: Clicks | None) -> NDArray[np.float64]:
    """Return the numbers that the judgement rests on, in the order of `FEATURES`."""
    import cv2

    whole, three = mask.astype(np.uint8), np.ones((3, 3), np.uint8)
    area = float(mask.sum())
    outline = mask & (cv2.erode(whole, three, borderValue=1) == 0)
    length = float(outline.sum()) + 1.0
    edge = cv2.dilate(canvas.picture.edges, three)[outline].mean() if outline.any() else 0.0
    reach = 2 * int(np.clip(0.25 * np.sqrt(area), 3, 25)) + 1
    round_patch = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    ring = (cv2.dilate(whole, round_patch) > 0) & ~mask
    alike = np.sqrt(_share(canvas, mask) * _share(canvas, ring)).sum() if ring.any() else 1.0
    touching = sum(side.sum() for side in (mask[0], mask[-1], mask[:, 0], mask[:, -1])) / length
    points = np.argwhere(outline)[:, ::-1].astype(np.int32)
    hull = cv2.contourArea(cv2.convexHull(points)) + 0.5 * length if len(points) > 2 else area
    deep = 1.0 if clicks is None else _depth(whole, clicks)
    solid = area / max(hull, area)
    return np.array([1.0, edge, alike, touching, deep, solid, touching**2])


def _share(canvas: Canvas, mask: Mask) -> NDArray[np.float64]:
    histogram = canvas.histogram(mask.astype(np.float64))
    return histogram / histogram.sum()


def _depth(whole: NDArray[np.uint8], clicks: Clicks) -> float:
    """How central the first click is: its distance to the outline over the largest one."""
    import cv2

    depth = np.asarray(cv2.distanceTransform(np.pad(whole, 1), cv2.DIST_L2, 3))[1:-1, 1:-1]
    height, width = depth.shape
    x, y = np.rint(clicks.on[0]).astype(int)
    return float(depth[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)] / depth.max())
