"""Levels of a finished file: what each mode does, what is said about it, and sounds that have no loudness."""

from pathlib import Path

import numpy as np
import pytest

from sam_audio.export.wav import WavFile, write_wav
from sam_audio.levelling import CEILING_DBTP, MODES, MOST_GAIN_DB, Level, Settled, settle
from sam_audio.loudness import levels
from shared.errors import InputError
from shared.media import Waveform
from shared.synth_music import drums

RATE_HZ = 8000
BEAT = drums(3, sample_rate_hz=RATE_HZ, seed=1)
BEAT = (BEAT / np.abs(BEAT).max()).astype(np.float32)


def settled(tmp_path: Path, sound: np.ndarray, level: Level) -> tuple[np.ndarray, Settled]:
    wave = Waveform(sound, RATE_HZ)
    write_wav(wave, tmp_path / "a.wav")
    file = WavFile(tmp_path / "a.wav", RATE_HZ, *sound.shape)
    done = settle(file, level, levels(wave), name="target")
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]
    return np.concatenate(list(file.blocks(1 << 16)), axis=1), done


@pytest.mark.parametrize("mode", MODES)
def test_what_is_told_is_what_was_done(mode: str, tmp_path: Path):
    sound, done = settled(tmp_path, BEAT * 2, Level(mode, -14.0))
    found = levels(Waveform(sound, RATE_HZ))
    assert done.levels.true_peak_dbtp == pytest.approx(found.true_peak_dbtp, abs=0.01)
    assert done.levels.integrated_lufs == pytest.approx(found.integrated_lufs, abs=0.05)
    if mode == "as_is":
        np.testing.assert_array_equal(sound, BEAT * 2)
        assert done.note == ""
    else:
        assert found.true_peak_dbtp <= CEILING_DBTP + 0.02 and done.note.endswith(".")


@pytest.mark.parametrize("mode", ["as_is", "gain", "limiter"])
def test_sound_below_the_ceiling_is_not_changed(mode: str, tmp_path: Path):
    sound, done = settled(tmp_path, BEAT * 0.3, Level(mode))
    np.testing.assert_array_equal(sound, BEAT * np.float32(0.3))
    assert (done.gain_db, done.limited_db, done.note) == (0, 0, "")


def test_one_gain_keeps_the_balance(tmp_path: Path):
    sound, done = settled(tmp_path, BEAT * 2, Level("gain"))
    np.testing.assert_allclose(sound, BEAT * 2 * 10 ** (done.gain_db / 20), atol=1e-6)
    assert f"lowered by {-done.gain_db:.1f} dB" in done.note


def test_loudness_raises_soft_sound_and_limits_what_peaks(tmp_path: Path):
    sound, done = settled(tmp_path, BEAT * 0.01, Level("loudness", -9.0))
    assert done.gain_db > 20 and done.limited_db < 0
    assert "raised" in done.note and "limiter" in done.note
    assert f"So {done.levels.integrated_lufs:.1f} LUFS were reached, not -9.0." in done.note
    assert levels(Waveform(sound, RATE_HZ)).true_peak_dbtp <= CEILING_DBTP + 0.02


def test_almost_nothing_is_not_blown_up(tmp_path: Path):
    _, done = settled(tmp_path, BEAT * 2e-3, Level("loudness", -10.0))
    assert done.gain_db == MOST_GAIN_DB and "it would take" in done.note


@pytest.mark.parametrize("sound", [np.zeros((2, RATE_HZ), np.float32), BEAT[:, :100] * np.float32(0.1)])
def test_what_has_no_loudness_keeps_its_level(sound: np.ndarray, tmp_path: Path):
    found, done = settled(tmp_path, sound, Level("loudness"))
    np.testing.assert_array_equal(found, sound)
    assert done.gain_db == 0 and "has no loudness" in done.note


def test_unknown_levels_are_refused():
    with pytest.raises(InputError, match="Choose from as_is, gain"):
        Level("louder")
