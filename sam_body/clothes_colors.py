"""Colours of a person's clothes in several photos: the cheapest sign that they show different people."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sam_body.observation import INDEX, Observation

Array = NDArray[np.float64]

OTHER = 25.0
"""Distance of chroma (CIE 1976 a*, b*) above which clothes are of another colour: more than light changes."""
LEAST_PX = 40
_LINES = {"shirt": ("shoulder", "hip"), "trousers": ("hip", "knee")}


def clothes_colors(
    pixels: NDArray[np.uint8], seen: Observation, mask: NDArray[np.bool_] | None
) -> dict[str, Array]:
    """Return the median (L*, a*, b*) of a person's shirt and trousers, where enough of them is in sight.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        seen: The person's landmarks.
        mask: (H, W) bool, the person; None to go by the landmarks alone.
    """
    import cv2

    found = {}
    for name, (upper, lower) in _LINES.items():
        drawn = np.zeros(pixels.shape[:2], np.uint8)
        ends = [[INDEX[f"{side}_{part}"] for side in ("left", "right")] for part in (upper, lower)]
        if (seen.visibility[ends].max(axis=1) < 0.5).any():
            continue
        above, below = (seen.xy_px[rows].mean(0) for rows in ends)
        first, last = (above + share * (below - above) for share in (0.25, 0.75))
        width = max(round(0.04 * seen.size_px), 1)
        cv2.line(drawn, _whole(first), _whole(last), 1, width)
        inside = drawn > 0 if mask is None else (drawn > 0) & mask
        if inside.sum() >= LEAST_PX:
            lab = cv2.cvtColor(pixels[inside][None].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[0]
            found[name] = np.median(lab, axis=0).astype(np.float64)
    return found


def _whole(xy: Array) -> tuple[int, int]:
    return int(round(float(xy[0]))), int(round(float(xy[1])))


def color_warnings(names: Sequence[str], colors: Sequence[dict[str, Array]]) -> list[str]:
    """Warn of each photo whose clothes have another colour than those of the first photo."""
    said = []
    for name, here in zip(names[1:], colors[1:], strict=True):
        both = set(here) & set(colors[0])
        other = [part for part in both if np.linalg.norm(here[part][1:] - colors[0][part][1:]) > OTHER]
        if other:
            said.append(
                f"{names[0]} and {name} show clothes of different colours ({', '.join(sorted(other))}): "
                "they may show different people."
            )
    return said
