"""How alike two sightings of people are: where their landmarks lie, and the colours of what they wear."""

import numpy as np
from numpy.typing import NDArray

from shared.pose import LANDMARKS, Person

Array = NDArray[np.float64]

# Spread of each landmark by its part, as a share of the person's size: COCO's keypoint constants (Lin et al.
# 2014, section on evaluation), doubled as they stand in the formula; hands and feet as wrists and ankles.
_SPREADS = {
    "nose": 0.052, "eye": 0.05, "ear": 0.07, "mouth": 0.052, "shoulder": 0.158, "elbow": 0.144,
    "wrist": 0.124, "pinky": 0.124, "index": 0.124, "thumb": 0.124, "hip": 0.214, "knee": 0.174,
    "ankle": 0.178, "heel": 0.178, "foot": 0.178,
}  # fmt: skip
SPREAD = np.array([next(s for part, s in _SPREADS.items() if part in name) for name in LANDMARKS])
_LAB_SPREAD = 18.0
_PATCH_PX = 2
_ROWS = {name: i for i, name in enumerate(LANDMARKS)}


def keypoint_similarity(a_px: Array, b_px: Array, trust: Array, size_px: float) -> float:
    """Return 0..1: how near two sets of landmarks lie to one another (COCO's object keypoint similarity).

    Args:
        a_px: (33, 2).
        b_px: (33, 2).
        trust: (33,) how much each landmark counts.
        size_px: Square root of the area of the person's box.
    """
    apart = ((a_px - b_px) ** 2).sum(1)
    near = np.exp(-apart / (2 * (max(size_px, 1.0) * SPREAD) ** 2))
    return float((near * trust).sum() / max(float(trust.sum()), 1e-9))


def size_of(person: Person) -> float:
    """Return the square root of the area of a person's box, pixels."""
    left, top, right, bottom = person.box_xyxy()
    return float(np.sqrt(max(right - left, 1.0) * max(bottom - top, 1.0)))


def box_overlap(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Return the share of the smaller of two boxes (left, top, right, bottom) that both cover, 0..1."""
    width = max(min(a[2], b[2]) - max(a[0], b[0]), 0.0)
    height = max(min(a[3], b[3]) - max(a[1], b[1]), 0.0)
    areas = [max((box[2] - box[0]) * (box[3] - box[1]), 1e-9) for box in (a, b)]
    return width * height / min(areas)


def worn_colors(pixels: NDArray[np.uint8], person: Person) -> Array:
    """Return (3, 3) the median CIE Lab colour of trunk, thighs and shins; NaN where out of sight.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        person: As the landmark net saw it.
    """
    xy, sure = person.landmarks_px, person.visibility
    grid = np.linspace(0.2, 0.8, 4)
    shoulders, hips = (
        (xy[_ROWS[f"left_{part}"]], xy[_ROWS[f"right_{part}"]]) for part in ("shoulder", "hip")
    )
    trunk = [
        (1 - v) * ((1 - u) * shoulders[0] + u * shoulders[1]) + v * ((1 - u) * hips[0] + u * hips[1])
        for u in grid
        for v in grid
    ]
    legs = []
    for start, end in (("hip", "knee"), ("knee", "ankle")):
        points = []
        for side in ("left", "right"):
            i, j = _ROWS[f"{side}_{start}"], _ROWS[f"{side}_{end}"]
            if sure[j] > 0.5:
                points += [xy[i] + (xy[j] - xy[i]) * share for share in np.linspace(0.25, 0.8, 5)]
        legs.append(points)
    return np.stack([_lab(pixels, points) for points in (trunk, *legs)])


def _lab(pixels: NDArray[np.uint8], points: list[Array]) -> Array:
    import cv2

    height, width = pixels.shape[:2]
    found = []
    for x, y in points:
        column, row = int(x), int(y)
        if _PATCH_PX <= column < width - _PATCH_PX and _PATCH_PX <= row < height - _PATCH_PX:
            patch = pixels[row - _PATCH_PX : row + _PATCH_PX + 1, column - _PATCH_PX : column + _PATCH_PX + 1]
            found.append(patch.reshape(-1, 3))
    if len(found) < 3:
        return np.full(3, np.nan)
    middle = np.median(np.concatenate(found), axis=0).astype(np.float32)
    lab = cv2.cvtColor((middle / 255).reshape(1, 1, 3), cv2.COLOR_RGB2LAB)
    return np.asarray(lab, np.float64).reshape(3)


def color_likeness(a: Array, b: Array) -> float:
    """Return 0..1: how alike two people's worn colours are; 0.5 where nothing can be compared.

    Args:
        a: (3, 3) as `worn_colors`; lightness counts half, since light changes.
        b: (3, 3).
    """
    apart = (a - b) * [0.5, 1.0, 1.0]
    known = np.isfinite(apart).all(axis=1)
    if not known.any():
        return 0.5
    distance = np.linalg.norm(apart[known], axis=1)
    return float(np.exp(-((distance / _LAB_SPREAD) ** 2)).mean())
