"""Synthetic sounds: level, length, determinism, and what makes each of them recognisable."""

from pathlib import Path

import numpy as np
import pytest

from shared import synth

SOUNDS = ("white_noise", "pink_noise", "rain", "traffic", "engine", "babble", "birds", "siren")


def power_db(sound: np.ndarray, low_hz: float, high_hz: float, rate_hz: int) -> float:
    spectrum = np.abs(np.fft.rfft(sound.mean(axis=0))) ** 2
    frequency_hz = np.fft.rfftfreq(sound.shape[1], 1 / rate_hz)
    return float(10 * np.log10(spectrum[(frequency_hz >= low_hz) & (frequency_hz < high_hz)].sum() + 1e-20))


@pytest.mark.parametrize("name", SOUNDS)
@pytest.mark.parametrize("rate_hz", [8000, 22050, 48000])
def test_backgrounds_keep_their_promise(name: str, rate_hz: int) -> None:
    make = getattr(synth, name)
    sound = make(1.5, sample_rate_hz=rate_hz, seed=4)
    assert sound.shape == (2, round(1.5 * rate_hz))
    assert sound.dtype == np.float32
    assert np.abs(sound).max() == pytest.approx(0.9, abs=1e-4)
    assert np.abs(sound.mean(axis=1)).max() < 0.02
    np.testing.assert_array_equal(sound, make(1.5, sample_rate_hz=rate_hz, seed=4))
    assert np.abs(sound - make(1.5, sample_rate_hz=rate_hz, seed=5)).max() > 0.1


def test_pink_noise_has_equal_power_in_each_octave() -> None:
    sound = synth.pink_noise(20, sample_rate_hz=48000, seed=1)
    octaves = [power_db(sound, low, 2 * low, 48000) for low in (100, 200, 400, 800, 1600, 3200, 6400)]
    assert max(octaves) - min(octaves) < 0.6


def test_sounds_have_their_own_place_in_the_spectrum() -> None:
    def share(name: str, low_hz: float, high_hz: float) -> float:
        sound = getattr(synth, name)(4, sample_rate_hz=48000, seed=2)
        return power_db(sound, low_hz, high_hz, 48000) - power_db(sound, 20, 24000, 48000)

    assert share("engine", 20, 1000) > -1
    assert share("birds", 1800, 7000) > -1
    assert share("siren", 600, 1500) > -3
    assert share("babble", 100, 3500) > -0.5
    assert share("rain", 1000, 12000) > -3
    assert share("traffic", 20, 1500) > -2


def test_tone_is_where_it_is_asked_for() -> None:
    sound = synth.tone(1, sample_rate_hz=8000, frequency_hz=1000, peak=0.25)
    assert np.argmax(np.abs(np.fft.rfft(sound[0]))) == 1000
    assert np.abs(sound).max() == pytest.approx(0.25)


@pytest.mark.parametrize("ratio_db", [-6.0, 0.0, 9.0])
def test_mixing_holds_the_ratio_and_the_peak(ratio_db: float) -> None:
    target = synth.siren(1, sample_rate_hz=16000)
    background = synth.rain(2, sample_rate_hz=16000)
    voice, bed = synth.mixed_at(target, background, ratio_db=ratio_db, peak=0.8)
    assert voice.shape == bed.shape == target.shape
    assert 10 * np.log10((voice**2).mean() / (bed**2).mean()) == pytest.approx(ratio_db, abs=1e-3)
    assert np.abs(voice + bed).max() == pytest.approx(0.8, abs=1e-4)


def test_example_recordings_are_clean() -> None:
    import soundfile

    folder = Path(__file__).parents[2] / "examples" / "audio"
    recordings = sorted(folder.glob("*.flac"))
    assert len(recordings) >= 5
    assert sum(path.stat().st_size for path in recordings) < 3.6e6
    for path in recordings:
        samples, rate_hz = soundfile.read(path)
        assert rate_hz in (24000, 32000, 44100, 48000)
        assert 0.3 < np.abs(samples).max() < 0.95, path.name
        assert 4 < len(samples) / rate_hz < 13
