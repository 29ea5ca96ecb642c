"""What is known of a sound file before it is decoded, and how it will be decoded."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError

BLOCK_FRAMES = 1 << 16
# +120 dB above full scale: no sound has it; treated like NaN, which corrupt float files hold as well.
LOUDEST = 1e6
# Measured quantities have any unit; their squares must still fit a 32-bit float many times over.
MEASURED_LIMIT = 1e12
TOLERATED_SHORTFALL_S = 0.1  # paddings of lossy codecs are counted in different ways
RATE_TOLERANCE = 1e-3  # clocks and rounded time stamps are not exact

Block = NDArray[np.float32]


class Decoder(Protocol):
    """Opens a file and yields its (C, T) float32 blocks of any length; equal decoders compare equal."""

    def __call__(self, path: Path, /) -> Iterator[Block]: ...


@dataclass(frozen=True)
class Header:
    """What a decoder knows before decoding.

    Args:
        sample_rate_hz: Rate.
        channels: Number of channels.
        frames: Number of samples per channel; None where the header does not tell or only guesses.
        seconds: Length in seconds as far as it is known; else 0.
        container: Format in words.
        floats: Whether samples may be NaN, infinite or beyond any level.
        decode: Yields the raw blocks.
        loudest: Greatest sample that is believed.
        warnings: What the user should know of how the file was read.
        exact: Whether `seconds` is what the file itself announces, to be compared with what is found.
    """

    sample_rate_hz: int
    channels: int
    frames: int | None
    seconds: float
    container: str
    floats: bool
    decode: Decoder
    loudest: float = LOUDEST
    warnings: tuple[str, ...] = ()
    exact: bool = False


def early_end(path: Path, found_s: float, announced_s: float) -> tuple[str, ...]:
    """Return a warning when a file holds less than its header announces."""
    if found_s >= announced_s - TOLERATED_SHORTFALL_S:
        return ()
    told = f"{path.name} ends early: {found_s:.1f} of {announced_s:.1f} s are there."
    return (f"{told} What is there was used; save or download the file again for the rest.",)


def rate_wanted(path: Path) -> InputError:
    """Return the error for a file that does not tell its sample rate."""
    return InputError(
        f"{path} does not say how many samples it holds a second.",
        "Give the sample rate in Hz (--rate HZ on the command line).",
    )


def checked_rate(sample_rate_hz: float) -> int:
    """Return a rate as a whole number of Hz.

    Raises:
        InputError: It is no whole number of 1 or more; the cure names the nearest that would do.
    """
    whole = round(sample_rate_hz) if math.isfinite(sample_rate_hz) else 0
    if isinstance(sample_rate_hz, bool) or whole < 1 or abs(sample_rate_hz - whole) > RATE_TOLERANCE * whole:
        raise InputError(
            f"The sample rate is {sample_rate_hz:g} Hz; whole numbers from 1 to 384000 Hz can be handled.",
            _other_clock(sample_rate_hz),
        )
    return whole


def _other_clock(sample_rate_hz: float) -> str:
    """Say which whole rate to give instead, and what a second then means."""
    if not (math.isfinite(sample_rate_hz) and sample_rate_hz > 0):
        return "Give the sample rate in Hz (--rate HZ on the command line)."
    least = max(1, math.ceil(1 / sample_rate_hz - RATE_TOLERANCE))
    for factor in range(least, 100 * least):
        rate_hz = sample_rate_hz * factor
        if abs(rate_hz - round(rate_hz)) <= RATE_TOLERANCE * rate_hz and rate_hz >= 0.999:
            return (
                f"Give --rate {round(rate_hz)}: then 1 s of the result stands for {factor} s of the "
                f"recording, and {factor} Hz for 1 Hz."
            )
    return "Resample it to a whole rate first."
