"""Spleeter: vocals come out of music, windows join without a seam, stems are full-band."""

import numpy as np

from sam_audio.engines.spleeter import CROSS_FADE_FRAMES, NET_BINS, STFT, WINDOW_FRAMES, load
from shared import synth_music
from tests.sam_audio.mixing import clip, mixture, si_sdr, streamed

RATE_HZ = 44_100


def test_vocals_come_out_of_music():
    singing = clip("singing.flac", RATE_HZ, 5)
    music = synth_music.guitar(("Am", "F", "C"), sample_rate_hz=RATE_HZ, seed=2)[:, : singing.shape[1]]
    mix, target, other = mixture(singing, music.astype(np.float32))
    found = streamed(load("cpu"), mix, RATE_HZ, "vocals")
    assert si_sdr(found, target) - si_sdr(mix, target) > 8
    rest = streamed(load("cpu"), mix, RATE_HZ, "instrumental")
    assert si_sdr(rest, other) - si_sdr(mix, other) > 8


def test_windows_join_without_a_seam():
    """The masks of one window fade into those of the next; none jumps where a window begins."""
    rng = np.random.default_rng(0)
    count = WINDOW_FRAMES + 150
    frames = (rng.normal(0, 1, (2, count, STFT.bins)) * (1 + 0j)).astype(np.complex64)
    engine = load("cpu")
    parts = list(engine._masked(iter(np.array_split(frames, 7, axis=1))))
    masks = np.concatenate([mask for _, mask in parts], axis=1)
    assert masks.shape == frames.shape and masks.min() >= 0 and masks.max() <= 1
    step = WINDOW_FRAMES - CROSS_FADE_FRAMES
    first, second = engine.masks(frames[:, :WINDOW_FRAMES]), engine.masks(frames[:, step:])
    np.testing.assert_allclose(masks[:, :step], first[:, :step], atol=1e-6)
    middle = step + CROSS_FADE_FRAMES // 2 - 1
    low, high = (
        np.minimum(first[:, middle], second[:, middle - step]),
        np.maximum(first[:, middle], second[:, middle - step]),
    )
    assert (masks[:, middle] >= low - 1e-6).all() and (masks[:, middle] <= high + 1e-6).all()
    np.testing.assert_allclose(masks[:, WINDOW_FRAMES:], second[:, CROSS_FADE_FRAMES:], atol=1e-6)


def test_masks_reach_beyond_the_nets_limit():
    rng = np.random.default_rng(1)
    frames = rng.normal(0, 1, (2, 64, STFT.bins)).astype(np.complex64)
    masks = load("cpu").masks(frames)
    assert masks.shape == frames.shape
    top = masks[:, :, NET_BINS:]
    assert (top == top[:, :, :1]).all()
    below = masks[:, :, NET_BINS - 128 : NET_BINS]
    assert (top[:, :, 0] <= below.max(2) + 1e-6).all() and (top[:, :, 0] >= below.min(2) - 1e-6).all()
