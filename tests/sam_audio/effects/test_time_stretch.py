"""Another speed: events at their new times, the pitch as it was, the length kept."""

import numpy as np
import pytest

from sam_audio.effects.time_stretch import TimeStretch
from tests.sam_audio.effects.measuring import applied, peak_hz, sine

RATE_HZ = 16_000


def bursts(*places_s: float, seconds: float = 4.0) -> np.ndarray:
    """(1, T): 50 ms of noise at each place."""
    sound = np.zeros((1, round(seconds * RATE_HZ)), np.float32)
    rng = np.random.default_rng(3)
    for place_s in places_s:
        start = round((place_s - 0.025) * RATE_HZ)
        sound[0, start : start + 800] = rng.normal(0, 0.2, 800)
    return sound


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2.0])
def test_events_come_at_their_new_times(speed: float) -> None:
    found = applied(TimeStretch(speed=speed), bursts(0.5, 1.5), RATE_HZ)[0]
    assert found.size == 4 * RATE_HZ
    for place_s in (0.5, 1.5):
        middle = round(place_s / speed * RATE_HZ)
        part = found[middle - 3200 : middle + 3200] ** 2
        centre = (part * np.arange(part.size)).sum() / part.sum() - 3200
        assert abs(centre) < 0.012 * RATE_HZ
        assert part.sum() > 0.5 / speed * 800 * 0.04


@pytest.mark.parametrize("speed", [0.6, 1.7])
def test_a_tone_keeps_its_pitch_and_level(speed: float) -> None:
    found = applied(TimeStretch(speed=speed), sine(440, RATE_HZ, seconds=3), RATE_HZ)[0]
    settled = found[RATE_HZ // 2 : round(RATE_HZ * min(3, 3 / speed)) - RATE_HZ // 2]
    assert peak_hz(settled, RATE_HZ) == pytest.approx(440, rel=1e-3)
    assert 20 * np.log10(settled.std() * np.sqrt(2) / 0.25) == pytest.approx(0, abs=0.1)


def test_silence_follows_what_is_faster_and_what_is_slower_fades_out() -> None:
    tone = sine(440, RATE_HZ, seconds=2)
    assert np.abs(applied(TimeStretch(speed=2), tone, RATE_HZ)[0, RATE_HZ + 1000 :]).max() < 1e-3
    slow = np.abs(applied(TimeStretch(speed=0.5), tone, RATE_HZ)[0])
    assert slow[-1] < 1e-3 and slow[-2000:-1000].max() > 0.2
