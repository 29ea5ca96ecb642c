"""Convolution with long responses, block by block."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_audio.effects.stream import Block


class PartitionedConvolution:
    """Convolve blocks with a long response, uniformly partitioned overlap-save (Stockham 1966).

    Args:
        response: (C, L), one a channel.
        size: Frames of a partition; each call takes at most that many, fewer only in the last.
    """

    def __init__(self, response: NDArray[np.float32], size: int) -> None:
        from scipy.fft import rfft

        channels, frames = response.shape
        count = -(-frames // size)
        padded = np.pad(response, ((0, 0), (0, count * size - frames))).reshape(channels, count, size)
        self._size = size
        self._parts: Any = rfft(padded, 2 * size, axis=2)
        self._past: Any = np.zeros_like(self._parts)
        self._last = np.zeros((channels, size), np.float32)

    def __call__(self, block: Block) -> Block:
        """Return as many frames as came in, without delay."""
        from scipy.fft import irfft, rfft

        frames = block.shape[1]
        current = np.pad(block, ((0, 0), (0, self._size - frames)))
        self._past = np.roll(self._past, 1, axis=1)
        self._past[:, 0] = rfft(np.concatenate([self._last, current], axis=1), axis=1)
        self._last = current
        mixed = np.einsum("cpf,cpf->cf", self._parts, self._past)
        answer: Any = irfft(mixed, 2 * self._size, axis=1)
        return answer[:, self._size : self._size + frames].astype(np.float32)
