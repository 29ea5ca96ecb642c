"""The equalizer's gains, measured with sines."""

import numpy as np
import pytest

from sam_audio.effects.equalizer import Equalizer
from tests.sam_audio.effects.measuring import applied, gain_db, sine


@pytest.mark.parametrize("rate_hz", [22050, 48000, 96000])
@pytest.mark.parametrize("level_db", [-18.0, -6.0, 9.0, 18.0])
def test_each_band_reaches_its_gain_and_leaves_the_others(rate_hz: int, level_db: float) -> None:
    low, mid = Equalizer(low_db=level_db, low_hz=200), Equalizer(mid_db=level_db, mid_quality=4)
    high = Equalizer(high_db=level_db, high_hz=2000)
    assert gain_db(low, 30, rate_hz) == pytest.approx(level_db, abs=0.5)
    assert gain_db(low, 200, rate_hz) == pytest.approx(level_db / 2, abs=0.5)
    assert gain_db(low, 4000, rate_hz) == pytest.approx(0, abs=0.5)
    assert gain_db(mid, 1000, rate_hz) == pytest.approx(level_db, abs=0.5)
    assert gain_db(mid, 50, rate_hz) == pytest.approx(0, abs=0.5)
    assert gain_db(mid, 10_000, rate_hz) == pytest.approx(0, abs=0.5)
    assert gain_db(high, 10_000, rate_hz) == pytest.approx(level_db, abs=0.5)
    assert gain_db(high, 2000, rate_hz) == pytest.approx(level_db / 2, abs=0.5)
    assert gain_db(high, 100, rate_hz) == pytest.approx(0, abs=0.5)


def test_gain_and_its_opposite_cancel() -> None:
    sound = np.concatenate([sine(90, 44100), sine(5000, 44100)])
    there = applied(Equalizer(low_db=9, mid_db=-7, high_db=12), sound, 44100)
    back = applied(Equalizer(low_db=-9, mid_db=7, high_db=-12), there, 44100)
    assert np.abs(back - sound).max() < 1e-5
    assert np.abs(there - sound).max() > 0.1


def test_a_shelf_above_half_the_rate_acts_on_nothing() -> None:
    sound = sine(1000, 8000)
    np.testing.assert_array_equal(applied(Equalizer(high_db=18), sound, 8000), sound)
