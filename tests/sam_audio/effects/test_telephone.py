"""The line: its band, its distortion."""

import numpy as np
import pytest

from sam_audio.effects.telephone import Telephone, _companded
from tests.sam_audio.effects.measuring import applied, gain_db, sine


@pytest.mark.parametrize("rate_hz", [16000, 48000, 192000])
def test_the_band_is_300_to_3400_hz(rate_hz: int) -> None:
    line = Telephone(drive_db=0)
    middle_db = gain_db(line, 1000, rate_hz)
    assert middle_db == pytest.approx(0, abs=0.5)
    assert gain_db(line, 300, rate_hz) == pytest.approx(middle_db - 6, abs=1)
    assert gain_db(line, 3400, rate_hz) == pytest.approx(middle_db - 6, abs=1)
    assert gain_db(line, 100, rate_hz) < -60
    assert gain_db(line, 7000, rate_hz) < -40


def test_driving_the_line_adds_odd_harmonics() -> None:
    def third_db(drive_db: float) -> float:
        sound = applied(Telephone(drive_db=drive_db), sine(500, 48000, peak=0.5), 48000)[0, 12000:36000]
        spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
        return float(20 * np.log10(spectrum[750] / spectrum[250]))

    assert third_db(0) < -30
    assert third_db(24) > -14


def test_the_codec_rounds_to_255_levels_finer_where_it_is_soft() -> None:
    ramp = np.linspace(-1, 1, 100_001)
    levels = np.unique(_companded(ramp))
    assert levels.size == 255 and levels[127] == 0 and levels[[0, -1]].tolist() == pytest.approx([-1, 1])
    steps = np.diff(levels[127:])
    assert (np.diff(steps) > 0).all() and steps[0] < 2e-4 and steps[-1] > 0.04


def test_the_codec_is_heard_and_can_be_left_out() -> None:
    tone = sine(1013, 16000, peak=0.05)
    clean, coded = (applied(Telephone(drive_db=0, codec=c), tone, 16000) for c in (False, True))
    noise = (coded - clean)[0, 4000:12_000]
    assert -50 < 20 * np.log10(noise.std() / clean[0, 4000:12_000].std()) < -30
