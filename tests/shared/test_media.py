"""Sound and pictures refuse what cannot be worked on and cannot be changed afterwards."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import InputError
from shared.media import Image, Waveform, check_audio

SAMPLES = np.linspace(-1, 1, 20, dtype=np.float32).reshape(2, 10)


class TestWaveform:
    def test_tells_its_shape_and_length(self):
        wave = Waveform(SAMPLES, 5)
        assert (wave.channels, wave.frames, wave.duration_s, wave.sample_rate_hz) == (2, 10, 2.0, 5)

    def test_cannot_be_changed(self):
        wave = Waveform(SAMPLES, 5)
        with pytest.raises(ValueError, match="read-only"):
            wave.samples[0, 0] = 0
        with pytest.raises(dataclasses.FrozenInstanceError):
            wave.sample_rate_hz = 6  # pyright: ignore[reportAttributeAccessIssue]

    def test_keeps_levels_above_full_scale(self):
        assert Waveform(SAMPLES * 3, 5).samples.max() == 3

    @given(st.integers(1, 25))
    def test_blocks_join_to_the_whole(self, frames):
        blocks = list(Waveform(SAMPLES, 5).blocks(frames))
        assert [b.shape[1] for b in blocks[:-1]] == [frames] * (len(blocks) - 1)
        np.testing.assert_array_equal(np.concatenate(blocks, axis=1), SAMPLES)

    def test_the_key_depends_on_samples_and_rate(self):
        assert Waveform(SAMPLES, 5).content_key == Waveform(SAMPLES.copy(), 5).content_key
        assert Waveform(SAMPLES, 5).content_key != Waveform(SAMPLES, 6).content_key
        assert Waveform(SAMPLES, 5).content_key != Waveform(-SAMPLES, 5).content_key

    @pytest.mark.parametrize(
        ("samples", "rate", "message"),
        [
            (np.zeros((2, 0)), 5, "0 samples.*not empty"),
            (np.zeros((0, 5)), 5, "0 samples"),
            (np.zeros((9, 5)), 5, "9 channels; at most 8.*Mix"),
            (np.zeros(5), 5, r"wants the shape \(any, any\)"),
            (np.full((1, 5), np.nan), 5, "NaN"),
            (np.zeros((1, 5)), 0, "The sample rate is 0 Hz"),
            (np.zeros((1, 5)), 400_000, "The sample rate is 400000 Hz"),
        ],
    )
    def test_refuses_what_cannot_be_heard(self, samples, rate, message):
        with pytest.raises(InputError, match=message):
            Waveform(samples, rate)

    def test_up_to_eight_channels_are_taken(self):
        check_audio(8, 1, 384_000)
        check_audio(1, 1, 1)


class TestImage:
    def test_tells_its_size(self):
        image = Image(np.zeros((4, 7, 3), np.uint8), np.zeros((4, 7), np.uint8))
        assert (image.height, image.width) == (4, 7)

    @pytest.mark.parametrize("shape", [(0, 7, 3), (4, 0, 3), (4, 7, 4), (4, 7), (4, 7, 1)])
    def test_refuses_other_shapes(self, shape):
        with pytest.raises(InputError):
            Image(np.zeros(shape, np.uint8))

    def test_refuses_alpha_of_another_size(self):
        with pytest.raises(InputError, match=r"Image.alpha wants the shape \(4, 7\), but has \(7, 4\)"):
            Image(np.zeros((4, 7, 3), np.uint8), np.zeros((7, 4), np.uint8))

    def test_the_key_is_of_the_pixels(self):
        black, white = (Image(np.full((4, 7, 3), v, np.uint8)) for v in (0, 255))
        assert black.content_key == Image(np.zeros((4, 7, 3), np.uint8)).content_key != white.content_key

    def test_cannot_be_changed(self):
        with pytest.raises(ValueError, match="read-only"):
            Image(np.zeros((4, 7, 3), np.uint8)).pixels[:] = 1
