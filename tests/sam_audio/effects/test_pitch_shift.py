"""Pitch shift: right frequency, same level, same time, clean tones, one stereo image."""

import numpy as np
import pytest

from sam_audio.effects.pitch_shift import PitchShift
from tests.sam_audio.effects.measuring import applied, peak_hz, sine


@pytest.mark.parametrize("rate_hz", [8000, 44100, 96000])
@pytest.mark.parametrize("semitones", [-12.0, -5.0, 0.3, 4.0, 12.0])
def test_a_tone_moves_to_the_right_frequency(rate_hz: int, semitones: float) -> None:
    sound = applied(PitchShift(semitones=semitones), sine(440, rate_hz, seconds=1.5), rate_hz)[0]
    settled = sound[rate_hz // 4 : -rate_hz // 4]
    wanted_hz = 440 * 2 ** (semitones / 12)
    assert peak_hz(settled, rate_hz) == pytest.approx(wanted_hz, rel=1e-3)
    assert 20 * np.log10(settled.std() / (0.25 / np.sqrt(2))) == pytest.approx(0, abs=0.1)


def test_a_chord_stays_clean() -> None:
    chord = sine(220, 48000, seconds=2) + sine(277.18, 48000, seconds=2) + sine(329.63, 48000, seconds=2)
    sound = applied(PitchShift(semitones=7), chord, 48000)[0, 24000:-24000]
    power = np.abs(np.fft.rfft(sound * np.blackman(len(sound)))) ** 2
    frequency_hz = np.fft.rfftfreq(len(sound), 1 / 48000)
    near = np.zeros(len(power), bool)
    for partial_hz in (220, 277.18, 329.63):
        near |= np.abs(frequency_hz - partial_hz * 2 ** (7 / 12)) < 12
    assert 10 * np.log10(power[near].sum() / power[~near].sum()) > 25


@pytest.mark.parametrize("semitones", [-7.0, 5.0])
def test_sounds_stay_where_they_are_in_time(semitones: float) -> None:
    noise = np.zeros((1, 96_000), np.float32)
    noise[0, 50_000:52_000] = np.random.default_rng(0).normal(0, 0.2, 2000)
    energy = np.cumsum(applied(PitchShift(semitones=semitones), noise, 48000)[0] ** 2)
    middle = np.searchsorted(energy, energy[-1] / 2)
    assert abs(middle - 51_000) < 0.005 * 48000


def test_the_stereo_image_stays() -> None:
    rng = np.random.default_rng(4)
    middle = np.cumsum(rng.normal(0, 0.01, 48_000))
    middle -= np.linspace(0, middle[-1], 48_000)
    sound = np.stack([middle, 0.5 * middle]).astype(np.float32) * 0.2
    found = applied(PitchShift(semitones=3), sound, 48000)
    np.testing.assert_allclose(found[1], 0.5 * found[0], atol=1e-5)
