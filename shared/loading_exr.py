"""Read one channel of an OpenEXR picture, as renderers write depth: scan lines, plain or ZIP-compressed.

The layout follows "OpenEXR File Layout" and "Technical Introduction to OpenEXR" of the OpenEXR project.
"""

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError
from shared.limits import Limits

MAGIC = b"\x76\x2f\x31\x01"
_TILED, _DEEP, _PARTS = 0x200, 0x800, 0x1000
_TYPES: tuple[str, ...] = ("<u4", "<f2", "<f4")
# Compression: its number, its name and how many lines make a block.
_KNOWN = {0: 1, 1: 1, 2: 1, 3: 16}
_RLE = 1
_OTHERS = {4: "PIZ", 5: "PXR24", 6: "B44", 7: "B44A", 8: "DWAA", 9: "DWAB"}
# How renderers call depth, best first; the last word of layered names ("ViewLayer.Depth.Z") counts.
_DEPTH_NAMES = ("z", "depth", "distance", "y", "v", "r")
_CURE = "Save it with ZIP compression in scan lines, one part, 16-bit or 32-bit floats."


@dataclass(frozen=True)
class _Channel:
    name: str
    dtype: str
    sampled: bool


def read_exr(path: Path, limits: Limits) -> tuple[NDArray[np.float32], str]:
    """Return the channel that holds depth (H, W) float32, and its name.

    Args:
        path: A picture of one part in scan lines, without compression or by RLE, ZIPS or ZIP.
        limits: Largest picture.

    Raises:
        InputError: Another kind of EXR, damaged, or without a channel that can be depth.
    """
    data = path.read_bytes()
    try:
        header, start = _header(data, path)
        return _pixels(data, header, start, path, limits)
    except (struct.error, zlib.error, ValueError, IndexError, KeyError) as error:
        raise InputError(f"{path} is a damaged EXR picture ({error}).", "Save it again.") from error


def _header(data: bytes, path: Path) -> tuple[dict[str, bytes], int]:
    (version,) = struct.unpack_from("<I", data, 4)
    if version & (_TILED | _DEEP | _PARTS) or version & 0xFF != 2:
        raise InputError(f"{path} is an EXR picture of tiles, deep pixels or several parts.", _CURE)
    found, place = {}, 8
    while data[place]:
        name, place = _text(data, place)
        _, place = _text(data, place)
        (size,) = struct.unpack_from("<i", data, place)
        found[name] = data[place + 4 : place + 4 + size]
        place += 4 + size
    return found, place + 1


def _text(data: bytes, place: int) -> tuple[str, int]:
    end = data.index(b"\0", place)
    return data[place:end].decode("latin1"), end + 1


def _channels(value: bytes) -> list[_Channel]:
    found, place = [], 0
    while value[place]:
        name, place = _text(value, place)
        kind, _, across, down = struct.unpack_from("<iB3xii", value, place)
        found.append(_Channel(name, _TYPES[kind], (across, down) == (1, 1)))
        place += 16
    return found


def _pixels(
    data: bytes, header: dict[str, bytes], start: int, path: Path, limits: Limits
) -> tuple[NDArray[np.float32], str]:
    left, top, right, bottom = struct.unpack("<4i", header["dataWindow"])
    width, height = right - left + 1, bottom - top + 1
    if min(width, height) < 1:
        raise ValueError("its size is not above 0")
    limits.refuse_above("image_megapixels", width * height / 1e6, f"{path} has {width} x {height} pixels")
    limits.refuse_above("image_side_px", max(width, height), f"{path} has {width} x {height} pixels")
    compression = header["compression"][0]
    if compression not in _KNOWN:
        name = _OTHERS.get(compression, f"number {compression}")
        raise InputError(f"{path} is compressed by {name}, which cannot be read.", _CURE)
    channels = _channels(header["channels"])
    wanted = _depth_channel(channels, path)
    if not all(channel.sampled for channel in channels):
        raise InputError(f"{path} has channels of different sizes.", _CURE)
    line_bytes = width * sum(np.dtype(channel.dtype).itemsize for channel in channels)
    before = width * sum(np.dtype(c.dtype).itemsize for c in channels[: channels.index(wanted)])
    lines = _KNOWN[compression]
    values = np.full((height, width), np.nan, np.float32)
    for offset in struct.unpack_from(f"<{-(-height // lines)}Q", data, start):
        line, size = struct.unpack_from("<ii", data, offset)
        count = min(lines, bottom + 1 - line)
        block = _unpacked(data[offset + 8 : offset + 8 + size], compression, count * line_bytes)
        rows = np.frombuffer(block, np.uint8).reshape(count, line_bytes)
        part = rows[:, before : before + width * np.dtype(wanted.dtype).itemsize]
        values[line - top : line - top + count] = np.ascontiguousarray(part).view(wanted.dtype)
    return values, wanted.name


def _depth_channel(channels: list[_Channel], path: Path) -> _Channel:
    last_words = [channel.name.lower().rsplit(".", 1)[-1] for channel in channels]
    for name in _DEPTH_NAMES:
        if name in last_words:
            return channels[last_words.index(name)]
    names = ", ".join(channel.name for channel in channels)
    raise InputError(f"{path} has no channel of depth, but {names}.", "Save depth as the channel Z.")


def _unpacked(packed: bytes, compression: int, size: int) -> bytes:
    """Undo the compression of a block and its predictor: differences of bytes in two interleaved halves."""
    if compression == 0 or len(packed) == size:
        return packed
    if compression == _RLE:
        plain = _run_lengths(packed)
    else:
        inflater: Any = zlib.decompressobj()
        plain = inflater.decompress(packed, size)
    if len(plain) != size:
        raise ValueError(f"a block has {len(plain)} bytes, not {size}")
    steps = np.frombuffer(plain, np.uint8).astype(np.int64)
    steps[1:] -= 128
    summed = np.cumsum(steps).astype(np.uint8)
    whole = np.empty(size, np.uint8)
    half = (size + 1) // 2
    whole[::2], whole[1::2] = summed[:half], summed[half:]
    return whole.tobytes()


def _run_lengths(packed: bytes) -> bytes:
    """Undo run lengths: a count below 0 is that many single bytes, else one byte count + 1 times."""
    found, place = bytearray(), 0
    while place < len(packed):
        (count,) = struct.unpack_from("<b", packed, place)
        if count < 0:
            found += packed[place + 1 : place + 1 - count]
            place += 1 - count
        else:
            found += packed[place + 1 : place + 2] * (count + 1)
            place += 2
    return bytes(found)
