"""A board's pixels lie where its scale says, on every axis and at any rate."""

import io

import numpy as np
import pytest
from PIL import Image

from sam_audio.axes import AXES, to_unit
from sam_audio.board import board
from shared.media import Waveform


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize(
    ("rate_hz", "frequency_hz", "frames"), [(1, 0.2, 3000), (100, 12.0, 6000), (48_000, 3000.0, 96_000)]
)
def test_a_burst_is_where_the_scale_says(axis, rate_hz: int, frequency_hz: float, frames: int):
    t = np.arange(frames) / rate_hz
    length_s = frames / rate_hz
    sound = np.where((t >= 0.5 * length_s) & (t < 0.6 * length_s), np.sin(2 * np.pi * frequency_hz * t), 0)
    found = board(Waveform((500.0 + sound).astype(np.float32)[None], rate_hz), 200, rows=240, axis=axis)
    assert found.pixels.shape == (240, 200, 3)
    assert found.scale["high_hz"] == rate_hz / 2 and found.scale["duration_s"] == length_s
    light = found.pixels.astype(float).sum(2)
    light[round(240 * (1 - to_unit(0.08 * rate_hz / 2, axis, rate_hz / 2))) :] = 0  # the constant of 500
    row, column = np.unravel_index(light.argmax(), light.shape)
    unit = 1 - (row + 0.5) / 240
    assert unit == pytest.approx(to_unit(frequency_hz, axis, rate_hz / 2), abs=0.03)
    assert 98 <= column <= 122


def test_the_png_holds_the_pixels():
    found = board(Waveform(np.zeros((2, 1), np.float32), 8000), 30, rows=20)
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(found.png))), found.pixels)
    assert len(np.unique(found.pixels.reshape(-1, 3), axis=0)) == 1
