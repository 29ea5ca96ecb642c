"""Cancelling over several stretches: any block size, levels that change, exact lengths."""

import numpy as np
import pytest

from sam_audio.reference.cancel import Canceller
from sam_audio.reference.filter import Taps
from sam_audio.reference.frames import stft
from sam_audio.reference.warp import AlignedReference, TimeMap
from shared.media import Waveform

RATE_HZ = 2000
CUT = stft(RATE_HZ)
FRAMES = 60 * RATE_HZ  # three stretches
CANCELLER = Canceller(CUT, Taps(1, 3))


@pytest.fixture(scope="module")
def sounds() -> tuple[np.ndarray, np.ndarray]:
    """A reference, and another sound with pauses."""
    rng = np.random.default_rng(5)
    reference = rng.standard_normal((1, FRAMES)).astype(np.float32)
    other = rng.standard_normal((1, FRAMES)).astype(np.float32)
    other *= (np.arange(FRAMES) // RATE_HZ) % 2
    return reference, other


def cancelled(mix: np.ndarray, reference: np.ndarray, size: int) -> np.ndarray:
    aligned = AlignedReference(Waveform(reference, RATE_HZ), RATE_HZ, TimeMap((0.0, 1.0), (0.0, 1.0)))
    blocks = Waveform(mix.astype(np.float32), RATE_HZ).blocks(size)
    return np.concatenate(list(CANCELLER.stream(blocks, aligned)), axis=1)


def error_db(found: np.ndarray, wanted: np.ndarray) -> float:
    return 10 * float(np.log10(np.square(found - wanted).sum() / np.square(wanted).sum()))


def test_frames_are_as_long_at_every_rate():
    assert (stft(48_000).n_fft, stft(44_100).n_fft, stft(16_000).n_fft, stft(1).n_fft) == (
        4096,
        4096,
        1024,
        64,
    )


@pytest.mark.slow
def test_long_sounds_are_cancelled_whatever_the_blocks(sounds):
    reference, other = sounds
    mix = 0.5 * reference + other
    found = cancelled(mix, reference, 1999)
    assert found.shape == mix.shape
    assert error_db(found, 0.5 * reference) < -25
    np.testing.assert_array_equal(cancelled(mix, reference, FRAMES), found)


def test_a_fader_is_followed(sounds):
    """The level falls by 12 dB over ten seconds; one filter for all would leave −12 dB and more."""
    reference, other = sounds
    fader = np.interp(np.arange(FRAMES) / RATE_HZ, [5, 15], [1.0, 0.25])
    found = cancelled(fader * reference + other, reference, 30_000)
    assert error_db(found, fader * reference) < -20


def test_a_mix_of_a_few_samples(sounds):
    reference, _ = sounds
    assert cancelled(reference[:, :5], reference, 2).shape == (1, 5)
