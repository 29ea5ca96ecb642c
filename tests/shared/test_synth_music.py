"""Synthetic music: notes in tune, strings that decay, bars of the right length."""

import numpy as np
import pytest

from shared import synth_music as music

RATE_HZ = 44100


def fundamental_hz(sound: np.ndarray, near_hz: float) -> float:
    """Peak of the spectrum within 3 % of a frequency, interpolated on a parabola."""
    size = 1 << 18
    level = np.log(np.abs(np.fft.rfft(sound * np.hanning(len(sound)), size)) + 1e-12)
    step_hz = RATE_HZ / size
    low, high = int(near_hz * 0.97 / step_hz), int(near_hz * 1.03 / step_hz)
    k = low + int(np.argmax(level[low:high]))
    left, middle, right = level[k - 1 : k + 2]
    return (k + 0.5 * (left - right) / (left - 2 * middle + right)) * step_hz


@pytest.mark.parametrize("midi", [40, 52, 64, 76])
def test_plucked_strings_are_in_tune_and_decay(midi: int) -> None:
    pitch_hz = music.note_hz(midi)
    string = music.pluck(pitch_hz, 2.0, sample_rate_hz=RATE_HZ, seed=midi)
    assert 1200 * abs(np.log2(fundamental_hz(string, pitch_hz) / pitch_hz)) < 3
    assert string[: RATE_HZ // 4].std() > 4 * string[-RATE_HZ // 4 :].std()
    assert string[-1] == pytest.approx(0, abs=1e-6)


def test_every_instrument_plays_the_note() -> None:
    for play in (music.electric_piano, music.bass):
        note = play(196.0, 1.0, sample_rate_hz=RATE_HZ)
        assert 1200 * abs(np.log2(fundamental_hz(note, 196.0) / 196.0)) < 10
    section = music.strings(392.0, 2.0, sample_rate_hz=RATE_HZ)
    assert section.shape == (2, 2 * RATE_HZ)
    assert 1200 * abs(np.log2(fundamental_hz(section.sum(axis=0), 392.0) / 392.0)) < 25


def test_chords_are_spelt_right() -> None:
    assert music.chord_notes("C") == (48, 52, 55)
    assert music.chord_notes("Bm") == (59, 62, 66)
    assert music.chord_notes("F#m7") == (54, 57, 61, 64)
    assert music.note_hz(69) == 440


@pytest.mark.parametrize("play", [music.guitar, music.band])
def test_arrangements_fill_their_bars(play) -> None:
    bed = play(("Am", "F"), sample_rate_hz=22050, bpm=120, seed=1)
    assert bed.shape == (2, 4 * 22050)
    assert np.abs(bed).max() == pytest.approx(0.9)
    seconds = bed.reshape(2, 8, -1)
    assert (seconds.std(axis=(0, 2)) > 0.03).all()
    np.testing.assert_array_equal(bed, play(("Am", "F"), sample_rate_hz=22050, bpm=120, seed=1))


def test_drums_hit_on_the_beat() -> None:
    beat = music.drums(4.0, sample_rate_hz=22050, bpm=120)
    assert beat.shape == (2, 4 * 22050)
    level = np.abs(beat).max(axis=0)
    for beat_s in (0.0, 0.5, 1.25, 1.5, 2.0, 2.5):
        first = int(beat_s * 22050)
        assert level[first : first + 1100].max() > 0.3, beat_s
