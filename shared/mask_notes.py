"""What a user should know of masks that are of little use as they are."""

import numpy as np
from numpy.typing import NDArray

from shared.masks import Masks
from shared.media import Image

FEW_PX = 16
_LOOK_PX = 256
"""Longest side at which colours are compared."""
_SAME, _SAME_SPREAD = 3.0, 2.0
"""Differences of mean and of standard deviation (0..255, largest of the channels) that noise alone makes."""


def faint(image: Image, masks: Masks) -> tuple[str, ...]:
    """Say of which objects an engine found only masks that look like what lies around them.

    Args:
        image: The picture.
        masks: Masks that an engine made of it, of its size.
    """
    step = -(-max(image.width, image.height) // _LOOK_PX)
    pixels = image.pixels[::step, ::step].astype(np.float32)
    there = {
        object_id
        for mask, object_id in zip(masks.masks, masks.object_ids, strict=True)
        if _stands_out(pixels, mask[::step, ::step])
    }
    if set(masks.object_ids) <= there:
        return ()
    return (
        "What was found looks like what lies around it: there may be no object. Look at the mask, "
        "and mark another place if it is wrong.",
    )


def _stands_out(pixels: NDArray[np.float32], mask: NDArray[np.bool_]) -> bool:
    """Whether a mask differs in colour or in texture from a band around it, or there is too little of one."""
    import cv2

    reach = 2 * max(3, round(0.15 * float(np.sqrt(mask.sum())))) + 1
    around = cv2.dilate(mask.astype(np.uint8), np.ones((reach, reach), np.uint8)).astype(bool) & ~mask
    if min(mask.sum(), around.sum()) < FEW_PX:
        return True
    inside, outside = pixels[mask], pixels[around]
    mean = np.abs(inside.mean(0) - outside.mean(0)).max()
    spread = np.abs(inside.std(0) - outside.std(0)).max()
    return bool(mean > _SAME or spread > _SAME_SPREAD)


def notes(masks: Masks) -> tuple[str, ...]:
    """Return a sentence for each kind of mask that is hardly meant: the whole picture, or next to nothing."""
    areas = masks.masks.sum(axis=(1, 2))
    whole = masks.masks[0].size if len(masks) else 0
    found = []
    if (areas == whole).any():
        found.append("A mask covers the whole picture: nothing is cut off. Mark what does not belong to it.")
    if (areas < FEW_PX).any():
        found.append(
            f"A mask has {areas.min()} pixel{'' if areas.min() == 1 else 's'} only. "
            "Click again, or draw a box around the object."
        )
    return tuple(found)
