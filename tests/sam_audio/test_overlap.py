"""Windows that overlap: the same for any blocks, exact where the process changes nothing."""

import numpy as np
import pytest

from sam_audio.overlap import overlapped


def run(sound: np.ndarray, size: int, process, window: int = 100, hop: int = 75) -> np.ndarray:
    blocks = (sound[:, start : start + size] for start in range(0, sound.shape[1], size))
    return np.concatenate(list(overlapped(blocks, window=window, hop=hop, process=process)), axis=1)


@pytest.mark.parametrize("frames", [1, 60, 99, 100, 101, 175, 176, 500, 563])
@pytest.mark.parametrize("size", [1, 37, 100, 1000])
def test_what_is_not_changed_comes_back(frames, size):
    sound = np.random.default_rng(0).normal(0, 1, (2, frames)).astype(np.float32)
    found = run(sound, size, lambda piece: piece)
    np.testing.assert_allclose(found, sound, atol=2e-6)


@pytest.mark.parametrize("window", [100, 101])
def test_blocks_of_any_size_give_the_same(window):
    sound = np.random.default_rng(1).normal(0, 1, (2, 500)).astype(np.float32)
    rough = np.random.default_rng(2).normal(1, 0.5, window).astype(np.float32)
    whole = run(sound, 500, lambda piece: piece * rough, window)
    for size in (1, 64, 99, 100, 101):
        np.testing.assert_array_equal(run(sound, size, lambda piece: piece * rough, window), whole)


def test_windows_fade_by_their_distance_from_the_middle():
    """Two windows that disagree: where they overlap, the answer slides from the first to the second."""
    answers = iter([0.0, 1.0])
    found = run(np.ones((1, 170), np.float32), 170, lambda piece: np.full_like(piece, next(answers)))
    assert (found[0, :75] == 0).all() and (found[0, 100:] == 1).all()
    assert (np.diff(found[0, 75:100]) > 0).all()


def test_a_short_sound_stands_in_the_middle_of_its_window():
    seen: list[np.ndarray] = []

    def process(piece: np.ndarray) -> np.ndarray:
        seen.append(piece.copy())
        return piece

    run(np.ones((1, 40), np.float32), 7, process)
    assert len(seen) == 1 and seen[0].shape == (1, 100)
    assert (seen[0][0, 30:70] == 1).all() and seen[0].sum() == 40


def test_the_end_is_given_what_comes_before_it():
    sound = np.arange(1, 181, dtype=np.float32)[None]
    seen: list[np.ndarray] = []

    def process(piece: np.ndarray) -> np.ndarray:
        seen.append(piece.copy())
        return piece

    run(sound, 50, process)
    # Frames 75..180 are more than one window; the last one holds 30 frames, after 35 before them.
    assert [piece[0, 0] for piece in seen] == [1, 76, 116]
    assert (seen[2][0, 65:] == 0).all()


def test_a_process_may_change_the_number_of_channels():
    sound = np.ones((2, 230), np.float32)
    assert run(sound, 50, lambda piece: np.concatenate([piece, piece, piece])).shape == (6, 230)


def test_nothing_comes_of_nothing():
    assert list(overlapped(iter(()), window=10, hop=5, process=lambda piece: piece)) == []
