"""All objects of a photo: what the detector names, and the regions that stand out by themselves."""

from collections.abc import Iterator

import numpy as np

from shared.cut import outline
from shared.cut.canvas import Canvas, Mask, overlap
from shared.cut.judge import FEATURES, WEIGHTS, features
from shared.cut.merging import region_tree
from shared.cut.naming import likely, once
from shared.cut.select import Found, by_thing
from shared.encoders.image import Encoding
from shared.progress import Progress

MOST = 60
LEAST_AREA, MOST_AREA = 0.002, 0.6  # of the photo
LEAST_RADIUS_PX = 4.0  # of the largest disk inside a region, on the canvas: slivers are shadows and rims
JUDGED = 160  # regions that last longest while others are joined
NAMELESS, FULL_AREA, SIZE_POWER = 0.7, 0.02, 0.2  # a region is less likely an object; a small one yet less
LEAST_REGION, LEAST_COMPACT = 0.3, 0.12  # score; radius of the largest disk inside over the root of the area
ALIKE = FEATURES.index("alike")
MOST_ALIKE = 0.8  # likeness of the colours in and around; more is a piece of a sky or a wall, not an object
SAME = 0.7  # overlap above which two masks are one object
NO_SPOTS = np.zeros((0, 2), np.int64), np.zeros(0, np.bool_)


def all_objects(encoding: Encoding, progress: Progress, *, threshold: float | None = None) -> list[Found]:
    """Return all objects of a photo, the most certain first, at most 60.

    Args:
        encoding: The photo.
        progress: Told of the stages; may cancel.
        threshold: Least score 0..1 of what is returned; None leaves it to the method.
    """
    things = once(likely(encoding, threshold=threshold))[:MOST]
    found: list[Found] = []
    for number, thing in enumerate(things):
        progress.step(0.6 * number / len(things), f"cut out {thing.label}")
        found.append(by_thing(encoding, thing, grabcut=False))
    progress.step(0.6, "look for regions that stand out")
    for region in _regions(encoding, LEAST_REGION if threshold is None else threshold):
        if len(found) >= MOST:
            break
        progress.step(0.7 + 0.3 * len(found) / MOST, "look for regions that stand out")
        full = outline.full_size(encoding.whole, region[1], encoding.pixels)
        found.append(Found(outline.tidy(full, spots=NO_SPOTS[0], keep=NO_SPOTS[1]), region[0]))
    return _distinct(encoding.whole, [f for f in found if f.mask.any()])


def _regions(encoding: Encoding, least: float) -> Iterator[tuple[float, Mask]]:
    """Yield regions of the canvas with their scores, the best first, each unlike those before it."""
    whole = encoding.whole
    tree, total = region_tree(whole.cells), whole.shape[0] * whole.shape[1]
    sizes = (tree.area >= LEAST_AREA * total) & (tree.area <= MOST_AREA * total)
    lasting = np.where(sizes, np.log((np.minimum(tree.gone, 1e9) + 1) / (np.minimum(tree.born, 1e9) + 1)), 0)
    judged: list[tuple[float, Mask]] = []
    for region in np.argsort(-lasting, kind="stable")[:JUDGED]:
        mask = tree.cells_of(int(region))[whole.cells.labels]
        radius = _thickness(mask) if sizes[region] else 0.0
        if radius >= max(LEAST_RADIUS_PX, LEAST_COMPACT * np.sqrt(tree.area[region])):
            size = min(float(tree.area[region]) / (FULL_AREA * total), 1.0) ** SIZE_POWER
            traits = features(whole, mask, None)
            if traits[ALIKE] <= MOST_ALIKE:
                judged.append((NAMELESS * size * float(np.clip(traits @ WEIGHTS, 0.0, 1.0)), mask))
    kept: list[Mask] = []
    for score, mask in sorted(judged, key=lambda pair: -pair[0]):
        if score >= least and all(overlap(mask, other) < SAME for other in kept):
            kept.append(mask)
            yield score, mask


def _distinct(whole: Canvas, found: list[Found]) -> list[Found]:
    """Keep one of masks that show the same, a named one before a nameless one; the most certain first."""
    kept: list[tuple[Found, Mask]] = []
    for item in sorted(found, key=lambda f: (not f.label, -f.score)):
        small = whole.shrink(item.mask)
        if small.any() and all(overlap(small, other) < SAME for _, other in kept):
            kept.append((item, small))
    return sorted((item for item, _ in kept), key=lambda f: -f.score)[:MOST]


def _thickness(mask: Mask) -> float:
    import cv2

    return float(cv2.distanceTransform(np.pad(mask.astype(np.uint8), 1), cv2.DIST_L2, 3).max())
