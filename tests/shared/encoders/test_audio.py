"""Frames stream: any block size gives the same ones, and unchanged frames give the sound back."""

import numpy as np
import pytest

from shared.encoders.audio import Stft, analysed, mel_powers, mel_stft, synthesised

CUTS = (Stft(960, 480, "vorbis"), Stft(4096, 1024), Stft(512, 128))


def noise(frames: int, channels: int = 2) -> np.ndarray:
    return np.random.default_rng(1).normal(0, 0.2, (channels, frames)).astype(np.float32)


def pieces(sound: np.ndarray, size: int):
    return (sound[:, start : start + size] for start in range(0, sound.shape[1], size))


@pytest.mark.parametrize("stft", CUTS)
@pytest.mark.parametrize("frames", [1, 479, 4097, 20_000])
def test_unchanged_frames_give_the_sound_back(stft: Stft, frames: int):
    sound = noise(frames)
    back = np.concatenate(list(synthesised(analysed(pieces(sound, 1000), stft), stft)), axis=1)
    assert back.shape[1] >= frames
    np.testing.assert_allclose(back[:, :frames], sound, atol=1e-6)
    assert np.abs(back[:, frames:]).max(initial=0) < 1e-6


@pytest.mark.parametrize("stft", CUTS)
def test_blocks_of_any_size_give_the_same_frames(stft: Stft):
    sound = noise(9000)
    whole = np.concatenate(list(analysed(iter([sound]), stft)), axis=1)
    for size in (1, 77, 960, 8999):
        if size == 1 and stft.n_fft > 960:
            continue
        parts = np.concatenate(list(analysed(pieces(sound, size), stft)), axis=1)
        np.testing.assert_allclose(parts, whole, atol=1e-4)


def test_a_frame_is_the_fourier_transform_of_its_windowed_samples():
    stft, sound = CUTS[1], noise(30_000)
    frames = np.concatenate(list(analysed(pieces(sound, 7000), stft)), axis=1)
    k = 9
    start = k * stft.hop - stft.lead
    wanted = np.fft.rfft(sound[:, start : start + stft.n_fft] * stft.shape)
    np.testing.assert_allclose(frames[:, k], wanted, atol=2e-4)


def test_the_vorbis_window_is_power_complementary():
    assert CUTS[0].overlap_gain == pytest.approx(np.ones(480), abs=1e-6)


def test_no_sound_has_no_frames():
    assert list(analysed(iter([]), CUTS[0])) == []


@pytest.mark.parametrize("rate_hz", [8000, 44_100, 96_000])
def test_a_full_scale_sine_has_a_power_of_about_one_in_its_mel_band(rate_hz: int):
    frequency_hz = 1000.0
    t = np.arange(rate_hz) / rate_hz
    sine = np.sin(2 * np.pi * frequency_hz * t).astype(np.float32)[None]
    powers = np.concatenate(list(mel_powers(pieces(sine, 5000), rate_hz)))
    middle = powers[len(powers) // 2]
    mel = 2595 * np.log10(1 + frequency_hz / 700) / (2595 * np.log10(1 + rate_hz / 2 / 700)) * 97 - 1
    assert abs(int(middle.argmax()) - mel) <= 1
    assert 0.3 < middle.sum() < 2.5


@pytest.mark.parametrize("rate_hz", [8000, 22_050, 48_000, 192_000])
def test_every_mel_band_holds_a_bin(rate_hz: int):
    powers = np.concatenate(list(mel_powers(iter([noise(rate_hz // 2)]), rate_hz)))
    assert powers.shape[1] == 96
    assert (powers[len(powers) // 2] > 0).all()
    assert mel_stft(rate_hz).n_fft >= 0.06 * rate_hz
