"""A whisper has the voice's syllables and bands, and no pitch."""

import numpy as np
import pytest

from sam_audio.effects.whisper import Whisper
from shared.synth import babble
from tests.sam_audio.effects.measuring import applied, sine

RATE_HZ = 24_000


def periodicity(sound: np.ndarray) -> float:
    """Highest autocorrelation at lags of 60 to 400 Hz, of the loudest half second."""
    size = RATE_HZ // 2
    starts = range(0, sound.size - size, size // 4)
    loudest = max(starts, key=lambda start: float((sound[start : start + size] ** 2).sum()))
    piece = sound[loudest : loudest + size]
    power = np.fft.irfft(np.abs(np.fft.rfft(piece, 2 * size)) ** 2)
    return float(power[RATE_HZ // 400 : RATE_HZ // 60].max() / power[0])


def test_the_pitch_goes_and_the_syllables_stay() -> None:
    voice = babble(3, sample_rate_hz=RATE_HZ, seed=1, talkers=1)[:1] * np.float32(0.5)
    whisper = applied(Whisper(), voice, RATE_HZ)
    assert periodicity(voice[0]) > 0.6 and periodicity(whisper[0]) < 0.35

    def envelope(samples: np.ndarray) -> np.ndarray:
        return np.sqrt((samples[0, : RATE_HZ * 3].reshape(-1, RATE_HZ // 25) ** 2).mean(axis=1))

    assert np.corrcoef(envelope(whisper), envelope(voice))[0, 1] > 0.8
    assert 20 * np.log10(whisper.std() / voice.std()) == pytest.approx(0, abs=3)


def test_a_tone_becomes_noise_in_its_band() -> None:
    whisper = applied(Whisper(), sine(1500, RATE_HZ, seconds=2), RATE_HZ)[0]
    power = np.abs(np.fft.rfft(whisper * np.hanning(whisper.size))) ** 2
    frequency_hz = np.fft.rfftfreq(whisper.size, 1 / RATE_HZ)
    near = np.abs(frequency_hz - 1500) < 350
    assert power[near].sum() > 0.9 * power.sum()
    assert power.max() < 0.1 * power.sum()
