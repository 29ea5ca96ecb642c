"""Vibrato swings as far and as fast as it says, around the pitch and the time that were there."""

import numpy as np
import pytest

from sam_audio.effects.vibrato import Vibrato
from tests.sam_audio.effects.measuring import applied, sine

RATE_HZ = 48_000


def course_cents(sound: np.ndarray, pitch_hz: float) -> np.ndarray:
    """Pitch against `pitch_hz` at each sample, by the turn of the analytic signal."""
    from scipy.signal import hilbert

    phase = np.unwrap(np.angle(hilbert(sound.astype(np.float64))))
    return 1200 * np.log2(np.gradient(phase) * RATE_HZ / (2 * np.pi) / pitch_hz)


@pytest.mark.parametrize(("rate_hz", "depth_cents"), [(5.0, 30.0), (2.0, 100.0)])
def test_the_pitch_swings(rate_hz: float, depth_cents: float) -> None:
    tone = sine(880, RATE_HZ, seconds=2)
    found = applied(Vibrato(rate_hz=rate_hz, depth_cents=depth_cents), tone, RATE_HZ)[0]
    cents = course_cents(found, 880)[RATE_HZ // 4 : -RATE_HZ // 4]
    assert cents.max() == pytest.approx(depth_cents, rel=0.05)
    assert cents.min() == pytest.approx(-depth_cents, rel=0.08)
    swings = np.abs(np.fft.rfft(cents - cents.mean()))
    assert np.argmax(swings) / (cents.size / RATE_HZ) == pytest.approx(rate_hz, abs=0.4)


def test_time_is_kept_on_average() -> None:
    noise = np.random.default_rng(5).normal(0, 0.1, (1, RATE_HZ)).astype(np.float32)
    found = applied(Vibrato(rate_hz=4, depth_cents=1), noise, RATE_HZ)
    spectrum = np.fft.rfft(found[0]) * np.conj(np.fft.rfft(noise[0]))
    lag = int(np.argmax(np.fft.irfft(spectrum)))
    assert min(lag, noise.size - lag) <= 2
