"""All photos of an album with their outlines, as one picture to look over."""

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.album import Album
from sam_3d.photos.marking import CARRIED, FAILED, OWN, PROMPTED, Marks

_COLOURS = {OWN: (70, 150, 110), PROMPTED: (60, 120, 220), CARRIED: (230, 150, 50), FAILED: (210, 60, 60)}
_LINE_PX, _GAP_PX = 18, 6


def contact_sheet(album: Album, marks: Marks, *, width_px: int = 1200) -> NDArray[np.uint8]:
    """Return (H, W, 3): each photo with its object bright and outlined, its name, and how it was marked.

    Args:
        album: The photos.
        marks: Their outlines.
        width_px: Width of the sheet.
    """
    from PIL import Image, ImageDraw

    columns = min(len(album.photos), 6 if len(album.photos) > 8 else 4)
    side = (width_px - _GAP_PX) // columns - _GAP_PX
    heights = [round(side * p.image.height / p.image.width) for p in album.photos]
    high = min(max(heights), 2 * side) + _LINE_PX
    rows = -(-len(album.photos) // columns)
    sheet = Image.new("RGB", (width_px, rows * (high + _GAP_PX) + _GAP_PX), (250, 250, 248))
    pen = ImageDraw.Draw(sheet)
    for i, (photo, mask, way) in enumerate(zip(album.photos, marks.masks, marks.ways, strict=True)):
        left = _GAP_PX + i % columns * (side + _GAP_PX)
        top = _GAP_PX + i // columns * (high + _GAP_PX)
        size = _fitting(photo.size_px, (side, high - _LINE_PX))
        sheet.paste(Image.fromarray(_tile(photo.image.pixels, mask, _COLOURS[way], size)), (left, top))
        pen.text((left, top + high - _LINE_PX + 2), f"{photo.name} · {way}"[: side // 6], fill=(40, 40, 40))
    return np.asarray(sheet)


def _fitting(size: tuple[int, int], room: tuple[int, int]) -> tuple[int, int]:
    factor = min(room[0] / size[0], room[1] / size[1])
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def _tile(
    pixels: NDArray[np.uint8], mask: NDArray[np.bool_], colour: tuple[int, int, int], size: tuple[int, int]
) -> NDArray[np.uint8]:
    import cv2

    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    inside = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    grey = np.broadcast_to(small.mean(2, keepdims=True) * 0.5 + 90, small.shape)
    tile = np.where(inside[..., None] > 0, small, grey).astype(np.uint8)
    rim = cv2.dilate(inside, np.ones((3, 3), np.uint8)) > inside
    tile[rim] = colour
    return tile
