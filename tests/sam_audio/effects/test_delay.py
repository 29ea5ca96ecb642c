"""Echoes at the right sample, with the right level, growing darker."""

import numpy as np
import pytest

from sam_audio.effects.delay import Delay
from tests.sam_audio.effects.measuring import applied, impulse


@pytest.mark.parametrize("rate_hz", [8000, 44100, 192000])
@pytest.mark.parametrize("time_ms", [10.0, 123.0])
def test_echoes_are_at_the_right_sample(rate_hz: int, time_ms: float) -> None:
    effect = Delay(time_ms=time_ms, feedback=0.5, wet=0.6, tone_hz=20000)
    sound = applied(effect, impulse(rate_hz, channels=2), rate_hz)
    step = round(time_ms / 1000 * rate_hz)
    assert sound[0, 0] == 1
    assert np.flatnonzero(np.abs(sound[0, 1:]) > 1e-9)[0] + 1 == step
    assert sound[0, step] == pytest.approx(0.6, abs=1e-6)
    if rate_hz <= 40000:
        assert sound[0, 2 * step] == pytest.approx(0.3, abs=1e-6)
        assert sound[0, 3 * step] == pytest.approx(0.15, abs=1e-6)
    second = step + 1 + int(np.argmax(np.abs(sound[0, step + 1 : 2 * step + step // 2])))
    assert 0 <= second - 2 * step <= rate_hz / 40_000  # the one-pole's own group delay


def test_repeats_grow_darker() -> None:
    sound = applied(Delay(time_ms=100, feedback=0.9, wet=1, tone_hz=1000), impulse(16000), 16000)[0]
    echoes = [np.abs(np.fft.rfft(sound[1600 * k : 1600 * (k + 1)])) for k in (1, 2, 3, 4)]
    highs = [float(spectrum[500]) for spectrum in echoes]  # 5 kHz
    lows = [float(spectrum[10]) for spectrum in echoes]  # 100 Hz
    assert highs[1] < 0.25 * highs[0] and highs[2] < 0.25 * highs[1]
    assert lows[3] == pytest.approx(0.9**3, abs=0.03)


def test_the_cut_tail_fades_out() -> None:
    sound = np.full((1, 8000), 0.5, np.float32)
    found = applied(Delay(time_ms=100, feedback=0.0, wet=1.0), sound, 8000)[0]
    assert found[-1] == pytest.approx(0.5, abs=1e-3)
    assert found[-161] == pytest.approx(1.0, abs=1e-6)


def test_ping_pong_echoes_go_from_side_to_side() -> None:
    effect = Delay(time_ms=100, feedback=0.5, wet=1, tone_hz=20000, ping_pong=True)
    left, right = applied(effect, impulse(16000, channels=2), 16000)[:, 1:]
    echoes = [(left[1600 * k - 1], right[1600 * k - 1]) for k in (1, 2, 3)]
    np.testing.assert_allclose(echoes, [(1, 0), (0, 0.5), (0.25, 0)], atol=1e-6)


def test_ping_pong_on_mono_is_the_plain_delay() -> None:
    plain, round_about = (
        applied(Delay(time_ms=70, ping_pong=p), impulse(16000), 16000) for p in (False, True)
    )
    np.testing.assert_array_equal(plain, round_about)
