"""The flanger's copy: as late as it says, fed back as much as it says, deepest at half."""

import numpy as np
import pytest

from sam_audio.effects.flanger import Flanger
from tests.sam_audio.effects.measuring import applied, gain_db, impulse

RATE_HZ = 48_000


def echoes(effect: Flanger, at: int) -> np.ndarray:
    """Response to an impulse at a sample, from there on."""
    return applied(effect, impulse(RATE_HZ, seconds=1.0, at=at), RATE_HZ)[0, at:]


@pytest.mark.parametrize(("at", "delay_ms"), [(0, 1.0), (12_000, 3.0), (24_000, 5.0)])
def test_the_copy_sweeps_from_1_ms_over_its_depth(at: int, delay_ms: float) -> None:
    response = echoes(Flanger(rate_hz=1.0, depth_ms=4, feedback=0, wet=1), at)
    assert int(np.argmax(np.abs(response))) / 48 == pytest.approx(delay_ms, abs=0.06)


@pytest.mark.parametrize("feedback", [-0.7, 0.5])
def test_each_copy_is_fed_back(feedback: float) -> None:
    response = echoes(Flanger(rate_hz=0.05, depth_ms=0.1, feedback=feedback, wet=1), 0)
    first, second, third = (response[48 * k - 20 : 48 * k + 20].sum() for k in (1, 2, 3))
    assert first == pytest.approx(1, abs=0.02)
    assert second == pytest.approx(feedback, abs=0.02)
    assert third == pytest.approx(feedback**2, abs=0.02)


def test_half_and_half_make_a_comb() -> None:
    still = Flanger(rate_hz=0.05, depth_ms=0.1, feedback=0, wet=0.5)  # 1.00 ms for the first second
    assert gain_db(still, 1000, RATE_HZ) == pytest.approx(3, abs=0.3)
    assert gain_db(still, 500, RATE_HZ) < -25
