"""Reading a reference in another time: exact shifts, another clock, another rate, beyond the ends."""

import numpy as np

from sam_audio.reference.warp import AlignedReference, TimeMap
from shared.media import Waveform

RATE_HZ = 8000
UNITY = TimeMap((0.0, 1.0), (0.0, 1.0))


def sines(places: np.ndarray) -> np.ndarray:
    """A sum of sines up to 3 kHz, at any places in samples."""
    tones = [np.sin(2 * np.pi * hz / RATE_HZ * places + hz) for hz in (110.0, 740.0, 1900.0, 3000.0)]
    return np.sum(tones, axis=0)[None].astype(np.float32)


def test_the_map_goes_on_in_straight_lines():
    times = TimeMap((1.0, 2.0, 4.0), (10.0, 11.0, 15.0))
    np.testing.assert_allclose(times.at(np.array([0.0, 1.5, 3.0, 6.0])), [9.0, 10.5, 13.0, 19.0])


def test_whole_shifts_give_the_samples_themselves():
    sound = np.random.default_rng(0).standard_normal((2, 4000)).astype(np.float32)
    late = TimeMap((0.0, 1.0), (0.125, 1.125))
    got = AlignedReference(Waveform(sound, RATE_HZ), RATE_HZ, late).read(0, 2000)
    np.testing.assert_allclose(got, sound[:, 1000:3000], atol=1e-5)


def test_another_clock_is_followed_between_the_samples():
    drift, start = 300e-6, 0.01337
    sound = sines(np.arange(40_000))
    times = TimeMap((0.0, 1.0), (start, start + 1 + drift))
    got = AlignedReference(Waveform(sound, RATE_HZ), RATE_HZ, times).read(0, 30_000)
    wanted = sines(start * RATE_HZ + np.arange(30_000) * (1 + drift))
    assert np.abs(got - wanted).max() < 2e-3


def test_another_rate_is_converted():
    sound = np.sin(2 * np.pi * 440 / 22_050 * np.arange(22_050))[None].astype(np.float32)
    got = AlignedReference(Waveform(sound, 22_050), RATE_HZ, UNITY).read(0, 8000)
    wanted = np.sin(2 * np.pi * 440 / RATE_HZ * np.arange(8000))
    assert np.abs(got[0, 400:7600] - wanted[400:7600]).max() < 2e-3


def test_silence_lies_before_the_start_and_after_the_end():
    sound = np.ones((1, 1000), np.float32)
    got = AlignedReference(Waveform(sound, RATE_HZ), RATE_HZ, UNITY).read(-500, 1800)
    assert got.shape == (1, 2300)
    assert not got[:, :480].any() and not got[:, 1520:].any()
    np.testing.assert_allclose(got[:, 540:1460], 1, atol=1e-2)


def test_reading_piece_by_piece_gives_the_same():
    sound = np.random.default_rng(1).standard_normal((1, 30_000)).astype(np.float32)
    times = TimeMap((0.0, 1.0), (0.2, 1.2001))
    whole = AlignedReference(Waveform(sound, RATE_HZ), RATE_HZ, times).read(0, 20_000)
    reader = AlignedReference(Waveform(sound, RATE_HZ), RATE_HZ, times)
    parts = [reader.read(start, min(start + 3000, 20_000)) for start in range(0, 20_000, 3000)]
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, atol=1e-6)
