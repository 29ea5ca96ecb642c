"""What is known of a sound file before it is decoded, and how it will be decoded."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

BLOCK_FRAMES = 1 << 16

Block = NDArray[np.float32]


class Decoder(Protocol):
    """Opens a file and yields its (C, T) float32 blocks of any length; equal decoders compare equal."""

    def __call__(self, path: Path, /) -> Iterator[Block]: ...


@dataclass(frozen=True)
class Header:
    """What a decoder knows before decoding; frames is None where the header does not tell or only guesses."""

    sample_rate_hz: int
    channels: int
    frames: int | None
    seconds: float
    container: str
    floats: bool
    decode: Decoder
