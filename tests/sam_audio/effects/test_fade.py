"""Fades take their time, begin and end in silence, and leave the middle alone."""

import numpy as np
import pytest

from sam_audio.effects.fade import Fade
from tests.sam_audio.effects.measuring import applied

ONES = np.ones((2, 8000), np.float32)


@pytest.mark.parametrize("shape", ["smooth", "linear"])
@pytest.mark.parametrize("block", [100, 4096, 8000])
def test_the_level_rises_and_falls(shape: str, block: int) -> None:
    found = applied(Fade(in_s=0.25, out_s=0.5, shape=shape), ONES, 8000, block=block)[1]
    assert found[0] == found[-1] == 0
    assert found[1000] == pytest.approx(0.5, abs=1e-3) and found[6000] == pytest.approx(0.5, abs=1e-3)
    assert (found[2000:4000] == 1).all()
    assert (np.diff(found[:2001]) >= 0).all() and (np.diff(found[3999:]) <= 0).all()


def test_a_smooth_fade_is_a_raised_cosine() -> None:
    found = applied(Fade(in_s=0.5, out_s=0), ONES, 8000)[0, :4000]
    np.testing.assert_allclose(found, 0.5 - 0.5 * np.cos(np.pi * np.arange(4000) / 4000), atol=1e-6)


def test_a_sound_shorter_than_its_fade_goes_out_whole() -> None:
    found = applied(Fade(in_s=0, out_s=30, shape="linear"), ONES, 8000)[0]
    np.testing.assert_allclose(found, 1 - (np.arange(8000) + 1) / 8000, atol=1e-6)
