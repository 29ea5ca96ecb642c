"""Partitioned convolution is convolution."""

import numpy as np
import pytest

from sam_audio.effects.convolution import PartitionedConvolution


@pytest.mark.parametrize("length", [1, 63, 64, 65, 700])
def test_partitioned_convolution_is_convolution(length: int) -> None:
    rng = np.random.default_rng(length)
    response = rng.standard_normal((2, length)).astype(np.float32)
    sound = rng.standard_normal((2, 500)).astype(np.float32)
    convolution = PartitionedConvolution(response, 64)
    parts = [convolution(sound[:, start : start + 64]) for start in range(0, 500, 64)]
    wanted = np.stack([np.convolve(x, h)[:500] for x, h in zip(sound, response, strict=True)])
    np.testing.assert_allclose(np.concatenate(parts, axis=1), wanted, atol=2e-4)
