"""Pieces with their surroundings: every frame is meant once, and the cuts do not depend on the blocks."""

import numpy as np
import pytest

from sam_audio.masking.chunks import surrounded


@pytest.mark.parametrize("bins", [9, 1 << 18])
@pytest.mark.parametrize("size", [1, 7, 400])
def test_every_frame_once_with_its_surroundings(bins: int, size: int):
    total = 700 if bins == 9 else 20
    numbers = np.arange(total, dtype=np.complex64)
    frames = (
        np.broadcast_to(numbers[None, a : a + size, None], (1, len(numbers[a : a + size]), bins))
        for a in range(0, total, size)
    )
    meant, widths = [], []
    for wide, start, stop in surrounded(frames, around=5):
        numbers_here = wide[0, :, 0].real
        assert (np.diff(numbers_here) == 1).all()
        meant.extend(numbers_here[start:stop])
        widths.append(wide.shape[1])
        assert start == min(5, numbers_here[start])
    np.testing.assert_array_equal(meant, numbers.real)
    assert max(widths) <= (256 if bins == 9 else 8) + 10
