"""Pan windows: places of known sources, windows that add up, and sound that has no place."""

import numpy as np
import pytest

from sam_audio.masking.stereo import pan_gains
from shared.prompts import Pan

RNG = np.random.default_rng(0)
SOURCE = RNG.normal(size=(4, 60)) + 1j * RNG.normal(size=(4, 60))


def panned(pan: float, turn: float = 0.0) -> np.ndarray:
    angle = (pan + 1) * np.pi / 4
    return np.stack([np.cos(angle) * SOURCE, np.sin(angle) * SOURCE * np.exp(1j * turn)]).astype(np.complex64)


@pytest.mark.parametrize("pan", [-1.0, -0.7, 0.0, 0.35, 1.0])
def test_a_source_passes_the_window_it_lies_in(pan: float):
    inside = Pan(max(pan - 0.2, -1), min(pan + 0.2, 1))
    np.testing.assert_allclose(pan_gains(panned(pan), [inside]), 1, atol=1e-3)
    elsewhere = Pan(-1, pan - 0.2) if pan > 0 else Pan(pan + 0.2, 1)
    np.testing.assert_allclose(pan_gains(panned(pan), [elsewhere]), 0, atol=1e-3)


def test_windows_that_fill_the_field_add_up():
    frames = (RNG.normal(size=(2, 4, 60)) + 1j * RNG.normal(size=(2, 4, 60))).astype(np.complex64)
    windows = [Pan(-1, -0.4), Pan(-0.4, 0.1), Pan(0.1, 1)]
    total = sum(pan_gains(frames, [window]) for window in windows)
    np.testing.assert_allclose(total, 1, atol=1e-5)
    np.testing.assert_allclose(pan_gains(frames, windows), 1, atol=1e-5)
    kept = pan_gains(frames, [Pan(-0.4, 0.1, keep=False)])
    np.testing.assert_allclose(kept, 1 - pan_gains(frames, [windows[1]]), atol=1e-5)


def test_channels_out_of_step_are_split_by_the_share_of_the_field():
    np.testing.assert_allclose(pan_gains(panned(0, np.pi / 2), [Pan(-1, 0)]), 0.5, atol=1e-3)
    np.testing.assert_allclose(pan_gains(panned(0, np.pi), [Pan(-0.5, 0.5)]), 0.5, atol=1e-3)


def test_silence_is_no_trouble():
    assert np.isfinite(pan_gains(np.zeros((2, 3, 9), np.complex64), [Pan(-0.5, 0.5)])).all()
