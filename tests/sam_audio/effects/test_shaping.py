"""Distortion and overdrive: the harmonics they are known for, no folding, no offset, unity without drive."""

import numpy as np
import pytest

from sam_audio.effects.distortion import Distortion
from sam_audio.effects.overdrive import Overdrive
from sam_audio.effects.stream import Effect
from tests.sam_audio.effects.measuring import applied, sine

RATE_HZ = 48_000


def open_distortion(drive_db: float) -> Distortion:
    """Nothing but the curve."""
    return Distortion(drive_db=drive_db, tone_hz=20_000, level_db=0)


def harmonics_db(effect: Effect, *, fundamental_hz: float = 500) -> np.ndarray:
    """Levels of harmonics 1 to 6 relative to the first."""
    sound = applied(effect, sine(fundamental_hz, RATE_HZ, peak=0.5), RATE_HZ)[0, 12_000:36_000]
    level = np.abs(np.fft.rfft(sound * np.hanning(sound.size)))
    bins = np.round(fundamental_hz * np.arange(1, 7) * sound.size / RATE_HZ).astype(int)
    return 20 * np.log10(level[bins] / level[bins[0]] + 1e-9)


def test_distortion_adds_odd_harmonics() -> None:
    found = harmonics_db(open_distortion(40))
    np.testing.assert_allclose(found[[2, 4]], 20 * np.log10([1 / 3, 1 / 5]), atol=1.0)  # a square wave
    assert found[[1, 3, 5]].max() < -60


def test_overdrive_adds_even_harmonics_by_its_asymmetry() -> None:
    assert harmonics_db(Overdrive(drive_db=20, asymmetry=0.6))[1] > -25
    assert harmonics_db(Overdrive(drive_db=20, asymmetry=0))[1] < -60


@pytest.mark.parametrize("effect", [open_distortion(0.01), Overdrive(drive_db=0.01)])
def test_hardly_any_drive_hardly_changes_the_middle(effect: Effect) -> None:
    tone = sine(1000, RATE_HZ, peak=0.25)
    found = applied(effect, tone, RATE_HZ)
    assert 20 * np.log10(found[:, 9600:38_400].std() / tone[:, 9600:38_400].std()) == pytest.approx(
        0, abs=0.15
    )


@pytest.mark.parametrize("effect", [open_distortion(30), Overdrive(drive_db=30)])
def test_what_lies_above_half_the_rate_does_not_fold_back(effect: Effect) -> None:
    """Harmonics of 7 kHz above 24 kHz would come back at 13, 6 and 1 kHz; a plain tanh leaves -15 dB."""
    sound = applied(effect, sine(7000, RATE_HZ, peak=0.5), RATE_HZ)[0, 9600:38_400]
    level = np.abs(np.fft.rfft(sound * np.blackman(sound.size)))
    frequency_hz = np.fft.rfftfreq(sound.size, 1 / RATE_HZ)
    own = np.zeros(level.size, bool)
    for harmonic_hz in (0, 7000, 14_000, 21_000):
        own |= np.abs(frequency_hz - harmonic_hz) < 50
    audible = frequency_hz < 18_000
    assert 20 * np.log10(level[~own & audible].max() / level.max()) < -30


def test_no_offset_stays() -> None:
    sound = applied(Overdrive(drive_db=30, asymmetry=1), sine(200, RATE_HZ, peak=0.8, seconds=2), RATE_HZ)[0]
    assert abs(sound[RATE_HZ:].mean()) < 0.005
