"""Read pictures as upright 8-bit sRGB, whatever the file holds, and masks of the same size."""

import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError, PromptError
from shared.limits import Limits
from shared.loading_color import to_srgb
from shared.loading_file import checked_file
from shared.loading_raster import REDUCED, least_shrink, reduced
from shared.media import Image
from shared.prompts import MaskHint

# What Pillow's decoders raise on damaged files.
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
)
_READ = "PNG, JPEG, WebP, AVIF, TIFF, BMP and GIF"
_FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "TIFF", "BMP", "DIB", "GIF")
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_ORIENTATION_TAG, _SUBFILE_TAG = 0x0112, 254
# EXIF 2.32, 4.6.4 A: what undoes each orientation, as (quarter turns counter-clockwise, then mirror).
_UPRIGHT = {
    2: (0, True),
    3: (2, False),
    4: (2, True),
    5: (3, True),
    6: (3, False),
    7: (1, True),
    8: (1, False),
}


def load_image(path: str | Path, *, limits: Limits | None = None, shrink: int = 1) -> Image:
    """Read a picture: orientation applied, colours converted to sRGB, 16 bits scaled to 8, alpha kept.

    Its notes say when it is the first of several frames, smaller than the file, or partly transparent.

    Args:
        path: PNG, JPEG, WebP, AVIF, TIFF, BMP or GIF (the first frame of an animation).
        limits: Largest input; from the environment when not given. Checked before decoding.
        shrink: Reads a TIFF, and no other file, at 1/N of its size, however large it is; 0 takes the least N
            that keeps the limits, which is 1 for every other file.

    Raises:
        InputError: Not such a file, damaged, or too large.
    """
    limits = limits or Limits.from_environment()
    if shrink == 0:
        shrink = least_shrink(Path(path), limits)
    if shrink > 1:
        return _shrunk(Path(path), shrink, limits)
    path, start = checked_file(path, limits)
    _refuse_heic(path, start)
    with _explained(path, limits), _opened(path, limits) as file:
        notes = _notes(path, file)
        file.load()
        pixels, alpha = to_srgb(file)
        turns, mirror = _UPRIGHT.get(_orientation(file), (0, False))
    if alpha is not None:
        notes += _hidden(path, pixels, alpha)
        alpha = _turned(alpha, turns, mirror)
    return Image(_turned(pixels, turns, mirror), alpha, notes)


def _shrunk(path: Path, shrink: int, limits: Limits) -> Image:
    path, _ = checked_file(path, replace(limits, file_megabytes=float("inf")))
    with _explained(path, limits):
        picture = reduced(path, shrink, limits)
    alpha = np.ascontiguousarray(picture[:, :, 3]) if picture.shape[2] == 4 else None
    pixels = np.ascontiguousarray(picture[:, :, :3])
    note = f"The raster was read at 1/{shrink} of its size; prompts and masks are in pixels of that size."
    hidden = () if alpha is None else _hidden(path, pixels, alpha)
    return Image(pixels, alpha, (note, *hidden))


def _notes(path: Path, file: Any) -> tuple[str, ...]:
    frames = _frames(file)
    return (f"{path.name} has {frames} pictures; the first one was taken.",) if frames > 1 else ()


