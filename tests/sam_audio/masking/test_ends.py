"""Sound goes on beyond its ends without a step, and unchanged frames give it back."""

import numpy as np
import pytest

from sam_audio.masking.ends import extended, through_extended
from shared.encoders.audio import Stft


def pieces(sound: np.ndarray, size: int):
    return (sound[:, start : start + size] for start in range(0, sound.shape[1], size))


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_a_slope_goes_on(size: int):
    line = np.stack([np.arange(100), 5 - 2 * np.arange(100)]).astype(np.float32)
    wide = np.concatenate(list(extended(pieces(line, size), 30)), axis=1)
    assert wide.shape == (2, 160)
    np.testing.assert_allclose(wide[0], np.arange(-30, 130))
    np.testing.assert_allclose(wide[1], 5 - 2 * np.arange(-30, 130))


@pytest.mark.parametrize("frames", [1, 2, 9])
def test_sound_shorter_than_its_extension(frames: int):
    wide = np.concatenate(list(extended(iter([np.full((1, frames), 3, np.float32)]), 50)), axis=1)
    np.testing.assert_array_equal(wide, np.full((1, frames + 100), 3))


@pytest.mark.parametrize("frames", [1, 5, 63, 64, 1000])
@pytest.mark.parametrize("size", [3, 4096])
def test_unchanged_frames_give_the_sound_back(frames: int, size: int):
    sound = (1e4 + np.random.default_rng(0).normal(0, 1, (2, frames))).astype(np.float32)
    found = np.concatenate(list(through_extended(pieces(sound, size), Stft(64, 16), iter)), axis=1)
    np.testing.assert_allclose(found, sound, rtol=1e-6)


def test_a_constant_has_no_click_at_its_ends():
    inside = []

    def only_inside(frames):
        joined = np.concatenate(list(frames), axis=1)
        inside.append(np.abs(joined[:, 7:-7, 3:]).max())
        yield joined

    list(through_extended(iter([np.full((1, 500), 1e4, np.float32)]), Stft(64, 16), only_inside))
    assert inside[0] < 0.1
