"""The phaser: notches where the all-pass filters turn by half a circle, and they move."""

import numpy as np
import pytest

from sam_audio.effects.phaser import Phaser
from tests.sam_audio.effects.measuring import applied, gain_db

RATE_HZ = 48_000


def test_behind_the_filters_every_tone_has_its_level() -> None:
    for frequency_hz in (100, 800, 5000):
        assert gain_db(Phaser(octaves=0, wet=1), frequency_hz, RATE_HZ) == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("notches", [1, 2, 4])
def test_notches_are_where_the_filters_turn_by_an_odd_half_circle(notches: int) -> None:
    """A first-order all-pass turns by 2 arctan(f / corner); 2 N of them make N odd half circles."""
    still = Phaser(octaves=0, centre_hz=1000, notches=notches, wet=0.5)
    for k in range(notches):
        turn = (2 * k + 1) * np.pi / (2 * notches)
        warped = np.tan(turn / 2) * np.tan(np.pi * 1000 / RATE_HZ)
        notch_hz = np.arctan(warped) * RATE_HZ / np.pi
        assert gain_db(still, notch_hz, RATE_HZ) < -30
    assert gain_db(still, 20_000, RATE_HZ) > 2.5


def test_the_notch_wanders() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, (1, 96_000)).astype(np.float32)
    sound = applied(Phaser(rate_hz=1, centre_hz=1000, octaves=4, notches=1), noise, RATE_HZ)[0]

    def share_db(middle: int, frequency_hz: float) -> float:
        part = slice(middle - 1200, middle + 1200)
        spectra = [np.abs(np.fft.rfft(s[part] * np.hanning(2400))) ** 2 for s in (sound, noise[0])]
        near = slice(round((frequency_hz - 60) / 20), round((frequency_hz + 60) / 20) + 1)
        return float(10 * np.log10(spectra[0][near].sum() / spectra[1][near].sum()))

    assert share_db(12_000, 4000) < -8 and share_db(36_000, 4000) > 0
    assert share_db(36_000, 250) < -8 and share_db(12_000, 250) > 0
