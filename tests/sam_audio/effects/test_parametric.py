"""One band: its gain at its frequency, its width by its quality, the rest untouched."""

import numpy as np
import pytest

from sam_audio.effects.parametric import Parametric
from tests.sam_audio.effects.measuring import applied, gain_db, sine


@pytest.mark.parametrize("level_db", [-24.0, -6.0, 12.0, 24.0])
@pytest.mark.parametrize("frequency_hz", [60, 1000, 9000])
def test_a_bell_reaches_its_gain_and_leaves_the_rest(frequency_hz: float, level_db: float) -> None:
    bell = Parametric(frequency_hz=frequency_hz, gain_db=level_db, quality=4)
    assert gain_db(bell, frequency_hz, 48_000) == pytest.approx(level_db, abs=0.3)
    for far_hz in (frequency_hz / 16, frequency_hz * 12):
        if 20 < far_hz < 20_000:
            assert gain_db(bell, far_hz, 48_000) == pytest.approx(0, abs=0.3)


def test_quality_is_centre_over_bandwidth() -> None:
    """At the band's edges, an octave apart for quality sqrt(2), a bell has half its gain in dB."""
    bell = Parametric(frequency_hz=1000, gain_db=12, quality=np.sqrt(2))
    for edge_hz in (1000 / np.sqrt(2), 1000 * np.sqrt(2)):
        assert gain_db(bell, edge_hz, 48_000) == pytest.approx(6, abs=0.2)


@pytest.mark.parametrize(
    ("shape", "raised_hz", "left_hz"), [("low_shelf", 60, 9000), ("high_shelf", 9000, 60)]
)
def test_a_shelf_raises_its_side(shape: str, raised_hz: float, left_hz: float) -> None:
    shelf = Parametric(frequency_hz=1000, gain_db=-9, shape=shape)
    assert gain_db(shelf, raised_hz, 48_000) == pytest.approx(-9, abs=0.3)
    assert gain_db(shelf, 1000, 48_000) == pytest.approx(-4.5, abs=0.2)
    assert gain_db(shelf, left_hz, 48_000) == pytest.approx(0, abs=0.3)


def test_above_half_the_rate_it_acts_on_nothing() -> None:
    tone = sine(1000, 8000)
    np.testing.assert_array_equal(applied(Parametric(frequency_hz=4000, gain_db=24), tone, 8000), tone)
