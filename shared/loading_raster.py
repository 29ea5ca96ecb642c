"""Large TIFF rasters at a part of their size: from an overview, or tile by tile with bounded memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError
from shared.limits import Limits

MOST_SHRINK = 64
ROWS = 256  # rows at a time of a raster that is stored in one piece
REDUCED = 1  # bit of the tag NewSubfileType: a smaller copy of the first picture
Block = tuple[int, int, NDArray[Any]]  # first row, first column, (h, w, samples)


def reduced(path: Path, shrink: int, limits: Limits) -> NDArray[np.uint8]:
    """Read a TIFF at 1/`shrink` of its size, each pixel the mean of those it stands for.

    Args:
        path: The file.
        shrink: 2..64.
        limits: Largest picture after shrinking.

    Returns:
        (h, w, 3) uint8 for gray and RGB, (h, w, 4) with opacity; 16 bits scaled to 8.

    Raises:
        InputError: No TIFF, still too large, or stored in a way that cannot be read part by part.
    """
    import tifffile

    try:
        with tifffile.TiffFile(path) as file:
            page: Any = file.pages[0]
            height, width = -(-page.imagelength // shrink), -(-page.imagewidth // shrink)
            size = f"{path} at 1/{shrink} has {width} x {height} pixels"
            limits.refuse_above("image_megapixels", width * height / 1e6, size)
            limits.refuse_above("image_side_px", max(width, height), size)
            smaller = _overview(path, file, shrink)
            if smaller is not None:
                return _picture(smaller)
            return _picture(_averaged(_blocks(path, page), (height, width), shrink, _samples(path, page)))
    except tifffile.TiffFileError as error:
        raise InputError(f"{path} cannot be shrunk: it is no TIFF ({error}).", "Leave shrink at 1.") from None


def least_shrink(path: Path, limits: Limits) -> int:
    """Return the least N for which a TIFF at 1/N of its size keeps the limits: 1 for every other file.

    Args:
        path: The file; only its header is read.
        limits: Largest picture.

    Raises:
        InputError: Even 1/64 of it is too large.
    """
    import tifffile

    try:
        with tifffile.TiffFile(path) as file:
            page: Any = file.pages[0]
            height, width = int(page.imagelength), int(page.imagewidth)
    except (tifffile.TiffFileError, OSError, IndexError):
        return 1
    for shrink in range(1, MOST_SHRINK + 1):
        rows, columns = -(-height // shrink), -(-width // shrink)
        if rows * columns <= limits.image_megapixels * 1e6 and max(rows, columns) <= limits.image_side_px:
            return shrink
    raise InputError(
        f"{path} has {width} x {height} pixels, too many even at 1/{MOST_SHRINK} of its size.",
        "Cut out the part that matters, with gdal_translate -srcwin for example.",
    )


def _samples(path: Path, page: Any) -> int:
    kinds = (np.dtype(np.uint8), np.dtype(np.uint16))
    if page.planarconfig != 1 or page.samplesperpixel not in (1, 3, 4) or page.dtype not in kinds:
        raise InputError(
            f"{path} cannot be read part by part: {page.samplesperpixel} bands of {page.dtype}.",
            "Write it as 8 or 16 bits of gray, RGB or RGBA, pixel by pixel (gdal_translate -b 1 -b 2 -b 3 "
            "-co INTERLEAVE=PIXEL).",
        )
    return int(page.samplesperpixel)


def _overview(path: Path, file: Any, shrink: int) -> NDArray[Any] | None:
    """Return the overview of exactly this size, when there is one that Pillow reads."""
    from PIL import Image as Pillow

    first = file.pages[0]
    for number, page in enumerate(file.pages):
        fits = [
            abs(mine * shrink - whole) < shrink
            for mine, whole in ((page.imagewidth, first.imagewidth), (page.imagelength, first.imagelength))
        ]
        if number and all(fits) and page.subfiletype & REDUCED:
            with Pillow.open(path) as picture:
                picture.seek(number)
                return np.asarray(picture)
    return None


def _blocks(path: Path, page: Any) -> Iterator[Block]:
    import tifffile

    if page.is_memmappable:
        whole = tifffile.memmap(path, page=0, mode="r")
        for top in range(0, page.imagelength, ROWS):
            part = np.asarray(whole[top : top + ROWS])
            yield top, 0, part.reshape(part.shape[0], page.imagewidth, -1)
        return
    try:
        for data, place, _ in page.segments(maxworkers=1):
            if data is not None:
                top, left = place[2:4]  # tiles at the edges are filled up
                yield top, left, data[0][: page.imagelength - top, : page.imagewidth - left]
    except ValueError as error:
        raise InputError(
            f"{path} cannot be read part by part ({error}).",
            "Write it with DEFLATE, with gdal_translate -of COG -co COMPRESS=DEFLATE for example.",
        ) from None


def _averaged(blocks: Iterator[Block], size: tuple[int, int], shrink: int, samples: int) -> NDArray[Any]:
    height, width = size
    total = np.zeros((height, width, samples), np.float32)
    count = np.zeros((height, width, 1), np.float32)
    kind: Any = np.uint8
    for top, left, block in blocks:
        kind = block.dtype
        rows, columns = _starts(top, block.shape[0], shrink), _starts(left, block.shape[1], shrink)
        sums = np.add.reduceat(np.add.reduceat(block.astype(np.float32), rows, axis=0), columns, axis=1)
        part = (
            slice(top // shrink, top // shrink + len(rows)),
            slice(left // shrink, left // shrink + len(columns)),
        )
        total[part] += sums
        tall, wide = np.diff([*rows, block.shape[0]]), np.diff([*columns, block.shape[1]])
        count[part] += (tall[:, None] * wide[None, :])[:, :, None]
    return np.rint(total / np.maximum(count, 1)).astype(kind)


def _starts(first: int, length: int, shrink: int) -> NDArray[np.intp]:
    """Return where within a block each pixel of the result begins."""
    edges = np.arange(-(first % shrink), length, shrink)
    return np.maximum(edges, 0).astype(np.intp)


def _picture(values: NDArray[Any]) -> NDArray[np.uint8]:
    values = values[:, :, None] if values.ndim == 2 else values
    if values.dtype == np.uint16:
        values = np.rint(values / 257)
    return np.repeat(values, 3, axis=2).astype(np.uint8) if values.shape[2] == 1 else values.astype(np.uint8)
