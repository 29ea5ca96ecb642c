"""What a picture shows is measured right: extremes, bands and times, for short and for long sounds."""

import numpy as np
import pytest

from sam_audio.spectrum import BANDS, profile
from shared.media import Waveform


def sines(rate_hz: int, seconds: float) -> np.ndarray:
    """First half 500 Hz at full scale, second half 3 kHz at a tenth."""
    t = np.arange(int(rate_hz * seconds)) / rate_hz
    early = t < seconds / 2
    return np.where(early, np.sin(2 * np.pi * 500 * t), 0.1 * np.sin(2 * np.pi * 3000 * t))[None].astype(
        np.float32
    )


def band_of(frequency_hz: float, rate_hz: int) -> float:
    def mel(f: float) -> float:
        return 2595 * np.log10(1 + f / 700)

    return mel(frequency_hz) / mel(rate_hz / 2) * (BANDS + 1) - 1


@pytest.mark.parametrize("seconds", [2.0, 60.0], ids=["every spectrum", "some spectra"])
def test_bands_levels_and_extremes(seconds: float):
    rate_hz = 16_000
    found = profile(Waveform(sines(rate_hz, seconds), rate_hz), 100)
    assert found.levels_db.shape == (BANDS, 100) and found.duration_s == seconds
    for columns, frequency_hz, level_db, peak in (
        (slice(10, 40), 500, 0, 1.0),
        (slice(60, 90), 3000, -20, 0.1),
    ):
        loudest = found.levels_db[:, columns]
        assert abs(int(np.median(loudest.argmax(0))) - band_of(frequency_hz, rate_hz)) <= 1
        assert np.median(loudest.max(0)) == pytest.approx(level_db, abs=4)
        np.testing.assert_allclose(found.high[columns], peak, rtol=0.02)
        np.testing.assert_allclose(found.low[columns], -peak, rtol=0.02)


@pytest.mark.parametrize("frames", [1, 7, 500])
def test_sounds_shorter_than_the_picture_is_wide(frames: int):
    found = profile(Waveform(np.full((2, frames), 0.5, np.float32), 8000), 300)
    assert np.isfinite(found.levels_db).all()
    np.testing.assert_allclose(found.high, 0.5)


def test_silence_is_the_floor():
    found = profile(Waveform(np.zeros((1, 9000), np.float32), 8000), 50)
    assert (found.levels_db == -120).all() and (found.high == 0).all()
