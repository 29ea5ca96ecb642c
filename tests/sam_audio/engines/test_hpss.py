"""HPSS: librosa's masks, blocks like one pass, drums out of melody."""

import warnings

import numpy as np
import pytest

from sam_audio.engines.hpss import HARMONIC_FRAMES, PERCUSSIVE_BINS, POWER, drum_masks, load, stft
from shared import synth_music
from tests.sam_audio.mixing import mixture, si_sdr, streamed


def test_the_masks_are_those_of_the_paper():
    """The formula of Fitzgerald 2010, written out with plain medians."""
    rng = np.random.default_rng(0)
    frames = (rng.normal(size=(2, 40, 65)) + 1j * rng.normal(size=(2, 40, 65))).astype(np.complex64)
    frames[:, :9] = 0
    size = np.abs(frames)
    time, tone = HARMONIC_FRAMES // 2, PERCUSSIVE_BINS // 2
    wide = np.pad(size, ((0, 0), (time, time), (0, 0)), mode="symmetric")
    tall = np.pad(size, ((0, 0), (0, 0), (tone, tone)), mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view
    ringing = np.median(windows(wide, HARMONIC_FRAMES, axis=1), axis=-1) ** POWER
    struck = np.median(windows(tall, PERCUSSIVE_BINS, axis=2), axis=-1) ** POWER
    total = ringing + struck
    wanted = np.divide(struck, total, out=np.full_like(total, 0.5), where=total > 0)
    np.testing.assert_allclose(drum_masks(frames), wanted, atol=1e-5)


@pytest.mark.slow
def test_the_masks_are_librosas():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of librosa's imports
        from librosa.decompose import hpss
    rng = np.random.default_rng(0)
    frames = (rng.normal(size=(2, 40, 65)) + 1j * rng.normal(size=(2, 40, 65))).astype(np.complex64)
    frames[:, :9] = 0
    kernel = (HARMONIC_FRAMES, PERCUSSIVE_BINS)
    _, wanted = hpss(np.abs(frames).transpose(0, 2, 1), kernel_size=kernel, power=POWER, mask=True)
    np.testing.assert_allclose(drum_masks(frames), wanted.transpose(0, 2, 1), atol=1e-6)


def test_blocks_are_like_one_pass_over_everything():
    rate_hz = 2000
    sound = np.random.default_rng(0).normal(0, 0.1, (1, rate_hz * 40)).astype(np.float32)
    assert sound.shape[1] / stft(rate_hz).hop > 200  # several blocks of frames
    small, large = (streamed(load("cpu"), sound, rate_hz, "drums", size) for size in (777, 1 << 20))
    np.testing.assert_allclose(small, large, atol=1e-6)


def test_clicks_are_drums_and_tones_are_melody():
    rate_hz = 8000
    t = np.arange(rate_hz * 4) / rate_hz
    tone = (0.3 * np.sin(2 * np.pi * 440 * t)).astype(np.float32)[None]
    clicks = np.zeros_like(tone)
    clicks[:, 2000::4000] = 0.9
    melody = streamed(load("cpu"), tone + clicks, rate_hz, "melody")
    assert si_sdr(melody, tone) > 20
    assert np.abs(melody[:, 2000::4000] - tone[:, 2000::4000]).max() < 0.45  # of 0.9


def test_drums_come_out_of_melody():
    rate_hz = 22_050
    drums = synth_music.drums(5, sample_rate_hz=rate_hz, seed=3)
    gains = []
    for play in (synth_music.guitar, synth_music.band):
        melody = play(("C", "G", "Am"), sample_rate_hz=rate_hz, seed=4)
        mix, target, _ = mixture(drums, melody)
        gains.append(si_sdr(streamed(load("cpu"), mix, rate_hz, "drums"), target) - si_sdr(mix, target))
    assert np.mean(gains) > 3 and min(gains) > 2
