"""Make the masks of one thing's parts overlap, so that their bodies grow into one another."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Gaps between parts up to this share of the whole's long side are a segmenter's slips, and are closed.
_GAP_PART = 0.015
# A part reaches this far into a larger one, in its own half widths.
_REACH = 1.3
# A part whose edge lies in larger ones by more than this sits on their front.
_ON_TOP = 0.7
_WORKING_PX = 640

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Part:
    """One part of a thing.

    Args:
        mask: (H, W) bool in the photo, grown into its larger neighbours.
        own: (H, W) bool: the part itself, with what sits on its front.
        number: Which of the given masks it is.
        host: Number of the larger part that it grows into most, or sits on; None for one that stands alone.
        on_front: Whether it sits on the front of its host.
    """

    mask: Mask
    own: Mask
    number: int
    host: int | None
    on_front: bool


def joined_masks(masks: NDArray[np.bool_]) -> tuple[list[Part], Mask]:
    """Grow each part into the larger ones that it touches, and set those that lie inside them on their front.

    Background is never covered except for hair gaps between parts, so that handles keep their holes.

    Args:
        masks: (N, H, W) bool, none empty.

    Returns:
        The parts, largest first, and the mask of the whole (H, W), gaps closed.
    """
    small, block, corner = _reduced(masks)
    order = np.argsort([-int(mask.sum()) for mask in small], kind="stable")
    gap = max(1.0, _GAP_PART * max(small.shape[1:]))
    whole = _closed(np.asarray(small.any(axis=0)), gap)
    bodies: list[Mask] = []
    owns: list[Mask] = []
    hosts: list[int | None] = []
    fronts: list[bool] = []
    for index in order:
        part = small[index]
        larger = _any(bodies, part)
        edge = _grown(part, gap + 1) & ~part
        enclosed = float((edge & larger).sum() / max(int(edge.sum()), 1))
        on_front = enclosed >= _ON_TOP
        host = _most([edge & body for body in bodies])
        if on_front and host is not None:
            bodies[host], owns[host] = bodies[host] | part, owns[host] | part
        owns.append(part)
        if not on_front and larger.any():
            reach = min(_REACH * _half_width(part), _half_width(larger))
            filling = (larger | (whole & ~small.any(axis=0))) & _grown(part, reach + gap)
            part = part | _touching(filling, part, gap)
        bodies.append(part)
        hosts.append(host)
        fronts.append(on_front)
    size = masks.shape[1:]
    parts = [
        Part(_enlarged(body, block, corner, size), _enlarged(own, block, corner, size), int(number), host, on)
        for body, own, number, host, on in zip(bodies, owns, order, hosts, fronts, strict=True)
    ]
    return parts, _enlarged(whole, block, corner, size)


def _most(overlaps: list[Mask]) -> int | None:
    """Return the number of the largest of some areas; None where all are empty."""
    areas = [int(overlap.sum()) for overlap in overlaps]
    return int(np.argmax(areas)) if areas and max(areas) else None


def _reduced(masks: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], int, tuple[int, int]]:
    """Crop to the parts, and average blocks so that the long side is at most 640 pixels."""
    rows, columns = np.nonzero(masks.any(axis=0))
    top, left = int(rows.min()), int(columns.min())
    crop = masks[:, top : int(rows.max()) + 1, left : int(columns.max()) + 1]
    block = -(-max(crop.shape[1:]) // _WORKING_PX)
    height, width = (-(-n // block) for n in crop.shape[1:])
    padded = np.zeros((len(masks), height * block, width * block), np.float32)
    padded[:, : crop.shape[1], : crop.shape[2]] = crop
    means = padded.reshape(len(masks), height, block, width, block).mean(axis=(2, 4))
    # A part thinner than half a block must not vanish.
    return means >= np.minimum(0.5, means.max(axis=(1, 2), keepdims=True)), block, (top, left)


def _enlarged(small: Mask, block: int, corner: tuple[int, int], shape: tuple[int, ...]) -> Mask:
    full = np.zeros(shape, bool)
    large = np.kron(small, np.ones((block, block), bool)) if block > 1 else small
    height, width = min(large.shape[0], shape[0] - corner[0]), min(large.shape[1], shape[1] - corner[1])
    full[corner[0] : corner[0] + height, corner[1] : corner[1] + width] = large[:height, :width]
    return full


def _any(masks: list[Mask], like: Mask) -> Mask:
    return np.logical_or.reduce(masks) if masks else np.zeros_like(like)


def _depth(mask: Mask) -> NDArray[np.float64]:
    """Return each pixel's distance to the outside."""
    from scipy import ndimage

    return np.asarray(ndimage.distance_transform_edt(np.pad(mask, 1)))[1:-1, 1:-1]


def _half_width(mask: Mask) -> float:
    return float(_depth(mask).max())


def _grown(mask: Mask, radius: float) -> Mask:
    from scipy import ndimage

    return np.asarray(ndimage.distance_transform_edt(~mask)) <= radius


def _closed(mask: Mask, radius: float) -> Mask:
    """Close gaps narrower than twice a radius."""
    reach = int(np.ceil(radius)) + 1
    wide = _grown(np.pad(mask, reach), radius)
    return (_depth(wide) > radius)[reach:-reach, reach:-reach] | mask


def _touching(filling: Mask, part: Mask, gap: float) -> Mask:
    """Return the pieces of a filling that a part touches, across a gap at most."""
    from scipy import ndimage

    labels, _ = ndimage.label(filling | part)  # type: ignore[misc]
    near = np.unique(labels[_grown(part, gap + 1) & (labels > 0)])
    return np.isin(labels, near[near > 0]) & filling
