"""The room: decay time by Schroeder's backward integration, damping, pre-delay, energy."""

import numpy as np
import pytest

from sam_audio.effects.reverb import Reverb
from tests.sam_audio.effects.measuring import applied, impulse


def decay_s(response: np.ndarray, centre_hz: float, rate_hz: int) -> float:
    """RT60 of an octave band from the slope between -5 and -35 dB (ISO 3382-1, T30)."""
    from scipy.signal import butter, sosfiltfilt

    edges = (centre_hz / np.sqrt(2), centre_hz * np.sqrt(2))
    band = sosfiltfilt(butter(3, edges, "bandpass", fs=rate_hz, output="sos"), response)
    energy = np.cumsum(band[::-1] ** 2)[::-1]
    level_db = 10 * np.log10(energy / energy[0] + 1e-30)
    part = (level_db < -5) & (level_db > -35)
    slope = np.polyfit(np.flatnonzero(part) / rate_hz, level_db[part], 1)[0]
    return float(-60 / slope)


@pytest.mark.parametrize("rate_hz", [16000, 48000])
@pytest.mark.parametrize("wanted_s", [0.4, 1.5, 4.0])
def test_the_room_decays_in_the_time_that_was_asked(rate_hz: int, wanted_s: float) -> None:
    effect = Reverb(decay_s=wanted_s, wet=1.0, damping=0.5)
    sound = applied(effect, impulse(rate_hz, seconds=1.3 * wanted_s + 0.5), rate_hz)[0]
    for centre_hz in (500, 1000):
        assert decay_s(sound, centre_hz, rate_hz) == pytest.approx(wanted_s, rel=0.15)


def test_damping_shortens_the_highs_only() -> None:
    bright, dark = (
        Reverb(decay_s=2, damping=d).impulse_response(48000, 1)[0].astype(float) for d in (0.0, 1.0)
    )
    assert decay_s(bright, 8000, 48000) == pytest.approx(2.0, rel=0.15)
    assert decay_s(dark, 8000, 48000) < 1.0
    assert decay_s(dark, 500, 48000) == pytest.approx(2.0, rel=0.15)


def test_the_room_answers_after_the_pre_delay_and_keeps_the_level() -> None:
    effect = Reverb(pre_delay_ms=100, wet=1.0)
    response = effect.impulse_response(8000, 2)
    assert np.abs(response[:, :800]).max() == 0 and np.abs(response[:, 800:820]).max() > 0
    np.testing.assert_allclose((response.astype(float) ** 2).sum(axis=1), 1, rtol=1e-5)
    assert abs(np.corrcoef(response)[0, 1]) < 0.1
    noise = np.random.default_rng(1).normal(0, 0.1, (2, 80_000)).astype(np.float32)
    settled = applied(effect, noise, 8000)[:, 20_000:70_000]
    assert 20 * np.log10(settled.std() / 0.1) == pytest.approx(0, abs=0.7)


@pytest.mark.parametrize("space", ["room", "hall", "cathedral", "plate"])
def test_every_space_decays_in_the_time_that_was_asked(space: str) -> None:
    response = Reverb(space=space, decay_s=2, damping=0).impulse_response(24000, 1)[0].astype(float)
    assert decay_s(response, 1000, 24000) == pytest.approx(2, rel=0.15)


def build_up_s(effect: Reverb) -> float:
    """When a tenth of the energy has come."""
    energy = np.cumsum(effect.impulse_response(24000, 1)[0].astype(float) ** 2)
    return float(np.searchsorted(energy, 0.1 * energy[-1]) / 24000)


def test_larger_spaces_and_sizes_build_up_later() -> None:
    spaces = [build_up_s(Reverb(space=s, pre_delay_ms=0)) for s in ("plate", "room", "hall", "cathedral")]
    assert spaces == sorted(spaces) and spaces[-1] > 3 * spaces[0]
    sizes = [build_up_s(Reverb(size=s, pre_delay_ms=0)) for s in (0.0, 0.5, 1.0)]
    assert sizes == sorted(sizes) and sizes[-1] > 1.5 * sizes[0]