def _hidden(path: Path, pixels: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> tuple[str, ...]:
    """Say what is seen where a picture is transparent: everything here works on its colours alone."""
    through = alpha == 0
    if not through.any():
        return ()
    share = max(round(100 * float(through.mean())), 1)
    under = pixels[through]
    if (under == under[0]).all():
        seen = "there one plain colour is seen"
    else:
        seen = "the colours that the file hides there are seen"
    return (
        f"{path.name} is transparent in {share} % of its area; {seen}, as masks and objects are made from "
        "colours alone. To take only what is opaque, give the same file as a mask too.",
    )


def _frames(file: Any) -> int:
    """Return how many pictures a file holds; smaller copies of the first one (overviews) do not count."""
    count = int(getattr(file, "n_frames", 1))
    if file.format != "TIFF" or count == 1:
        return count
    own = 0
    for number in range(count):
        file.seek(number)
        own += not int(file.tag_v2.get(_SUBFILE_TAG, 0)) & REDUCED
    file.seek(0)
    return own


def load_mask(path: str | Path, image: Image, *, limits: Limits | None = None) -> MaskHint:
    """Read a mask of a picture: its transparency where it has some, else white on black.

    Pictures of two values, 0 and another, are taken as they are; others are cut at half brightness.

    Args:
        path: A 1-bit, 8-bit or 16-bit picture, or one with transparency; PNG keeps it exact.
        image: The picture it belongs to.
        limits: Largest input, as for pictures.

    Raises:
        InputError: The file cannot be read.
        PromptError: Another size than the picture, or nothing marked.
    """
    drawn = load_image(path, limits=limits)
    if (drawn.width, drawn.height) != (image.width, image.height):
        raise PromptError(
            f"The mask {path} is {drawn.width} x {drawn.height} pixels, but the picture is "
            f"{image.width} x {image.height}.",
            "Give a mask of the picture's own size.",
        )
    mask = _marked(drawn)
    if not mask.any():
        raise PromptError(f"The mask {path} is empty.", "Mark the object in white on black.")
    return MaskHint(mask)


def _marked(drawn: Image) -> NDArray[np.bool_]:
    if drawn.alpha is not None and drawn.alpha.min() < 255:
        return drawn.alpha > 127
    gray = drawn.pixels.max(axis=2)
    values = np.flatnonzero(np.bincount(gray.ravel(), minlength=256))
    return gray > 0 if len(values) == 2 and values[0] == 0 else gray > 127


def _refuse_heic(path: Path, start: bytes) -> None:
    if start[4:8] == b"ftyp" and start[8:12] in _HEIC:
        raise InputError(
            f"{path} is a HEIC picture, which cannot be read.",
            "Save it as JPEG or PNG first; iPhones take JPEG by Settings, Camera, Formats, Most Compatible.",
        )


@contextmanager
def _opened(path: Path, limits: Limits) -> Iterator[Any]:
    """Open a picture whose header keeps the limits; nothing is decoded yet."""
    from PIL import Image as Pillow

    Pillow.init()
    known = [name for name in _FORMATS if name in Pillow.OPEN]
    with Pillow.open(path, formats=known) as file:
        width, height = file.size
        size = f"{path} has {width} x {height} pixels"
        try:
            limits.refuse_above("image_megapixels", width * height / 1e6, size)
            limits.refuse_above("image_side_px", max(width, height), size)
        except InputError as error:
            if file.format != "TIFF":
                raise
            cure = "A TIFF can be read at 1/N of its size: give the option shrink, such as --shrink 4."
            raise InputError(error.problem, f"{error.cure} {cure}") from None
        yield file


@contextmanager
def _explained(path: Path, limits: Limits) -> Iterator[None]:
    """Turn what Pillow raises on bad files into one clear error; its warnings are dropped."""
    from PIL import Image as Pillow

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Pillow.DecompressionBombError as error:
        found = re.search(r"\((\d+) pixels\)", str(error))
        megapixels = int(found[1]) / 1e6 if found else float("inf")
        size = f"{path} has {megapixels:.0f} megapixels"
        limits.refuse_above("image_megapixels", megapixels, size)
        raise InputError(f"{size}, too many to decode whatever the limit.", "Give a smaller one.") from error
    except Pillow.UnidentifiedImageError as error:
        raise InputError(
            f"{path} is not a picture that can be read.", f"{_READ} are; convert it to one of them."
        ) from error
    except InputError:
        raise
    except _DAMAGE as error:
        raise InputError(
            f"{path} is damaged or cut off ({error}).", "Save, convert or download it again."
        ) from error


def _orientation(file: Any) -> int:
    try:
        return int(file.getexif().get(_ORIENTATION_TAG, 1))
    # A damaged EXIF block says nothing about orientation; the picture itself is sound.
    except Exception:
        return 1


def _turned(array: NDArray[np.uint8], turns: int, mirror: bool) -> NDArray[np.uint8]:
    turned = np.rot90(array, turns)
    return np.ascontiguousarray(turned[:, ::-1] if mirror else turned)
