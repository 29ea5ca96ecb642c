"""The limiter as an effect: its ceiling, its gain; how it limits is tested with sam_audio.limiter."""

import numpy as np
import pytest

from sam_audio.effects.limiter import Limiter
from sam_audio.loudness import levels
from shared.media import Waveform
from tests.sam_audio.effects.measuring import applied, sine

RATE_HZ = 48_000


@pytest.mark.parametrize("ceiling_db", [-12.0, -1.0])
def test_no_true_peak_is_above_the_ceiling(ceiling_db: float) -> None:
    noise = np.random.default_rng(2).normal(0, 0.3, (2, RATE_HZ)).astype(np.float32)
    found = applied(Limiter(ceiling_db=ceiling_db, gain_db=6), noise, RATE_HZ)
    peak_db = levels(Waveform(found, RATE_HZ)).true_peak_dbtp
    assert peak_db is not None and ceiling_db - 0.5 < peak_db <= ceiling_db + 0.02


def test_what_is_below_passes_as_it_is() -> None:
    tone = sine(1000, RATE_HZ, peak=0.5)
    np.testing.assert_array_equal(applied(Limiter(), tone, RATE_HZ), tone)
    np.testing.assert_allclose(applied(Limiter(gain_db=3), tone, RATE_HZ), tone * 10**0.15, rtol=1e-6)
