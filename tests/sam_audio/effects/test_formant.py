"""Formants move, partials stay; a pitch shift can leave formants where they are."""

import numpy as np
import pytest

from sam_audio.effects.formant import Formant
from sam_audio.effects.pitch_shift import PitchShift
from tests.sam_audio.effects.measuring import applied, peak_hz

RATE_HZ = 24_000
PITCH_HZ, FORMANT_HZ = 110.0, 1100.0


def vowel(seconds: float = 1.5) -> np.ndarray:
    """(1, T): partials of 110 Hz under one formant at 1100 Hz, 300 Hz wide."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    partials = np.arange(1, int(0.45 * RATE_HZ / PITCH_HZ)) * PITCH_HZ
    levels = 1 / (1 + ((partials - FORMANT_HZ) / 150) ** 2) + 0.01
    sound = sum(a * np.sin(2 * np.pi * f * t + f) for f, a in zip(partials, levels, strict=True))
    return (0.1 * np.asarray(sound)).astype(np.float32)[None]


def formant_hz(sound: np.ndarray) -> float:
    """Centre of gravity of the squared power spectrum between 300 and 4000 Hz."""
    power = np.abs(np.fft.rfft(sound * np.hanning(sound.size))) ** 4
    frequency_hz = np.fft.rfftfreq(sound.size, 1 / RATE_HZ)
    part = (frequency_hz > 300) & (frequency_hz < 4000)
    return float((power * frequency_hz)[part].sum() / power[part].sum())


def pitch_hz(sound: np.ndarray) -> float:
    """From the first of the autocorrelation's highest places between 60 and 300 Hz."""
    power = np.fft.irfft(np.abs(np.fft.rfft(sound, 2 * sound.size)) ** 2)
    first, last = RATE_HZ // 300, RATE_HZ // 60
    high = np.flatnonzero(power[first:last] > 0.9 * power[first:last].max())
    one = high[high - high[0] < 20]
    return RATE_HZ / (first + int(one[np.argmax(power[first + one])]))


@pytest.mark.parametrize("semitones", [-7.0, 5.0, 9.0])
def test_the_formant_moves_and_the_pitch_stays(semitones: float) -> None:
    found = applied(Formant(semitones=semitones), vowel(), RATE_HZ)[0, 6000:-6000]
    ratio = 2 ** (semitones / 12)
    assert formant_hz(vowel()[0]) == pytest.approx(FORMANT_HZ, rel=0.01)
    assert formant_hz(found) == pytest.approx(FORMANT_HZ * ratio, rel=0.04)
    assert pitch_hz(found) == pytest.approx(PITCH_HZ, rel=0.01)
    partial_hz = round(FORMANT_HZ * ratio / PITCH_HZ) * PITCH_HZ
    assert peak_hz(found, RATE_HZ, partial_hz - 40, partial_hz + 40) == pytest.approx(partial_hz, abs=1)


@pytest.mark.parametrize("semitones", [-5.0, 7.0])
def test_a_pitch_shift_keeps_formants_when_asked(semitones: float) -> None:
    ratio = 2 ** (semitones / 12)
    moved, kept = (
        applied(PitchShift(semitones=semitones, keep_formants=keep), vowel(), RATE_HZ)[0, 6000:-6000]
        for keep in (False, True)
    )
    assert pitch_hz(moved) == pytest.approx(PITCH_HZ * ratio, rel=0.01)
    assert pitch_hz(kept) == pytest.approx(PITCH_HZ * ratio, rel=0.01)
    assert formant_hz(moved) == pytest.approx(FORMANT_HZ * ratio, rel=0.04)
    assert formant_hz(kept) == pytest.approx(FORMANT_HZ, rel=0.04)
