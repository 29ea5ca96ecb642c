"""Corners at -3 dB and slopes of 6 dB per octave and order."""

import pytest

from sam_audio.effects.band_limit import Bandpass, Highpass, Lowpass
from tests.sam_audio.effects.measuring import gain_db


@pytest.mark.parametrize("rate_hz", [16000, 48000, 192000])
@pytest.mark.parametrize("order", [1, 2, 4, 8])
def test_corner_and_slope(rate_hz: int, order: int) -> None:
    low, high = Lowpass(cutoff_hz=1000, order=order), Highpass(cutoff_hz=1000, order=order)
    for effect in (low, high):
        assert gain_db(effect, 1000, rate_hz) == pytest.approx(-3.01, abs=0.1)
    assert gain_db(low, 100, rate_hz) == pytest.approx(0, abs=0.1)
    assert gain_db(high, 5000, rate_hz) == pytest.approx(0, abs=0.25)
    assert gain_db(high, 250, rate_hz) == pytest.approx(-12.04 * order, abs=1.0)
    if rate_hz > 40000:
        assert gain_db(low, 2000, rate_hz) == pytest.approx(-6.02 * order, abs=1.2)


@pytest.mark.parametrize("width_octaves", [1.0, 3.0])
def test_a_band_ends_3_db_down_on_both_sides(width_octaves: float) -> None:
    band = Bandpass(centre_hz=1000, width_octaves=width_octaves, order=4)
    half = 2 ** (width_octaves / 2)
    for edge_hz in (1000 / half, 1000 * half):
        assert gain_db(band, edge_hz, 48_000) == pytest.approx(-3.0, abs=0.5)
    assert gain_db(band, 1000, 48_000) == pytest.approx(0, abs=0.6)
    assert gain_db(band, 1000 * half * 2, 48_000) == pytest.approx(-24, abs=1.5)
    assert gain_db(band, 1000 / half / 2, 48_000) == pytest.approx(-24, abs=1.5)
