"""Read recordings kept as NumPy arrays (NPY): one or two axes of real numbers, and a rate from the caller."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError
from shared.loading_header import BLOCK_FRAMES, MEASURED_LIMIT, Block, Header, rate_wanted

MAGIC = b"\x93NUMPY"


def header(path: Path, sample_rate_hz: int | None) -> Header:
    """Read shape and type of an array; the shorter of two axes is the channels, of equal ones the first.

    Whole numbers are taken as they are (counts), not as shares of full scale.

    Raises:
        InputError: No rate was given, not an array of real numbers, more than two axes, or cut off.
    """
    array = _opened(path)
    if array.ndim not in (1, 2):
        raise InputError(
            f"{path} holds an array of the shape {array.shape}.",
            "Give one axis (samples) or two (samples and at most 8 channels).",
        )
    if sample_rate_hz is None:
        raise rate_wanted(path)
    frames, channels = _by_channel(array).shape[::-1]
    return Header(
        sample_rate_hz=sample_rate_hz,
        channels=channels,
        frames=frames,
        seconds=frames / sample_rate_hz,
        container=f"NPY ({array.dtype.name})",
        floats=True,
        decode=decode,
        loudest=MEASURED_LIMIT,
    )


def decode(path: Path) -> Iterator[Block]:
    """Yield (C, T) float32 blocks.

    Raises:
        InputError: A value is not a finite number, or beyond what is handled; names its place.
    """
    sound = _by_channel(_opened(path))
    for start in range(0, sound.shape[1], BLOCK_FRAMES):
        values = np.asarray(sound[:, start : start + BLOCK_FRAMES], np.float64)
        good = np.abs(values) <= MEASURED_LIMIT
        if not good.all():
            channel, frame = np.argwhere(~good)[0]
            raise InputError(
                f"{path}: sample {start + frame} of channel {channel} is {values[channel, frame]}.",
                "Fill gaps and replace values that are no finite numbers first.",
            )
        yield np.ascontiguousarray(values, np.float32)


def _opened(path: Path) -> NDArray[Any]:
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise InputError(
            f"{path} is no whole NPY file of numbers ({reason}).", "Save it again by numpy.save."
        ) from error
    if array.dtype.kind not in "fiu":
        raise InputError(f"{path} holds {array.dtype}, not real numbers.", "Save real numbers.")
    return array


def _by_channel(array: NDArray[Any]) -> NDArray[Any]:
    if array.ndim == 1:
        return array[None]
    return array.T if array.shape[1] < array.shape[0] else array
