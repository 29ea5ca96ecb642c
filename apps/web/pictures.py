"""Pictures for the screen: small previews as data URLs, with the original's size."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.limits import Limits
from shared.loading import load_image
from shared.loading_raster import least_shrink

SCREEN_PX = 1400
THUMB_PX = 200


@dataclass(frozen=True)
class Preview:
    """A picture scaled down for the screen.

    Args:
        data_url: JPEG, longest side at most `SCREEN_PX`.
        width_px: Width of the original, upright.
        height_px: Height of the original, upright.
        notes: Sentences on how the file was read.
        shrink: A TIFF beyond the limits of a picture is shown, marked and segmented at 1/N of its size.
    """

    data_url: str
    width_px: int
    height_px: int
    notes: tuple[str, ...] = ()
    shrink: int = 1


def preview_of(path: str | Path) -> Preview:
    """Return the screen preview of a picture file.

    Raises:
        InputError: Not a picture, damaged, or too large.
    """
    from PIL import Image

    shrink = least_shrink(Path(path), Limits.from_environment())
    image = load_image(path, shrink=shrink)
    small = Image.fromarray(image.pixels)
    small.thumbnail((SCREEN_PX, SCREEN_PX), reducing_gap=2)
    return Preview(_data_url(small, "jpeg", quality=88), image.width, image.height, image.notes, shrink)


def thumbnail_url(path: str | Path) -> str:
    """Return a picture file as a small JPEG data URL, or "" where it cannot be read."""
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as picture:
            picture.draft("RGB", (2 * THUMB_PX, 2 * THUMB_PX))  # JPEG: decoded small
            small = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError):
        return ""
    small.thumbnail((THUMB_PX, THUMB_PX))
    return _data_url(small, "jpeg", quality=80)


def picture_url(pixels: NDArray[np.uint8]) -> str:
    """Return a (H, W, 3) uint8 picture as a JPEG data URL."""
    from PIL import Image

    return _data_url(Image.fromarray(pixels), "jpeg", quality=88)


def png_bytes(pixels: NDArray[np.uint8]) -> bytes:
    """Return a (H, W, 3) uint8 picture as PNG."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "png")
    return stream.getvalue()


def _data_url(picture: Any, kind: str, **settings: Any) -> str:
    stream = io.BytesIO()
    picture.save(stream, kind, **settings)
    return f"data:image/{kind};base64,{base64.b64encode(stream.getvalue()).decode('ascii')}"
