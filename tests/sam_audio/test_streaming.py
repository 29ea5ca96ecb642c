"""Sound keeps its length and timing on the way through an engine, and what is left adds up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sam_audio.streaming import Counted, Fifo, fitted, left_over, resampled, through_frames
from shared.encoders.audio import Stft


def pieces(sound: np.ndarray, size: int):
    return (sound[:, start : start + size] for start in range(0, sound.shape[1], size))


def tones(rate_hz: int, frames: int) -> np.ndarray:
    t = np.arange(frames) / rate_hz
    fade = np.minimum(1, np.minimum(t, t[::-1]) * 50)
    return np.stack([np.sin(2 * np.pi * f * t) * 0.3 * fade for f in (180, 700)]).astype(np.float32)


@pytest.mark.parametrize("rate_hz", [8000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("size", [999, 48_000])
def test_an_engine_that_changes_nothing_gives_the_sound_back_in_time(rate_hz: int, size: int):
    sound = tones(rate_hz, rate_hz + 13)
    blocks = through_frames(
        pieces(sound, size), rate_hz, stft=Stft(960, 480, "vorbis"), rate_hz=48_000, process=lambda f: f
    )
    back = np.concatenate(list(blocks), axis=1)
    assert back.shape == sound.shape
    np.testing.assert_allclose(back, sound, atol=1e-3)


@pytest.mark.parametrize("frames", [1, 2, 100])
def test_a_few_samples_keep_their_number(frames: int):
    sound = np.full((1, frames), 0.1, np.float32)
    blocks = through_frames(
        iter([sound]), 44_100, stft=Stft(960, 480, "vorbis"), rate_hz=48_000, process=lambda f: f
    )
    assert sum(block.shape[1] for block in blocks) == frames


def test_resampling_to_the_same_rate_passes_blocks_through():
    sound = tones(8000, 100)
    assert all(
        a is b for a, b in zip(resampled(iter([sound, sound]), 8000, 8000), [sound, sound], strict=True)
    )


@given(st.lists(st.integers(0, 40), max_size=8), st.integers(0, 90))
def test_fitted_cuts_or_pads_to_what_was_counted(sizes: list[int], wanted: int):
    like = Counted(iter([np.zeros((3, wanted), np.float32)]))
    list(like)
    out = list(fitted((np.ones((3, n), np.float32) for n in sizes), like))
    assert sum(block.shape[1] for block in out) == wanted
    assert sum(block.sum() for block in out) == 3 * min(sum(sizes), wanted)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8), st.randoms())
def test_fifo_gives_what_was_put_in_order(sizes: list[int], random):
    sound = np.arange(sum(sizes), dtype=np.float32)[None]
    fifo, place = Fifo(), 0
    for size in sizes:
        fifo.put(sound[:, place : place + size])
        place += size
    taken = []
    while place:
        count = random.randint(1, place)
        taken.append(fifo.take(count))
        place -= count
    assert fifo.take(0).shape == (1, 0)
    joined = np.concatenate(taken, axis=1) if taken else sound
    np.testing.assert_array_equal(joined, sound)


def test_what_is_left_and_the_target_add_up_whatever_the_latency():
    sound = tones(8000, 5000)

    def late(blocks):
        waiting = []
        for block in blocks:
            waiting.append(block * 0.3)
            if len(waiting) > 3:
                yield waiting.pop(0)
        yield np.concatenate(waiting, axis=1)

    def both(blocks):
        return ((block, -block) for block in late(blocks))

    targets = [Fifo(), Fifo()]
    passed = [iter, late]
    rest = np.concatenate(list(left_over(pieces(sound, 321), both, passed, targets)), axis=1)
    found = [fifo.take(5000) for fifo in targets]
    np.testing.assert_allclose(found[0], 0.3 * sound, atol=1e-7)
    np.testing.assert_allclose(found[1], -0.09 * sound, atol=1e-7)
    np.testing.assert_allclose(rest + sum(found), sound, atol=1e-6)
