"""What a separation hands over: formats, levels, loudness, names; and that refusals come before the work."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from apps import recipes
from apps.recipes import Recipe
from apps.runner import run
from sam_audio.delivery import Delivery
from sam_audio.effects.gain import Gain
from sam_audio.export.formats import FORMATS
from sam_audio.levelling import Level
from sam_audio.loudness import levels
from sam_audio.separate import separate_to_folder
from shared import synth_music
from shared.chain import Chain
from shared.errors import ExportError, InputError
from shared.loading import load_audio
from shared.media import Waveform
from shared.prompts import Text
from tests.sam_audio.mixing import mixture, si_sdr

RATE_HZ = 16_000
DRUMS = (Text("drums"),)


def song(scale: float = 1.0) -> Waveform:
    drums = synth_music.drums(1.5, sample_rate_hz=RATE_HZ, seed=1)
    melody = synth_music.band(("C",), sample_rate_hz=RATE_HZ, seed=2)
    return Waveform(mixture(drums, melody)[0] * np.float32(scale), RATE_HZ)


def read(path: Path) -> np.ndarray:
    return soundfile.read(path, dtype="float32", always_2d=True)[0].T


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_alone_holds_the_same_stems(name: str, tmp_path: Path):
    wanted = separate_to_folder(song(), DRUMS, tmp_path / "wav")
    report = separate_to_folder(song(), DRUMS, tmp_path / "a", delivery=Delivery((name,)))
    suffix = FORMATS[name].suffix
    sounds = {f"{stem}{suffix}" for stem in ("target", "residual")}
    assert {file for file in report.files if not file.endswith(".png")} == sounds
    assert {p.name for p in (tmp_path / "a").iterdir()} == set(report.files)
    assert len(wanted.files) == len(report.files)
    for stem in ("target", "residual"):
        a, b = read(tmp_path / "a" / f"{stem}{suffix}"), read(tmp_path / "wav" / f"{stem}.wav")
        least_db = 15 if name == "mp3" else 20  # drums reach up to 8 kHz; MP3 cuts the top of low rates
        assert a.shape == b.shape and si_sdr(a, b) > least_db


def test_the_loudness_of_every_sound_is_told_and_true(tmp_path: Path):
    report = separate_to_folder(song(), DRUMS, tmp_path, chain=Chain((Gain(gain_db=3),)))
    told = report.facts["loudness"]
    assert set(told) == {"mix", "target", "residual", "wet", "remix"}
    for name, facts in told.items():
        sound = song() if name == "mix" else Waveform(read(tmp_path / f"{name}.wav"), RATE_HZ)
        assert facts == levels(sound).to_json()
    json.dumps(report.facts, allow_nan=False)


def test_silence_has_no_loudness(tmp_path: Path):
    report = separate_to_folder(Waveform(np.zeros((1, 8000), np.float32), RATE_HZ), DRUMS, tmp_path)
    for facts in report.facts["loudness"].values():
        assert facts == {"lufs": None, "true_peak_dbtp": None, "loudness_range_lu": None}
    json.dumps(report.facts, allow_nan=False)


@pytest.mark.parametrize("level", [Level("loudness", -24.0), Level("limiter")], ids=["loudness", "limiter"])
def test_without_a_remix_the_targets_are_levelled_and_that_is_told(level: Level, tmp_path: Path):
    report = separate_to_folder(song(8), DRUMS, tmp_path, delivery=Delivery(level=level))
    target = levels(Waveform(read(tmp_path / "target.wav"), RATE_HZ))
    assert target.true_peak_dbtp <= -0.98
    assert target.to_json() == report.facts["loudness"]["target"]
    assert any("no longer add up" in warning for warning in report.warnings)
    if level.mode == "loudness":
        assert target.integrated_lufs == pytest.approx(-24, abs=0.2)


@pytest.mark.parametrize("mode", ["as_is", "gain"])
def test_without_a_remix_stems_stay_as_they_are(mode: str, tmp_path: Path):
    report = separate_to_folder(song(8), DRUMS, tmp_path, delivery=Delivery(level=Level(mode)))
    total = read(tmp_path / "target.wav") + read(tmp_path / "residual.wav")
    np.testing.assert_allclose(total, song(8).samples, atol=1e-5)
    assert report.facts["gain_db"] == {} and report.warnings == ()


def test_files_that_cannot_hold_a_level_share_one_gain(tmp_path: Path):
    delivery = Delivery(("wav24", "mp3"), Level("as_is"))
    report = separate_to_folder(song(8), DRUMS, tmp_path, chain=Chain((Gain(gain_db=9),)), delivery=delivery)
    gain = 10 ** (report.facts["encoded_gain_db"] / 20)
    assert gain < 0.9 and any("wav24, mp3 files were lowered" in w for w in report.warnings)
    total = read(tmp_path / "target.wav") + read(tmp_path / "residual.wav")
    np.testing.assert_allclose(total, song(8).samples * gain, atol=2e-3)
    assert np.abs(read(tmp_path / "remix.wav")).max() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("delivery", "error"),
    [
        (Delivery(("mp3",)), ExportError),
        (Delivery(("wav", "wav24")), InputError),
        (Delivery(("exe",)), InputError),
    ],
)
def test_formats_that_do_not_fit_are_refused_and_nothing_is_written(delivery, error, tmp_path: Path):
    with pytest.raises(error):
        separate_to_folder(
            Waveform(np.zeros((4, 8000), np.float32), RATE_HZ), DRUMS, tmp_path / "a", delivery=delivery
        )
    assert not (tmp_path / "a").exists()


def test_a_run_names_its_files_after_song_stem_and_engine(tmp_path: Path):
    path = tmp_path / "My Song_2.wav"
    soundfile.write(path, song().samples.T, RATE_HZ)
    options = {"level": "loudness", "loudness_lufs": -20}
    recipe = Recipe("separate", str(path), DRUMS, options=options, formats=("ogg",))
    result = run(recipe, tmp_path / "out")
    names = {item["name"]: item["download_name"] for item in result.manifest["files"]}
    assert names["target.ogg"] == "My-Song-2_drums_hpss.ogg"
    assert names["residual.ogg"] == "My-Song-2_residual_hpss.ogg"
    assert names["mix.png"] == "My-Song-2_mix_hpss.png"
    with soundfile.SoundFile(tmp_path / "out" / "target.ogg") as file:
        assert (file.title, file.album) == ("target", "My Song_2")
    again = run(recipes.from_json(result.manifest), tmp_path / "again")
    assert again.manifest["files"] == result.manifest["files"]
    assert load_audio(tmp_path / "again" / "target.ogg").frames == song().frames
