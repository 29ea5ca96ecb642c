"""Reverse: the whole, or each span in its place, whatever is kept in memory."""

import numpy as np
import pytest

from sam_audio.effects.reverse import Reverse
from sam_audio.effects.stream import BlockStream
from shared.chain import Chain, Placed
from shared.media import Waveform
from tests.sam_audio.effects.measuring import applied

SOUND = np.random.default_rng(1).normal(0, 0.2, (2, 16_000)).astype(np.float32)


@pytest.mark.parametrize("block", [1, 999, 16_000])
def test_the_whole_is_backwards(block: int) -> None:
    np.testing.assert_array_equal(applied(Reverse(), SOUND, 8000, block=block), SOUND[:, ::-1])


@pytest.mark.parametrize("block", [7, 999, 16_000])
def test_spans_are_backwards_in_their_place(block: int) -> None:
    chain = Chain((Placed(Reverse(), spans=((0.25, 0.75), (1.0, 9.0))),))
    stream = chain(BlockStream.of(Waveform(SOUND, 8000), block_frames=block))
    found = np.concatenate(list(stream.blocks), axis=1)
    inner, ramp = slice(2000, 6000), 64
    backwards = SOUND[:, inner][:, ::-1]
    np.testing.assert_allclose(found[:, inner][:, ramp:-ramp], backwards[:, ramp:-ramp], atol=1e-7)
    last = SOUND[:, 8000:][:, ::-1]
    np.testing.assert_allclose(found[:, 8000:][:, ramp:], last[:, ramp:], atol=1e-7)
    np.testing.assert_array_equal(found[:, 6000:8000], SOUND[:, 6000:8000])
