"""Gain does what its number says."""

import numpy as np
import pytest

from sam_audio.effects.gain import Gain
from shared.errors import InputError
from tests.sam_audio.effects.measuring import applied, sine


@pytest.mark.parametrize("level_db", [-60.0, -6.0, 3.5, 24.0])
def test_gain_is_a_factor(level_db: float) -> None:
    sound = sine(200, 8000)
    np.testing.assert_allclose(
        applied(Gain(gain_db=level_db), sound, 8000), sound * 10 ** (level_db / 20), rtol=1e-6
    )


@pytest.mark.parametrize("level_db", [-61, 24.1, float("nan"), float("inf"), "loud", True])
def test_what_cannot_be_is_refused(level_db: object) -> None:
    with pytest.raises(InputError, match="gain: gain_db wants"):
        Gain(gain_db=level_db)  # type: ignore[arg-type]
