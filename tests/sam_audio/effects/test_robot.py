"""Robot voices: one pitch whatever is said, the level kept, words kept."""

import numpy as np
import pytest

from sam_audio.effects.robot import Robot
from shared.errors import InputError
from shared.synth import babble, pink_noise
from tests.sam_audio.effects.measuring import applied, peak_hz, sine

RATE_HZ = 24000


@pytest.mark.parametrize("method", ["monotone", "vocoder"])
@pytest.mark.parametrize("pitch_hz", [80.0, 137.0])
def test_the_machine_has_one_pitch(method: str, pitch_hz: float) -> None:
    sound = pink_noise(2, sample_rate_hz=RATE_HZ, seed=2) * np.float32(0.3)
    voice = applied(Robot(method=method, pitch_hz=pitch_hz), sound, RATE_HZ)[0, RATE_HZ // 2 : -RATE_HZ // 4]
    power = np.fft.irfft(np.abs(np.fft.rfft(voice, 2 * len(voice))) ** 2)
    period = RATE_HZ / pitch_hz
    around = power[int(0.6 * period) : int(1.6 * period)]
    assert int(0.6 * period) + int(np.argmax(around)) == pytest.approx(period, abs=1.5)
    assert around.max() > 0.5 * power[0]


def test_ring_modulation_makes_sum_and_difference() -> None:
    voice = applied(Robot(method="ring", pitch_hz=100), sine(1000, RATE_HZ), RATE_HZ)[0]
    assert peak_hz(voice, RATE_HZ, 500, 1000) == pytest.approx(900, abs=0.5)
    assert peak_hz(voice, RATE_HZ, 1000, 1500) == pytest.approx(1100, abs=0.5)


@pytest.mark.parametrize("method", ["monotone", "vocoder", "ring"])
def test_level_and_syllables_are_kept(method: str) -> None:
    sound = babble(3, sample_rate_hz=RATE_HZ, seed=1, talkers=1) * np.float32(0.5)
    voice = applied(Robot(method=method), sound, RATE_HZ)

    def envelope(samples: np.ndarray) -> np.ndarray:
        return np.sqrt((samples[0, : RATE_HZ * 3].reshape(-1, RATE_HZ // 25) ** 2).mean(axis=1))

    assert 20 * np.log10(voice.std() / sound.std()) == pytest.approx(0, abs=4)
    assert np.corrcoef(envelope(voice), envelope(sound))[0, 1] > 0.75


@pytest.mark.parametrize("bands", [8, 16, 40])
def test_the_vocoder_keeps_the_balance_of_its_bands(bands: int) -> None:
    """Pink noise with a hole: the voice has the hole where bands are narrow enough to show it."""
    from scipy.signal import butter, sosfilt

    noise = pink_noise(3, sample_rate_hz=RATE_HZ, seed=2)[:1] * np.float32(0.3)
    hole = np.asarray(
        sosfilt(butter(4, (900, 2700), "bandstop", fs=RATE_HZ, output="sos"), noise), np.float32
    )
    voice = applied(Robot(method="vocoder", bands=bands), hole, RATE_HZ)[0]
    power = np.abs(np.fft.rfft(voice)) ** 2
    frequency_hz = np.fft.rfftfreq(voice.size, 1 / RATE_HZ)

    def level_db(low_hz: float, high_hz: float) -> float:
        return float(10 * np.log10(power[(frequency_hz > low_hz) & (frequency_hz < high_hz)].mean()))

    depth_db = level_db(300, 700) - level_db(1300, 1900)
    assert depth_db > {8: 5, 16: 15, 40: 20}[bands]


def test_an_unknown_method_is_refused_with_the_list() -> None:
    with pytest.raises(InputError, match="monotone, vocoder, ring"):
        Robot(method="dalek")
