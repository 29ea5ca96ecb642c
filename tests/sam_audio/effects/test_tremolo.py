"""Tremolo falls as far as it says, as often as it says."""

import numpy as np
import pytest

from sam_audio.effects.tremolo import Tremolo
from tests.sam_audio.effects.measuring import applied


@pytest.mark.parametrize("depth", [0.3, 1.0])
def test_tremolo_falls_by_its_depth(depth: float) -> None:
    level = applied(Tremolo(rate_hz=4, depth=depth), np.ones((1, 16000), np.float32), 16000)[0]
    assert level[0] == 1 and level.max() == pytest.approx(1)
    assert level.min() == pytest.approx(1 - depth, abs=1e-5)
    assert np.flatnonzero((level[1:-1] < level[:-2]) & (level[1:-1] <= level[2:]))[0] == pytest.approx(
        2000, abs=3
    )
