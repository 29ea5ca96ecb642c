"""The mix-down: neutral is the recording, panning is the browser's, nothing clips, nothing is left behind."""

from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
import soundfile

from sam_audio.levelling import Level
from sam_audio.mix_settings import StemSetting, heard, matrix, settings_from_json
from sam_audio.mixing import MixReport, mix_down
from sam_audio.peak import TruePeak
from shared.errors import Cancelled, ExportError, InputError
from shared.media import Waveform
from shared.progress import Progress
from shared.synth import engine, siren

RATE_HZ = 8000
SPEECH = siren(8, sample_rate_hz=RATE_HZ, seed=1)[:, : 7 * RATE_HZ + 13] * np.float32(0.5)
NOISE = engine(8, sample_rate_hz=RATE_HZ, seed=2)[:, : 7 * RATE_HZ + 13] * np.float32(0.5)
STEMS = {"target": Waveform(SPEECH, RATE_HZ), "residual": Waveform(NOISE, RATE_HZ)}
SIX = Waveform(np.zeros((6, 99), np.float32), RATE_HZ)
MONO = {name: Waveform(stem.samples[:1], RATE_HZ) for name, stem in STEMS.items()}


def mixed(tmp_path: Path, stems: Any = None, suffix: str = ".wav", **settings: StemSetting) -> np.ndarray:
    return report_and_sound(tmp_path, stems or STEMS, suffix, settings)[1]


def report_and_sound(
    folder: Path, stems: Any, suffix: str, settings: dict[str, StemSetting], **how: Any
) -> tuple[MixReport, np.ndarray]:
    path = folder / f"mix{suffix}"
    report = mix_down(stems, settings, path, format=suffix[1:], **how)
    assert [item.name for item in folder.iterdir()] == [path.name]
    sound, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    assert rate_hz == RATE_HZ and sound.shape[1] == report.channels
    return report, sound.T


@pytest.mark.parametrize("stems", [STEMS, MONO])
def test_all_at_zero_give_the_recording_back_whatever_its_peak(tmp_path: Path, stems: Any) -> None:
    loud = {name: Waveform(stem.samples * 3, RATE_HZ) for name, stem in stems.items()}
    report, sound = report_and_sound(tmp_path, loud, ".wav", {})
    wanted = loud["target"].samples + loud["residual"].samples
    assert np.abs(wanted).max() > 1 and report.settled.gain_db == 0
    assert np.abs(sound - wanted).max() < 10 ** (-90 / 20)
    assert sound.shape[0] == wanted.shape[0]


def test_gain_mute_and_solo(tmp_path: Path) -> None:
    soft = mixed(tmp_path, target=StemSetting(gain_db=-20))
    np.testing.assert_allclose(soft, SPEECH * 0.1 + NOISE, atol=1e-6)
    np.testing.assert_allclose(mixed(tmp_path, target=StemSetting(mute=True)), NOISE, atol=1e-7)
    np.testing.assert_allclose(mixed(tmp_path, target=StemSetting(solo=True)), SPEECH, atol=1e-7)


def test_mute_is_stronger_than_solo() -> None:
    both = StemSetting(mute=True, solo=True)
    assert heard("abc", {"a": both, "b": StemSetting(solo=True)}) == ("b",)
    assert heard("abc", {"a": StemSetting(mute=True)}) == ("b", "c")
    assert heard("abc", {"a": both}) == ()


@pytest.mark.parametrize("pan", [-1.0, -0.5, -0.01, 0.3, 1.0])
def test_panning_stereo_is_the_formula_of_the_web(pan: float) -> None:
    x = (pan + 1 if pan <= 0 else pan) * np.pi / 2
    left = [1, np.cos(x)] if pan <= 0 else [np.cos(x), 0]
    right = [0, np.sin(x)] if pan <= 0 else [np.sin(x), 1]
    np.testing.assert_allclose(matrix(StemSetting(pan=pan), 2, 2), [left, right], atol=1e-7)
    mono = matrix(StemSetting(pan=pan), 1, 2)
    assert np.square(mono).sum() == pytest.approx(2)  # equal power, wherever it stands
    assert np.arctan2(mono[1], mono[0]) == pytest.approx((pan + 1) * np.pi / 4, abs=1e-6)


