"""Whole numbers: exact where the sound is, dithered at 16 bits, silent where it is silent."""

import numpy as np
import pytest

from sam_audio.export.pcm import Quantiser
from shared.errors import ExportError


def numbers(bits: int, block: np.ndarray) -> np.ndarray:
    data = Quantiser(bits)(block)
    if bits == 16:
        return np.frombuffer(data, "<i2").reshape(-1, len(block)).T.astype(int)
    raw = np.frombuffer(data, np.uint8).reshape(-1, 3).astype(np.int64)
    whole = raw[:, 0] | raw[:, 1] << 8 | raw[:, 2] << 16
    return np.where(whole >= 2**23, whole - 2**24, whole).reshape(-1, len(block)).T


def test_24_bits_are_exact():
    whole = np.array([[-(2**23), -1, 0, 1, 2**23 - 1], [5, -(2**22), 77, -77, 2**21]])
    np.testing.assert_array_equal(numbers(24, (whole / 2**23).astype(np.float32)), whole)


def test_full_scale_does_not_wrap_around():
    for bits in (16, 24):
        found = numbers(bits, np.array([[1.0, -1.0]] * 2, np.float32).repeat(500, axis=1))
        assert (np.sign(found) == np.array([1] * 500 + [-1] * 500)).all()


def test_a_tone_below_one_step_survives_at_16_bits():
    """Plain rounding would make silence of it; dither keeps it, in noise without harmonics."""
    time = np.arange(48_000)
    tone = 0.4 / 2**15 * np.sin(2 * np.pi * 1000 * time / 48_000)
    spectrum = np.abs(np.fft.rfft(numbers(16, tone[None].astype(np.float32))[0])) / 24_000
    assert spectrum[1000] == pytest.approx(0.4, abs=0.02)
    assert spectrum[[2000, 3000, 5000, 7000]].max() < 0.02


def test_the_rounding_error_is_flat_noise_of_triangular_dither():
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, (1, 48_000)).astype(np.float32)
    error = numbers(16, sound)[0] - sound[0].astype(np.float64) * 2**15
    assert error.var() == pytest.approx(0.25, rel=0.03)  # 1/12 of rounding and 2/12 of dither
    assert abs(error.mean()) < 0.01 and abs(np.corrcoef(error, sound[0])[0, 1]) < 0.02


def test_silence_stays_silence():
    assert not numbers(16, np.zeros((2, 1000), np.float32)).any()


def test_blocks_do_not_matter():
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, (2, 1000)).astype(np.float32)
    whole, parts = Quantiser(16), Quantiser(16)
    assert whole(sound) == b"".join(parts(sound[:, start : start + 77]) for start in range(0, 1000, 77))


def test_above_full_scale_is_refused():
    with pytest.raises(ExportError, match="16-bit WAV cannot hold"):
        Quantiser(16)(np.full((1, 3), 1.01, np.float32))
