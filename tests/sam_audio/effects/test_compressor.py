"""The compressor's static curve and its times."""

import numpy as np
import pytest

from sam_audio.effects.compressor import Compressor
from tests.sam_audio.effects.measuring import applied, sine


@pytest.mark.parametrize("ratio", [1.0, 2.0, 4.0, 20.0])
@pytest.mark.parametrize("level_db", [-40.0, -10.0, -2.0])
def test_above_the_threshold_the_ratio_holds(ratio: float, level_db: float) -> None:
    effect = Compressor(threshold_db=-20, ratio=ratio, makeup_db=3)
    tone = sine(1000, 48000, peak=10 ** (level_db / 20))
    found_db = 20 * np.log10(np.abs(applied(effect, tone, 48000)[0, 24000:36000]).max())
    wanted_db = -20 + (level_db + 20) / ratio if level_db > -20 else level_db
    assert found_db == pytest.approx(wanted_db + 3, abs=0.3)


def test_attack_and_release_take_their_time() -> None:
    sound = np.full((1, 48_000), 0.01, np.float32)
    sound[0, 12_000:24_000] = 1.0
    effect = Compressor(threshold_db=-20, ratio=20, attack_ms=20, release_ms=100)
    gain = applied(effect, sound, 48000)[0] / sound[0]
    reduction_db = -20 * np.log10(gain)
    assert reduction_db[23_900] == pytest.approx(19, abs=0.3)
    assert reduction_db[12_000 + 960] == pytest.approx(19 * (1 - np.exp(-1)), abs=1.0)
    assert reduction_db[24_000 + 4800] == pytest.approx(19 * np.exp(-1), abs=1.0)


def test_channels_move_together() -> None:
    sound = np.concatenate([sine(300, 16000, peak=0.9), sine(300, 16000, peak=0.09)])
    found = applied(Compressor(), sound, 16000)
    np.testing.assert_allclose(found[1], 0.1 * found[0], atol=1e-6)
