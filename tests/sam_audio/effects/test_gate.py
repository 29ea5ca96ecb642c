"""The gate: open above, closed below, held between, lowered by its range."""

import numpy as np
import pytest

from sam_audio.effects.gate import Gate
from tests.sam_audio.effects.measuring import applied, sine

RATE_HZ = 16_000


def course_db(effect: Gate, *parts: tuple[float, float]) -> np.ndarray:
    """Gain, each millisecond, on a tone of (peak dBFS, seconds) after one another."""
    peak = np.concatenate([np.full(round(s * RATE_HZ), 10 ** (db / 20)) for db, s in parts])
    tone = (sine(1000, RATE_HZ, seconds=peak.size / RATE_HZ, peak=1.0) * peak).astype(np.float32)
    found = applied(effect, tone, RATE_HZ)
    return 20 * np.log10(np.abs(found).reshape(-1, 16).max(axis=1) / np.abs(tone).reshape(-1, 16).max(axis=1))


def test_soft_is_lowered_by_the_range_and_loud_passes() -> None:
    found = course_db(Gate(threshold_db=-40, range_db=30), (-60, 0.5), (-20, 0.5), (-60, 1.5))
    assert found[:490].max() == pytest.approx(-30, abs=0.1)
    assert found[530:990].min() > -0.1
    assert found[-100:].max() == pytest.approx(-30, abs=0.1)


@pytest.mark.parametrize("hold_ms", [0.0, 60.0, 200.0])
def test_it_stays_open_for_the_hold(hold_ms: float) -> None:
    effect = Gate(threshold_db=-40, range_db=60, hold_ms=hold_ms, release_ms=5)
    found = course_db(effect, (-20, 0.4), (-60, 0.6))
    closes = 400 + int(np.argmax(found[400:] < -3))
    assert closes == pytest.approx(400 + hold_ms, abs=4)


def test_attack_and_release_take_their_time() -> None:
    effect = Gate(threshold_db=-40, range_db=40, attack_ms=20, hold_ms=0, release_ms=100)
    found = course_db(effect, (-60, 0.2), (-20, 0.4), (-60, 0.6))
    assert found[220] == pytest.approx(-40 * np.exp(-1), abs=2.5)
    assert found[700] == pytest.approx(-40 * (1 - np.exp(-1)), abs=2.5)


def test_between_the_thresholds_it_stays_as_it_is() -> None:
    effect = Gate(threshold_db=-40, hold_ms=0, release_ms=5)
    assert course_db(effect, (-41.5, 0.3))[-50:].max() < -50
    assert course_db(effect, (-30, 0.3), (-41.5, 0.3))[-50:].min() > -0.1
