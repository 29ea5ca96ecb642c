"""Read depth maps: the numbers of a file as they are, whatever they mean."""

import re
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError
from shared.limits import Limits
from shared.loading_exr import MAGIC as EXR
from shared.loading_exr import read_exr
from shared.loading_file import checked_file

DEPTH_FILES = "PNG, TIFF, NPY, NPZ, EXR or PFM"
_PICTURES = ("PNG", "TIFF", "BMP", "JPEG", "WEBP")
_PFM = re.compile(rb"(P[fF])\s+(\d+)\s+(\d+)\s+([-+.\deE]+)\s")
_NAMES = ("depth", "disparity", "distance", "arr_0")
_CURE = f"Give a map of one channel: {DEPTH_FILES}."
Values = NDArray[np.float32]
Read = tuple[Values, tuple[str, ...]]


def load_depth(path: str | Path, *, limits: Limits | None = None) -> Read:
    """Read a depth map.

    Args:
        path: A gray PNG or TIFF (8 or 16 bits, or real numbers), NPY, NPZ, EXR or PFM.
        limits: Largest input; from the environment when not given.

    Returns:
        (H, W) float32 of the file's own numbers, NaN or infinite where it says so; and what a user should
        know of them.

    Raises:
        InputError: Not such a file, damaged, too large, colours in place of numbers, or no number at all.
    """
    limits = limits or Limits.from_environment()
    path, start = checked_file(path, limits)
    if start.startswith(b"\x93NUMPY"):
        values, notes = _array(path, _loaded(path), limits), ()
    elif start.startswith(b"PK\x03\x04"):
        values, notes = _archive(path, limits), ()
    elif start.startswith(EXR):
        values, channel = read_exr(path, limits)
        notes = (f"Depth was read from the channel {channel}.",)
    elif form := _PFM.match(start):
        values, notes = _portable(path, form, limits), ()
    else:
        values, notes = _picture(path, limits)
    if not np.isfinite(values).any():
        raise InputError(f"The depth map {path} holds no number at all.", "Give one with values in it.")
    return np.ascontiguousarray(values, np.float32), notes


def _loaded(path: Path) -> Any:
    try:
        return np.load(path, allow_pickle=False)
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:120]
        raise InputError(f"{path} holds no arrays of numbers ({reason}).", "Save them by NumPy.") from error


def _archive(path: Path, limits: Limits) -> Values:
    with _loaded(path) as arrays:
        names = [name for name in _NAMES if name in arrays.files] or arrays.files
        if not names or (names[0] not in _NAMES and len(names) > 1):
            held = ", ".join(arrays.files) or "nothing"
            raise InputError(f"{path} holds {held}.", "Call the array of the map depth.")
        try:
            return _array(path, arrays[names[0]], limits)
        except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise InputError(f"{path} is damaged ({error}).", "Save it again.") from error


def _array(path: Path, array: NDArray[Any], limits: Limits) -> Values:
    shape = array.shape
    if array.dtype.kind not in "fiu":
        raise InputError(f"{path} holds {array.dtype}, not real numbers.", _CURE)
    flat: NDArray[Any] = array.reshape([n for n in shape if n != 1]) if len(shape) > 2 else array
    if len(flat.shape) != 2:
        raise InputError(f"{path} holds an array of the shape {shape}, but a map has two axes.", _CURE)
    height, width = flat.shape
    _refuse_large(path, width, height, limits)
    with np.errstate(over="ignore"):
        return flat.astype(np.float32)


def _portable(path: Path, form: re.Match[bytes], limits: Limits) -> Values:
    """Read a portable float map: rows from below, the sign of its scale tells the byte order."""
    kind, width, height, scale = form[1], int(form[2]), int(form[3]), float(form[4])
    if kind != b"Pf":
        raise InputError(f"{path} holds three channels.", _CURE)
    _refuse_large(path, width, height, limits)
    data = path.read_bytes()[form.end() :]
    if len(data) < 4 * width * height:
        raise InputError(f"{path} is cut off.", "Save or copy it again.")
    order = "<f4" if scale < 0 else ">f4"
    return np.frombuffer(data, order, width * height).reshape(height, width)[::-1].astype(np.float32)


def _picture(path: Path, limits: Limits) -> Read:
    from PIL import Image as Pillow
    from PIL import UnidentifiedImageError

    Pillow.init()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Pillow.open(path, formats=_PICTURES) as file:
                _refuse_large(path, *file.size, limits)
                file.load()
                return _gray(path, file)
    except UnidentifiedImageError as error:
        raise InputError(f"{path} is no depth map that can be read.", _CURE) from error
    except InputError:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, RuntimeError, Pillow.DecompressionBombError) as error:
        raise InputError(f"{path} is damaged or cut off ({error}).", "Save it again.") from error


def _gray(path: Path, file: Any) -> Read:
    mode = file.mode
    if mode == "P" or mode.startswith(("RGB", "CMYK", "YCbCr")):
        colors = np.asarray(file.convert("RGB"), np.int16)
        if np.ptp(colors, axis=2).max() > 8:
            raise InputError(
                f"{path} shows depth as colours, which cannot be turned back into numbers.",
                "Save the numbers themselves: a gray 16-bit PNG, NPY or EXR.",
            )
        values = colors[..., 1].astype(np.float32)
    else:
        array = np.asarray(file if mode != "LA" else file.convert("L"))
        values = array.astype(np.float32)
    if mode.startswith(("I", "F")):
        return values, ()
    return values, (
        "The depth map has 8 bits, so that the front shows steps; 16 bits or real numbers are finer.",
    )


def _refuse_large(path: Path, width: int, height: int, limits: Limits) -> None:
    size = f"{path} has {width} x {height} pixels"
    limits.refuse_above("image_megapixels", width * height / 1e6, size)
    limits.refuse_above("image_side_px", max(width, height), size)
