"""Chorus wavers as far as it says, and reads between samples cleanly."""

import numpy as np
import pytest

from sam_audio.effects.chorus import Chorus
from tests.sam_audio.effects.measuring import applied, impulse, sine


def test_copies_come_18_ms_late_and_waver() -> None:
    places = []
    for at in range(4000, 20_000, 500):
        sound = applied(Chorus(rate_hz=1.0, depth_ms=4, wet=1.0), impulse(16000, seconds=2, at=at), 16000)
        echoes = np.flatnonzero(np.abs(sound[0]) > 0.1) - at
        places += list(echoes / 16)
    assert min(places) == pytest.approx(14, abs=0.3)
    assert max(places) == pytest.approx(22, abs=0.3)


def test_chorus_keeps_the_level_and_widens() -> None:
    noise = np.random.default_rng(2).normal(0, 0.1, (1, 96_000)).astype(np.float32)
    sound = applied(Chorus(wet=0.5), np.concatenate([noise, noise]), 48000)[:, 4800:]
    assert 20 * np.log10(sound.std() / 0.1) == pytest.approx(0, abs=1)
    assert np.corrcoef(sound)[0, 1] < 0.9


def test_chorus_reads_between_samples_cleanly() -> None:
    tone = applied(Chorus(rate_hz=0.05, depth_ms=0.1, wet=1.0), sine(1000, 48000), 48000)[0, 9600:]
    power = np.abs(np.fft.rfft(tone * np.blackman(len(tone)))) ** 2
    frequency_hz = np.fft.rfftfreq(len(tone), 1 / 48000)
    near = np.abs(frequency_hz - 1000) < 30
    assert 10 * np.log10(power[near].sum() / power[~near].sum()) > 80
