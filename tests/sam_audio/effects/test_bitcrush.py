"""Bitcrush: as many levels as its bits give, each sample held as long as it says."""

import numpy as np
import pytest

from sam_audio.effects.bitcrush import Bitcrush
from tests.sam_audio.effects.measuring import applied

RAMP = np.linspace(-1.2, 1.2, 40_001, dtype=np.float32)[None]


@pytest.mark.parametrize("bits", [2, 4, 8, 12])
def test_there_are_as_many_levels_as_bits_give(bits: int) -> None:
    found = np.unique(applied(Bitcrush(bits=bits), RAMP, 8000))
    assert found.size == 2**bits
    np.testing.assert_allclose(np.diff(found), 2.0 ** (1 - bits), rtol=1e-6)
    assert found.min() == -1 and found.max() == 1 - 2.0 ** (1 - bits)


@pytest.mark.parametrize("hold", [1, 3, 16])
@pytest.mark.parametrize("block", [100, 4096])
def test_each_sample_is_held(hold: int, block: int) -> None:
    noise = np.random.default_rng(0).uniform(-1, 1, (2, 10_000)).astype(np.float32)
    found = applied(Bitcrush(bits=16, rate_divider=hold), noise, 8000, block=block)
    wanted = np.repeat(noise[:, ::hold], hold, axis=1)[:, :10_000]
    np.testing.assert_allclose(found, wanted, atol=2.0**-15)
