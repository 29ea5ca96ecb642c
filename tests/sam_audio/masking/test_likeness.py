"""A pattern is found where it comes again, whatever its level and what sounds at other frequencies."""

import numpy as np
import pytest

from sam_audio.masking import likeness as module
from sam_audio.masking.likeness import likeness, outline, scores

RNG = np.random.default_rng(0)
PLACES, LENGTH = (100, 260, 480), 20


def recording(loud_elsewhere: float = 0.0) -> np.ndarray:
    """Noise in 32 bands, a pattern in the upper ones at three places and levels."""
    powers = RNG.exponential(size=(600, 32))
    pattern = RNG.exponential(size=(LENGTH, 8)) ** 2 * 60
    for place, level in zip(PLACES, (1, 0.3, 3), strict=True):
        powers[place : place + LENGTH, 20:28] += level * pattern
    other = RNG.exponential(size=(600, 12)) * (RNG.random((600, 1)) > 0.5)
    other[80:140] = 0  # not in the example
    powers[:, :12] += loud_elsewhere * other
    return powers.astype(np.float32)


@pytest.mark.parametrize("loud", [0, 300])
@pytest.mark.parametrize("most", [20, 8])
def test_the_pattern_is_found_where_it_is(loud: float, most: int):
    found = likeness(outline(recording(loud)), slice(100, 120), most=most)
    here = np.zeros(600, bool)
    near = np.zeros(600, bool)
    for place in PLACES:
        here[place + 4 : place + LENGTH - 4] = True
        near[place - LENGTH : place + 2 * LENGTH] = True
    assert found[here].min() > 0.6 > found[~near].max()


def test_long_recordings_are_compared_in_pieces(monkeypatch):
    levels = outline(recording())
    whole = scores(levels, levels[100:120])
    assert whole[100] == pytest.approx(1)
    monkeypatch.setattr(module, "PIECE_FRAMES", 37)
    np.testing.assert_allclose(scores(levels, levels[100:120]), whole, atol=1e-9)


def test_silence_is_like_nothing():
    assert likeness(np.zeros((50, 32), np.float32), slice(10, 20), most=8).max() == -1
    levels = outline(np.zeros((50, 32), np.float32))
    assert np.isfinite(levels).all()
