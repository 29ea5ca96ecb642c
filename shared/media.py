"""What a run starts from: sound and pictures, checked at birth and read-only."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shared.arrays import content_key, frozen
from shared.errors import InputError

MAX_CHANNELS = 8


class AudioSource(Protocol):
    """Sound that can be read block by block, as often as needed: a file, or samples in memory."""

    @property
    def sample_rate_hz(self) -> int: ...
    @property
    def channels(self) -> int: ...
    @property
    def frames(self) -> int: ...
    @property
    def content_key(self) -> str: ...

    def blocks(self, frames: int) -> Iterator[NDArray[np.float32]]:
        """Yield (C, T) float32 blocks of `frames` frames each, the last one shorter."""
        ...


@dataclass(frozen=True, eq=False)
class Waveform:
    """Sound in memory.

    Args:
        samples: (C, T) float32, C = 1..8 channels, nominal range −1..1 (not clipped).
        sample_rate_hz: 1..384 000.

    Raises:
        InputError: No samples, too many channels, an impossible rate, NaN or infinity.
    """

    samples: NDArray[np.float32]
    sample_rate_hz: int

    def __post_init__(self) -> None:
        samples = frozen("Waveform.samples", self.samples, np.float32, (None, None))
        check_audio(samples.shape[0], samples.shape[1], self.sample_rate_hz)
        object.__setattr__(self, "samples", samples)

    @property
    def channels(self) -> int:
        """Number of channels."""
        return self.samples.shape[0]

    @property
    def frames(self) -> int:
        """Number of samples per channel."""
        return self.samples.shape[1]

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.frames / self.sample_rate_hz

    @property
    def content_key(self) -> str:
        """Sha256 of rate and samples."""
        return self._key

    @cached_property
    def _key(self) -> str:
        return content_key(self.sample_rate_hz, self.samples)

    def blocks(self, frames: int) -> Iterator[NDArray[np.float32]]:
        """Yield (C, T) read-only views of `frames` frames each, the last one shorter."""
        for start in range(0, self.frames, frames):
            yield self.samples[:, start : start + frames]


def check_audio(channels: int, frames: int, sample_rate_hz: int) -> None:
    """Refuse sound without samples, with too many channels or at an impossible rate.

    Raises:
        InputError: With what was wanted, what came, and what to do.
    """
    if frames < 1 or channels < 1:
        raise InputError("The sound holds 0 samples.", "Choose a recording that is not empty.")
    if channels > MAX_CHANNELS:
        raise InputError(
            f"The sound has {channels} channels; at most {MAX_CHANNELS} can be handled.",
            "Mix it down or split it into files of fewer channels.",
        )
    if not 1 <= sample_rate_hz <= 384_000:
        raise InputError(f"The sample rate is {sample_rate_hz} Hz; 1 to 384000 Hz can be handled.")


@dataclass(frozen=True, eq=False)
class Image:
    """A picture.

    Args:
        pixels: (H, W, 3) uint8, sRGB, upright (orientation already applied).
        alpha: (H, W) uint8 opacity, or None when the file had none.
        notes: Sentences on how the file was read that the user should know.

    Raises:
        InputError: Wrong shape, or a side of 0 pixels.
    """

    pixels: NDArray[np.uint8]
    alpha: NDArray[np.uint8] | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        pixels = frozen("Image.pixels", self.pixels, np.uint8, (None, None, 3))
        if 0 in pixels.shape:
            raise InputError("The picture has no pixels.", "Choose a picture that is not empty.")
        object.__setattr__(self, "pixels", pixels)
        if self.alpha is not None:
            alpha = frozen("Image.alpha", self.alpha, np.uint8, pixels.shape[:2])
            object.__setattr__(self, "alpha", alpha)

    @property
    def height(self) -> int:
        """Rows."""
        return self.pixels.shape[0]

    @property
    def width(self) -> int:
        """Columns."""
        return self.pixels.shape[1]

    @cached_property
    def content_key(self) -> str:
        """Sha256 of the pixels."""
        return content_key(self.pixels)
