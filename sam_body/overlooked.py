"""Find people whom the detector boxes together with others, as those who hug, wrestle or dance."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shared.media import Image
from shared.pose import Person, person_in_box
from shared.pose_turned import quality

Mask = NDArray[np.bool_]
Seen = tuple[Person, Mask]
Edges = tuple[float, float, float, float]

SURE = 0.6
"""`quality` from which a person is believed whom the detector alone does not see."""
_SURER = 0.7
"""The same where nobody asked for a person."""
_SIZES = (0.35, 0.5, 0.7, 1.0)
"""Heights of boxes around a click in which a person is looked for, as shares of the picture's."""
_LOWER = (-0.2, 0.0, 0.2)
_FREE = 0.25
"""Share of a box's width without a person, from which on there may be another one."""
_WIDER = 0.25
_SAME_IOU = 0.5


def mask_of(image: Image, person: Person) -> Mask:
    """Return (H, W) bool: the pixels of a person."""
    return person.mask_probability(image.height, image.width) > 0.5


def under_clicks(
    image: Image, on: Sequence[tuple[float, float]], off: Sequence[tuple[float, float]]
) -> Seen | None:
    """Look for a person at clicks on whom nobody was found: in boxes around them of several sizes.

    Args:
        image: The photo.
        on: Points on the person, pixels; one at least.
        off: Points beside it.
    """
    x, y = np.mean(on, axis=0)
    best, most = None, 0.0
    for tall in (share * image.height for share in _SIZES):
        for middle in (y + lower * tall for lower in _LOWER):
            edges = (x - tall / 4, middle - tall / 2, x + tall / 4, middle + tall / 2)
            found = _closely(image, edges, SURE)
            if found is None:
                continue
            mask = found[1]
            worth = quality(found[0]) * float(mask.sum()) ** 0.5  # else the upper half would win
            hit = all(mask[int(b), int(a)] for a, b in on) and not any(mask[int(b), int(a)] for a, b in off)
            if worth > most and hit:
                best, most = found, worth
    return best


def beside(image: Image, boxes: Sequence[Edges], found: Sequence[Seen]) -> list[Seen]:
    """Look for people in the parts of the detector's boxes where none of those found is.

    Args:
        image: The photo.
        boxes: The detector's, each as left, top, right, bottom in pixels.
        found: The people found in them.

    Returns:
        Those found besides.
    """
    more: list[Seen] = []
    for box in boxes:
        edges = _free(box, [person.box_xyxy() for person, _ in (*found, *more)])
        other = _closely(image, edges, _SURER) if edges else None
        if other and all(_overlap(other[1], mask) < _SAME_IOU for _, mask in (*found, *more)):
            more.append(other)
    return more


def _closely(image: Image, edges: Edges, least: float) -> Seen | None:
    """Look into a box, as far as it lies in the picture, for a person of some quality."""
    left, top, right, bottom = np.clip(edges, 0, (image.width, image.height) * 2).tolist()
    person = person_in_box(image.pixels, (left, top, right, bottom))
    if person is None or quality(person) <= least:
        return None
    return person, mask_of(image, person)


def _free(box: Edges, people: Sequence[Edges]) -> Edges | None:
    """Return the widest part of a box beside the people in it, made wider; None where it is narrow."""
    left, top, right, bottom = box
    inside = [
        one
        for one in people
        if left <= (one[0] + one[2]) / 2 <= right and top <= (one[1] + one[3]) / 2 <= bottom
    ]
    if not inside:
        return None
    sides = sorted([(left, left), (right, right), *((one[0], one[2]) for one in inside)])
    reached, best = left, (0.0, 0.0)
    for start, end in sides:
        best = max(best, (reached, start), key=lambda gap: gap[1] - gap[0])
        reached = max(reached, end)
    wide = best[1] - best[0]
    if wide < _FREE * (right - left):
        return None
    return best[0] - _WIDER * wide, top, best[1] + _WIDER * wide, bottom


def _overlap(a: Mask, b: Mask) -> float:
    return float((a & b).sum() / max((a | b).sum(), 1))
