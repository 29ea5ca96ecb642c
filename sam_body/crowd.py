"""Find the boxes of people, also of many small ones, whom the detector misses in the picture as a whole."""

import numpy as np
from numpy.typing import NDArray

from shared.detector import Detection, find_things, iou

Pixels = NDArray[np.uint8]

_MANY, _SMALL = 3, 0.35
"""People from which on, and their share of the longest side below which, a picture is looked at in parts."""
_WIDE = 1.8
"""Longest by shortest side from which on any picture is: squeezed so much, nobody is known in it."""
_SIDE, _LEAST_PX = 2.2, 208
"""Side of a part in heights of a person, and in pixels at least: half of what the net sees."""
_MOST_PARTS = 40
_EDGE_PX = 4
_SAME_IOU = 0.5


def people_boxes(pixels: Pixels, *, least_score: float) -> list[tuple[float, float, float, float]]:
    """Return left, top, right, bottom of people in pixels, the most certain first.

    The net sees a picture squeezed to 416 × 416 pixels. A long picture, and one with several small people, is
    looked at once more in squares that overlap by half; whom the edge of a square cuts, another square tells.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        least_score: Leave out who is less certain, 0..1.
    """
    found = _people(pixels, least_score)
    short, long = sorted(pixels.shape[:2])
    tall = float(np.median([thing.box_xyxy[3] - thing.box_xyxy[1] for thing in found] or [long]))
    if len(found) >= _MANY and tall < _SMALL * long:
        found += _in_parts(pixels, max(_SIDE * tall, _LEAST_PX), least_score)
    elif long > _WIDE * short > _WIDE * _LEAST_PX:
        found += _in_parts(pixels, short, least_score)
    kept: list[tuple[float, float, float, float]] = []
    for thing in sorted(found, key=lambda thing: -thing.score):
        if all(iou(thing.box_xyxy, other) <= _SAME_IOU for other in kept):
            kept.append(thing.box_xyxy)
    return kept


def _people(pixels: Pixels, least_score: float) -> list[Detection]:
    return [thing for thing in find_things(pixels, least_score=least_score) if thing.label == "person"]


def _in_parts(pixels: Pixels, side_px: float, least_score: float) -> list[Detection]:
    height, width = pixels.shape[:2]
    side = round(max(side_px, 2 * np.sqrt(height * width / _MOST_PARTS)))
    found = []
    for top in _starts(height, side):
        for left in _starts(width, side):
            part = pixels[top : top + side, left : left + side]
            right, bottom = left + part.shape[1], top + part.shape[0]
            # Edges of the picture cut nobody twice.
            low = [edge + _EDGE_PX if edge else -1 for edge in (left, top)]
            high = [width + 1 if right == width else right - _EDGE_PX]
            high += [height + 1 if bottom == height else bottom - _EDGE_PX]
            for thing in _people(part, least_score):
                box = (np.array(thing.box_xyxy) + [left, top, left, top]).tolist()
                if all(a > b for a, b in zip(box[:2], low, strict=True)) and all(
                    a < b for a, b in zip(box[2:], high, strict=True)
                ):
                    found.append(Detection(thing.label, thing.score, tuple(box)))
    return found


def _starts(length: int, side: int) -> list[int]:
    last = max(length - side, 0)
    return sorted({*range(0, last, max(side // 2, 1)), last})
