"""Fitting: a known filter is found, another sound does not pull at it, nothing is made of nothing."""

import numpy as np
import pytest

from sam_audio.reference.filter import Taps, fit, weights_of

RNG = np.random.default_rng(0)
TAPS = Taps(1, 3)
FRAMES, BINS = 200, 80
VALID = np.ones(FRAMES, np.float32)


def spectra(channels: int, frames: int) -> np.ndarray:
    shape = (channels, frames, BINS)
    return (RNG.normal(size=shape) + 1j * RNG.normal(size=shape)).astype(np.complex64)


@pytest.fixture(scope="module")
def known() -> tuple[np.ndarray, np.ndarray]:
    """A stereo reference, and its sound in two channels of a mix through three taps."""
    reference = spectra(2, TAPS.behind + FRAMES + TAPS.ahead)
    mix = np.zeros((2, FRAMES, BINS), np.complex64)
    for channel in range(2):
        for lag, tap in ((0, 0.8), (1, 0.3j), (3, -0.1)):
            start = TAPS.behind - lag
            mix[channel] += tap * reference[channel, start : start + FRAMES]
    return reference, mix


def test_a_filter_is_found(known):
    reference, mix = known
    fitted = fit(mix, reference, TAPS, valid=VALID)
    assert np.abs(fitted.frames - mix).max() < 1e-3
    shares = np.array([0.0, 0.64, 0.09, 0.0, 0.01]) / 0.74  # from the latest frame to the earliest
    np.testing.assert_allclose(fitted.profile, shares, atol=0.01)


def test_another_sound_with_pauses_hardly_disturbs(known):
    """Plain least squares would leave 16 unknowns in 200 frames: −11 dB of the other sound."""
    reference, mix = known
    other = 3 * spectra(2, FRAMES)
    other[:, (np.arange(FRAMES) // 20) % 2 == 0] *= 0.01
    found = fit(mix + other, reference, TAPS, valid=VALID).frames
    error_db = 10 * np.log10(np.square(np.abs(found - mix)).sum() / np.square(np.abs(mix)).sum())
    assert error_db < -35


def test_frames_that_do_not_count_are_not_looked_at(known):
    reference, mix = known
    spoilt = mix.copy()
    spoilt[:, :20] = 100 * spectra(2, 20)
    valid = VALID.copy()
    valid[:20] = 0
    found = fit(spoilt, reference, TAPS, valid=valid).frames
    assert np.abs(found - mix).max() < 1e-2


def test_silence_gives_silence(known):
    reference, mix = known
    assert not fit(np.zeros_like(mix), reference, TAPS, valid=VALID).frames.any()
    assert not fit(mix, np.zeros_like(reference), TAPS, valid=VALID).frames.any()


def test_bins_without_reference_are_left_alone(known):
    reference, mix = known
    deaf = reference.copy()
    deaf[:, :, 64:] *= 1e-7  # rounding of a resampler, above the reference's own band
    found = fit(mix, deaf, TAPS, valid=VALID).frames
    assert not found[:, :, 64:].any()


def test_weights_are_one_over_the_power():
    rest = 2 * np.ones((1, 50, 9), np.complex64)
    np.testing.assert_allclose(weights_of(rest, np.ones(50, np.float32)), 0.25, rtol=2e-3)
