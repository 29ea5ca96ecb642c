"""Normalise: the loudness that pyloudnorm reads, the true peak, one gain for all."""

import numpy as np
import pytest

from sam_audio.effects.normalise import Normalise
from sam_audio.loudness import levels
from shared.errors import InputError
from shared.media import Waveform
from shared.synth import babble
from tests.sam_audio.effects.measuring import applied, sine

RATE_HZ = 48_000
VOICE = babble(3, sample_rate_hz=RATE_HZ, seed=8, talkers=1) * np.float32(0.02)


@pytest.mark.oracle
@pytest.mark.parametrize("wanted_lufs", [-30.0, -16.0])
@pytest.mark.parametrize("sound", [VOICE, VOICE[:1], VOICE * 30], ids=["stereo", "mono", "loud"])
def test_pyloudnorm_reads_the_loudness_that_was_asked(sound: np.ndarray, wanted_lufs: float) -> None:
    meter = pytest.importorskip("pyloudnorm").Meter(RATE_HZ)
    found = applied(Normalise(loudness_lufs=wanted_lufs), sound, RATE_HZ)
    assert meter.integrated_loudness(found.T.astype(np.float64)) == pytest.approx(wanted_lufs, abs=0.1)


@pytest.mark.parametrize("wanted_db", [-20.0, -1.0, 0.0])
def test_the_true_peak_is_what_was_asked(wanted_db: float) -> None:
    found = applied(Normalise(to="peak", peak_db=wanted_db), VOICE, RATE_HZ)
    assert levels(Waveform(found, RATE_HZ)).true_peak_dbtp == pytest.approx(wanted_db, abs=0.01)
    np.testing.assert_allclose(found, VOICE * (found.std() / VOICE.std()), atol=1e-6)


def test_what_has_no_loudness_stays_as_it_is() -> None:
    silence, blip = np.zeros((1, RATE_HZ), np.float32), sine(500, RATE_HZ, seconds=0.3)
    np.testing.assert_array_equal(applied(Normalise(), silence, RATE_HZ), silence)
    np.testing.assert_array_equal(applied(Normalise(to="peak"), silence, RATE_HZ), silence)
    np.testing.assert_array_equal(applied(Normalise(), blip, RATE_HZ), blip)


def test_at_most_60_db_are_added() -> None:
    faint = sine(500, RATE_HZ, peak=1e-6)
    np.testing.assert_allclose(applied(Normalise(to="peak"), faint, RATE_HZ), faint * 1000, rtol=1e-5)


def test_no_loudness_below_8_khz() -> None:
    with pytest.raises(InputError, match="at least 8000 Hz, but got 4000 Hz. Normalise to peak"):
        applied(Normalise(), sine(500, 4000), 4000)
    applied(Normalise(to="peak"), sine(500, 4000), 4000)
