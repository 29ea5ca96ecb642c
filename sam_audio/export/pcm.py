"""Samples as whole numbers of 16 or 24 bits, dithered where rounding would be heard."""

import numpy as np
from numpy.typing import NDArray

from shared.encoders.audio import Block
from shared.errors import ExportError

FULL_SCALE = {16: 2**15, 24: 2**23}
DITHERED_BITS = 16  # at 24 bits rounding lies 140 dB below full scale, beneath any converter's own noise
SEED = 1  # the same sound gives the same file


class Quantiser:
    """Turns (C, T) floats into the bytes of interleaved samples, block after block.

    At 16 bits, triangular noise of two steps width is added before rounding (TPDF dither: Lipshitz,
    Wannamaker and Vanderkooy 1992), so that the rounding error is noise that does not follow the sound.
    Exact zeros stay zeros: silence stays digital silence.

    Args:
        bits: 16 or 24.
    """

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._noise = np.random.default_rng(SEED)

    def __call__(self, block: Block) -> bytes:
        """Return the samples, little-endian.

        Raises:
            ExportError: A sample lies above full scale.
        """
        refuse_above_full_scale(block, f"{self._bits}-bit WAV")
        samples = block.T.astype(np.float64) * FULL_SCALE[self._bits]
        if self._bits <= DITHERED_BITS:
            noise = self._noise.random((*samples.shape, 2)).sum(axis=2) - 1
            samples = np.where(samples == 0, 0, samples + noise)
        limit = FULL_SCALE[self._bits]
        whole = np.clip(np.rint(samples), -limit, limit - 1).astype("<i4")
        return whole.astype("<i2").tobytes() if self._bits == 16 else _three_bytes(whole)


def _three_bytes(whole: NDArray[np.int32]) -> bytes:
    return np.ascontiguousarray(whole).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


def refuse_above_full_scale(block: Block, what: str) -> None:
    """Refuse sound that a format would clip.

    Raises:
        ExportError: Naming the format.
    """
    if float(np.abs(block).max(initial=0.0)) > 1:
        raise ExportError(
            f"{what} cannot hold sound above full scale.",
            "Take WAV of 32-bit floats, or lower the level first.",
        )
