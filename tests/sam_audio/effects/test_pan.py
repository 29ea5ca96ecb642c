"""Pan: equal power for what is in the middle, nothing lost, stereo alone."""

import numpy as np
import pytest

from sam_audio.effects.pan import Pan
from shared.errors import InputError
from tests.sam_audio.effects.measuring import applied, sine

TONE = sine(440, 8000)


@pytest.mark.parametrize("place", [-1.0, -0.4, 0.3, 1.0])
def test_one_side_is_moved_at_equal_power(place: float) -> None:
    far = np.concatenate([TONE, 0 * TONE]) if place > 0 else np.concatenate([0 * TONE, TONE])
    found = applied(Pan(pan=place), far, 8000)
    np.testing.assert_allclose((found**2).sum(axis=0), TONE[0] ** 2, atol=1e-6)
    near = found[1] if place > 0 else found[0]
    np.testing.assert_allclose(near, np.sin(abs(place) * np.pi / 2) * TONE[0], atol=1e-6)


@pytest.mark.parametrize("place", [-1.0, 1.0])
def test_at_the_end_both_channels_are_on_one_side(place: float) -> None:
    found = applied(Pan(pan=place), np.concatenate([TONE, 0.5 * TONE]), 8000)
    silent, full = (1, 0) if place < 0 else (0, 1)
    assert np.abs(found[silent]).max() < 1e-6
    np.testing.assert_allclose(found[full], 1.5 * TONE[0], atol=1e-6)


@pytest.mark.parametrize("channels", [1, 6])
def test_what_is_not_stereo_is_refused(channels: int) -> None:
    with pytest.raises(InputError, match=f"pan wants stereo sound, but got {channels} channel"):
        applied(Pan(pan=0.5), np.repeat(TONE, channels, axis=0), 8000)
