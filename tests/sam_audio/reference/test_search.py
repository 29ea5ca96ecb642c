"""The search: outlines that match are found anywhere, by a clock of another speed, either way round."""

import numpy as np
import pytest

from sam_audio.reference.envelopes import STFT, Outline, outlined
from sam_audio.reference.search import CELL, lines
from shared.media import Waveform
from shared.progress import Progress
from tests.sam_audio.reference.playing import RATE_HZ, talk, tune

RNG = np.random.default_rng(4)


def outline(contrast: np.ndarray) -> Outline:
    return Outline(contrast.astype(np.float32), (0,), 1.0)


@pytest.mark.parametrize("start", [0, 700, 2100])
def test_a_cutting_is_found(start):
    whole = RNG.normal(size=(4000, 16))
    mix = whole[start : start + 1500] + RNG.normal(size=(1500, 16)) * 2
    best = lines(outline(mix), outline(whole))[0]
    assert best.offset == pytest.approx(start, abs=2 * CELL)


def test_a_short_reference_is_found_in_a_long_mix():
    mix = RNG.normal(size=(5000, 16))
    best = lines(outline(mix), outline(mix[3200:3600]))[0]
    assert best.offset == pytest.approx(-3200, abs=2 * CELL)
    assert best.rows and abs(best.rows[0] - 3200) <= 2 * CELL


def test_another_clock_is_found_in_minutes():
    drift = 400e-6
    whole = RNG.normal(size=(36_000, 4))
    places = np.round(5000 + np.arange(30_000) * (1 + drift)).astype(int)
    best = lines(outline(whole[places]), outline(whole))[0]
    assert best.drift == pytest.approx(drift, abs=1.5e-4)
    assert best.offset + 15_000 * best.drift == pytest.approx(5000 + 15_000 * drift, abs=4 * CELL)


def test_silence_has_no_line():
    assert lines(outline(np.zeros((500, 16))), outline(RNG.normal(size=(900, 16)))) == ()


def test_an_outline_does_not_know_level_nor_polarity():
    one = outlined(Waveform(tune(), RATE_HZ), RATE_HZ, Progress())
    other = outlined(Waveform(-0.1 * tune(), RATE_HZ), RATE_HZ, Progress())
    np.testing.assert_allclose(one.contrast, other.contrast, atol=1e-3)
    assert one.peak == pytest.approx(10 * other.peak, rel=1e-4)
    assert len(one.contrast) == pytest.approx(tune().shape[1] / STFT.hop, abs=8)


def test_the_loudest_channels_are_told():
    quiet = 0.1 * talk(2.0)
    sound = np.concatenate([np.zeros_like(quiet), quiet, talk(2.0)])
    assert outlined(Waveform(sound, RATE_HZ), RATE_HZ, Progress()).loudest == (2, 1)
