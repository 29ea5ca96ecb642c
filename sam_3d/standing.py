"""Which thing of a photo stands on which other one, what is hidden under it, and how high that is."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sam_3d.ground import Ground
from sam_3d.usual_heights import kind_of
from shared.media import Image
from shared.mesh import Camera, Mesh
from shared.raster import rasterise

Mask = NDArray[np.bool_]


def _kinds(words: str) -> frozenset[str]:
    return frozenset(words.split(", "))


_SOLE_PART = 0.12  # of a thing's height: what lies that near to its lowest row is its sole
_GAP_PART = 0.01  # of the photo's longer side: as far may masks that touch in truth be apart
_SHARE = 0.5
_TOLD_PX, _PAINTED_PX = 800, 320
_MEASURE_PX = 400
# Masks alone leave doubts, which names settle: what bears people, what bears other things (the rest merely
# stands before them), and what stands on the ground itself.
_BEARING_PEOPLE = _kinds(
    "bench, bicycle, motorcycle, boat, horse, elephant, skateboard, surfboard, snowboard, skis, "
    "chair, couch, bed"
)
_BEARING = _BEARING_PEOPLE | _kinds(
    "car, truck, suitcase, backpack, bowl, cake, pizza, dining table, toilet, sink, tv, laptop, "
    "keyboard, microwave, oven, toaster, refrigerator, book"
)
_ON_GROUND = _kinds(
    "bicycle, car, motorcycle, bus, train, truck, traffic light, fire hydrant, stop sign, parking meter, "
    "bench, horse, sheep, cow, elephant, bear, zebra, giraffe, chair, couch, bed, dining table, toilet, "
    "oven, refrigerator"
)
_FLAT = _kinds("dining table, bed")


def grounds(masks: Sequence[Mask], names: Sequence[str], below: Sequence[int | None]) -> tuple[int, ...]:
    """Return the things that are the ground themselves: tables and beds that bear others, seen only in part.

    Args:
        masks: (H, W) bool each, in one photo.
        names: What each is called; a thing without a name has to go on below the photo and beside it.
        below: As `carriers` tells.
    """
    found = []
    for number, mask in enumerate(masks):
        beside = bool(mask[:, 0].any() or mask[:, -1].any())
        lower = bool(mask[-1].any())
        cut = beside or lower if kind_of(names[number]) in _FLAT else not names[number] and lower and beside
        if cut and number in below and below[number] is None:
            found.append(number)
    return tuple(found)


def carriers(masks: Sequence[Mask], names: Sequence[str]) -> tuple[int | None, ...]:
    """Tell for each thing the one that it stands on: that which is seen below its sole and beside it as well.

    What is seen below a sole alone may as well stand in front and hide the rest of the thing, as a table
    does before people who sit at it.

    Args:
        masks: (H, W) bool each, in one photo; at least one.
        names: What each is called; "" tells nothing. A bottle bears nothing, and no table bears people.

    Returns:
        For each the index of its carrier, or None where it stands on the ground; never in a circle.
    """
    kinds = [kind_of(name) for name in names]
    stride = max(1, max(masks[0].shape) // _TOLD_PX)
    small = [mask[::stride, ::stride] for mask in masks]
    return tuple(
        _carrier(number, small, [_bears(below, kinds[number]) for below in kinds])
        for number in range(len(small))
    )


def _bears(below: str | None, above: str | None) -> bool:
    """Tell whether one kind of thing may stand on another; None is any."""
    bearing = _BEARING_PEOPLE if above == "person" else _BEARING
    return above not in _ON_GROUND and (below is None or below in bearing)


def _carrier(number: int, masks: Sequence[Mask], bears: Sequence[bool]) -> int | None:
    best, most = None, _SHARE
    if not masks[number].any():
        return None
    columns, rows = _sole(masks[number])
    gap = max(2, round(_GAP_PART * max(masks[number].shape)))
    for other, mask in enumerate(masks):
        if other == number or not bears[other] or not mask.any() or _ends(mask)[1] <= rows.max() + 1:
            continue
        lower = mask & ~masks[number]
        spots = zip(columns, rows, strict=True)
        below = np.mean([lower[row + 1 : row + 1 + gap, x].any() for x, row in spots])
        if below >= most and _goes_on_behind(lower, masks[number], gap):
            best, most = other, float(below)
    return best


def _ends(mask: Mask) -> tuple[int, int]:
    """Return the first and the last row of a mask."""
    rows = np.flatnonzero(mask.any(1))
    return int(rows[0]), int(rows[-1])


def _lowest(mask: Mask) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return each column of a thing and its lowest row there."""
    columns = np.flatnonzero(mask.any(0))
    return columns, mask.shape[0] - 1 - mask[::-1, columns].argmax(0)