def test_the_middle_changes_nothing_and_hard_left_leaves_no_right(tmp_path: Path) -> None:
    for channels, channels_out in [(1, 1), (2, 2), (6, 6)]:
        np.testing.assert_array_equal(matrix(StemSetting(), channels, channels_out), np.eye(channels))
    np.testing.assert_array_equal(matrix(StemSetting(), 1, 2), [[1], [1]])
    solo = StemSetting(pan=-1, solo=True)
    left, right = mixed(tmp_path, target=solo)
    np.testing.assert_allclose(left, SPEECH.sum(0), atol=1e-6)
    assert np.abs(right).max() < 1e-6
    left, right = mixed(tmp_path, MONO, target=solo)
    np.testing.assert_allclose(left, SPEECH[0] * np.sqrt(2), atol=1e-6)
    assert np.abs(right).max() < 1e-6


LOUD = {"target": StemSetting(gain_db=12)}
WANTED = SPEECH * np.float32(10 ** (12 / 20)) + NOISE


def test_too_loud_is_lowered_by_one_gain_to_minus_one_dbtp(tmp_path: Path) -> None:
    report, sound = report_and_sound(tmp_path, STEMS, ".wav", LOUD)
    np.testing.assert_allclose(sound, WANTED * 10 ** (report.settled.gain_db / 20), atol=1e-5)
    assert true_peak_db(sound) == pytest.approx(-1, abs=0.01)
    assert "The mix was lowered by" in report.settled.note
    untouched, sound = report_and_sound(tmp_path, STEMS, ".wav", LOUD, level=Level("as_is"))
    assert untouched.settled.gain_db == 0 and np.abs(sound - WANTED).max() < 1e-5


def test_a_limiter_lowers_the_peaks_alone(tmp_path: Path) -> None:
    report, sound = report_and_sound(tmp_path, STEMS, ".wav", LOUD, level=Level("limiter"))
    assert true_peak_db(sound) == pytest.approx(-1, abs=0.1)
    assert report.settled.limited_db < -3 and np.abs(sound).sum() > 0.5 * np.abs(WANTED).sum()


def true_peak_db(sound: np.ndarray) -> float:
    meter = TruePeak(sound.shape[0])
    meter.add(sound)
    return 20 * float(np.log10(meter.value()))


def test_flac_holds_the_mix_to_its_24_bits(tmp_path: Path) -> None:
    sound = mixed(tmp_path, suffix=".flac", target=StemSetting(gain_db=-3))
    np.testing.assert_allclose(sound, SPEECH * 10 ** (-3 / 20) + NOISE, atol=2**-22)
    loud = {"target": Waveform(SPEECH * 3, RATE_HZ)}
    report, sound = report_and_sound(tmp_path, loud, ".flac", {})
    assert report.encoded_gain_db < 0 and report.settled.gain_db == 0
    np.testing.assert_allclose(sound, SPEECH * 3 * 10 ** (report.encoded_gain_db / 20), atol=1e-5)


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    stop = Event()
    stop.set()
    for form in ("wav", "flac"):
        with pytest.raises(Cancelled):
            mix_down(STEMS, {}, tmp_path / f"mix.{form}", format=form, progress=Progress(cancelled=stop))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("stems", "settings", "name", "wrong"),
    [
        (STEMS, {"drums": StemSetting()}, "mix.wav", "no stem drums"),
        (STEMS, {name: StemSetting(mute=True) for name in STEMS}, "mix.wav", "No stem is heard"),
        ({}, {}, "mix.wav", "at least one"),
        ({**STEMS, "c": Waveform(SPEECH[:, 1:], RATE_HZ)}, {}, "mix.wav", "differ"),
        ({**STEMS, "c": Waveform(SPEECH[:1], RATE_HZ)}, {}, "mix.wav", "differ"),
        (
            {"s": Waveform(np.zeros((6, 99), np.float32), 8000)},
            {"s": StemSetting(pan=1)},
            "mix.wav",
            "6 chan",
        ),
        (STEMS, {}, "mix.mp3", "cannot be called mix.mp3"),
    ],
)
def test_what_cannot_be_mixed_says_why(
    tmp_path: Path, stems: Any, settings: Any, name: str, wrong: str
) -> None:
    with pytest.raises((InputError, ExportError), match=wrong):
        mix_down(stems, settings, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_settings_come_from_json() -> None:
    assert settings_from_json({"a": {"gain_db": -6, "mute": True}, "b": {}}) == {
        "a": StemSetting(gain_db=-6, mute=True),
        "b": StemSetting(),
    }
    for wrong in ([], {"a": 3}, {"a": {"gain_db": 13}}, {"a": {"volume": 1}}, {"a": {"pan": "left"}}, None):
        with pytest.raises(InputError):
            settings_from_json(wrong)
