"""Following: tracks stand out of the noise or are nought; level and clock that change are put right."""

import numpy as np

from sam_audio.reference.drift import adjusted, measure, tracked
from sam_audio.reference.filter import Taps
from shared.encoders.audio import Stft

RNG = np.random.default_rng(2)
STFT = Stft(256, 64)
FRAMES = 400


def frames() -> np.ndarray:
    shape = (1, FRAMES, STFT.bins)
    return (RNG.normal(size=shape) + 1j * RNG.normal(size=shape)).astype(np.complex64)


def test_noise_makes_no_track():
    energy = np.full(FRAMES, 10.0)
    for _ in range(5):
        assert not tracked(RNG.normal(size=FRAMES) * np.sqrt(energy / 2), energy).any()


def test_a_single_moment_makes_no_track():
    energy = np.zeros(FRAMES)
    energy[50:60] = 1e6
    assert np.isfinite(tracked(0.1 * energy, energy)).all()
    assert not tracked(np.ones(8), np.ones(8)).any()


def test_a_slope_is_found():
    energy = np.full(FRAMES, 100.0)
    wanted = np.linspace(-0.5, 0.5, FRAMES)
    found = tracked(energy * wanted + RNG.normal(size=FRAMES) * np.sqrt(energy / 2), energy)
    assert np.abs(found - wanted)[20:-20].max() < 0.05


def test_a_bend_is_found():
    energy = np.full(FRAMES, 1000.0)
    wanted = np.sin(np.arange(FRAMES) / 40)
    wanted -= wanted.mean()
    found = tracked(energy * wanted + RNG.normal(size=FRAMES) * np.sqrt(energy / 2), energy)
    assert np.abs(found - wanted)[20:-20].max() < 0.1


def test_a_changing_delay_and_level_are_measured_and_put_right():
    known = frames()
    ramp = np.linspace(-1, 1, FRAMES)
    taps = Taps(0, 0)
    mix = adjusted(known, 0.1 * ramp, 0.05 * ramp, taps, STFT)
    gain, delay = measure(mix, known, STFT, valid=np.ones(FRAMES, np.float32))
    assert np.abs(gain - 0.1 * ramp)[10:-10].max() < 0.02
    assert np.abs(delay - 0.05 * ramp)[10:-10].max() < 0.01
    assert np.abs(adjusted(known, gain, delay, taps, STFT) - mix).max() < 0.3 * np.abs(known - mix).max()
