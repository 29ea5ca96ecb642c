"""The de-esser: lowers loud hiss, by no more than it may, and leaves everything else."""

import numpy as np
import pytest

from sam_audio.effects.deesser import DeEsser
from tests.sam_audio.effects.measuring import applied, gain_db, sine

RATE_HZ = 48_000


@pytest.mark.parametrize("most_db", [3.0, 10.0, 24.0])
def test_a_loud_hiss_is_lowered_by_the_most(most_db: float) -> None:
    effect = DeEsser(frequency_hz=5000, threshold_db=-60, most_db=most_db)
    assert gain_db(effect, 9000, RATE_HZ) == pytest.approx(-most_db, abs=0.5)


def test_the_slope_above_the_threshold() -> None:
    """A tone of peak -12 dBFS is 20 dB above -32: 0.8 dB less for each of them."""
    assert gain_db(DeEsser(threshold_db=-32, most_db=24), 9000, RATE_HZ) == pytest.approx(-16, abs=0.6)


def test_lows_and_soft_hiss_pass_as_they_are() -> None:
    effect = DeEsser(threshold_db=-30, most_db=24)
    for tone in (sine(1000, RATE_HZ, peak=0.9), sine(9000, RATE_HZ, peak=0.02)):
        found = applied(effect, tone, RATE_HZ)[:, 9600:38_400]  # its sudden start and end do hiss
        np.testing.assert_allclose(found, tone[:, 9600:38_400], atol=2e-4)


def test_lows_beside_a_hiss_stay_in_time_and_level() -> None:
    low, hiss = sine(700, RATE_HZ), sine(9000, RATE_HZ)
    found = applied(DeEsser(threshold_db=-60, most_db=24), low + hiss, RATE_HZ)
    rest = found - low
    assert 20 * np.log10(rest[:, 9600:38_400].std() / hiss.std()) < -23