def _sole(mask: Mask) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return columns and rows of a thing's lowest pixels, near its lowest row."""
    columns, rows = _lowest(mask)
    top, bottom = _ends(mask)
    near = rows >= bottom - _SOLE_PART * (bottom - top)
    return columns[near], rows[near]


def _goes_on_behind(lower: Mask, upper: Mask, gap: int) -> bool:
    """Tell whether a lower thing, just left or right of an upper one's foot, reaches up beyond it.

    Where it hides the rest of the upper one, its outline goes on there as it came; where it carries it, it is
    seen behind it.
    """
    return any(
        _reaches_up(lower, int(columns[end]), int(rows[end]), way, gap)
        for columns, rows in (_sole(upper), _lowest(upper))
        for end, way in ((0, -1), (-1, 1))
    )


def _reaches_up(lower: Mask, column: int, row: int, way: int, gap: int) -> bool:
    """Tell whether a thing reaches up beyond a row in the columns next to one."""
    height, width = lower.shape
    foot = min(row + gap, height - 1)
    for x in (column + way * step for step in range(1, gap + 1)):
        if not 0 <= x < width or not lower[row : foot + 1, x].any():
            continue
        first = foot - int(lower[foot::-1, x].argmax())  # its lowest pixel down to the foot
        above = lower[first::-1, x]
        reach = len(above) if above.all() else int(above.argmin())
        if first - reach + 1 < row - gap:
            return True
    return False


def uncovered(image: Image, mask: Mask, riders: Sequence[Mask]) -> tuple[Image, Mask]:
    """Return a thing as it would be seen without those that stand on it: photo and mask.

    Its outline goes on as its convex hull does; the colours are those of its surroundings (A. Telea, "An
    image inpainting technique based on the fast marching method", 2004, by OpenCV).

    Args:
        image: The photo.
        mask: (H, W) bool, where the thing is seen.
        riders: (H, W) bool masks of what stands on it.
    """
    import cv2

    hull = np.zeros(mask.shape, np.uint8)
    points = np.argwhere(mask)[:, ::-1].astype(np.int32)
    cv2.fillConvexPoly(hull, cv2.convexHull(points), 1)
    over = np.logical_or.reduce(list(riders)) & hull.astype(bool)
    whole = mask | over
    return replace(image, pixels=_painted(image.pixels, over, whole), notes=()), whole


def _painted(pixels: NDArray[np.uint8], hole: Mask, whole: Mask) -> NDArray[np.uint8]:
    """Fill a hole in a thing from the thing alone, at a small size: there is no detail in it."""
    import cv2

    height, width = hole.shape
    factor = min(1.0, _PAINTED_PX / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    known = cv2.resize((whole & ~hole).astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.999
    if not known.any():
        return pixels
    # What is not the thing is unknown as well, so that it does not run into it.
    filled = cv2.inpaint(small, (~known).astype(np.uint8), 3, cv2.INPAINT_TELEA)
    result = pixels.copy()
    result[hole] = cv2.resize(filled, (width, height), interpolation=cv2.INTER_LINEAR)[hole]
    return result


def level_of(mesh: Mesh, ground: Ground, sole_of: Mask) -> float | None:
    """Return how high above the ground a placed thing is where another one stands on it.

    Args:
        mesh: The lower thing, standing in the ground's frame (unit: the camera's height).
        ground: Camera and ground.
        sole_of: (H, W) bool mask of the thing on it.

    Returns:
        The middle of the heights seen just below the sole; None where the mesh is not seen there.
    """
    sole = _sole(sole_of)
    size = ground.camera.size_px
    factor = min(1.0, _MEASURE_PX / max(size))
    small = (max(1, round(size[0] * factor)), max(1, round(size[1] * factor)))
    camera = Camera(ground.camera.focal_px * factor, (small[0] / 2, small[1] / 2), small)
    seen = rasterise(ground.world_to_camera(mesh.vertices), mesh.faces, camera)
    columns = np.minimum((sole[0] * factor).astype(int), small[0] - 1)
    rows = np.minimum(((sole[1] + 1) * factor).astype(int), small[1] - 1)
    face = seen.face[rows, columns]
    hit = face >= 0
    if not hit.any():
        return None
    corners = mesh.vertices[mesh.faces[face[hit]], 1]
    return float(np.median((corners * seen.weights[rows, columns][hit]).sum(1)))
