"""`segstudio audio tags` and `segstudio audio music`."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from apps.cli import main
from shared import synth_music
from shared.registry import _load_once
from tests.sam_audio.listeners import tiny_clap


@pytest.fixture
def sound(tmp_path: Path) -> str:
    path = tmp_path / "rain.wav"
    soundfile.write(path, np.random.default_rng(0).normal(0, 0.1, (16_000 * 7, 2)), 16_000)
    return str(path)


@pytest.fixture
def clap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    home = tmp_path / "clap"
    home.mkdir()
    monkeypatch.setenv("SEGSTUDIO_CLAP", str(tiny_clap.save(home)))
    _load_once.cache_clear()
    yield
    _load_once.cache_clear()


@pytest.mark.slow
def test_sounds_are_told_with_scores_and_times(sound: str, clap: None, capsys: pytest.CaptureFixture[str]):
    command = ["audio", "tags", sound, "--engine", "clap", "--name", "rain", "--name", "dog"]
    assert main([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["engine"] == "clap" and {tag["name"] for tag in told["tags"]} == {"rain", "dog"}
    assert main(command) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("CLAP [open]") and "0.0-7.0 s" in shown and "no probability" in shown


@pytest.mark.slow
def test_stems_are_scored_against_their_words(sound: str, clap: None, tmp_path: Path):
    out = tmp_path / "result"
    assert main(["audio", "separate", sound, "--text", "drums", "--clap", "--out", str(out)]) == 0
    told = json.loads((out / "manifest.json").read_text("utf8"))["facts"]["clap"]
    [row] = told["scores"]
    assert row["prompt"] == "drums" and row["file"] == "target" and "proxy" in told["meaning"].lower()
    assert all(-1 <= row[name] <= 1 for name in ("target", "residual", "mix"))
    assert main(["audio", "separate", sound, "--text", "drums", "--out", str(tmp_path / "plain")]) == 0
    assert "clap" not in json.loads((tmp_path / "plain" / "manifest.json").read_text("utf8"))["facts"]


def test_scores_without_clap_are_refused_before_the_work(
    sound: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    monkeypatch.delenv("SEGSTUDIO_CLAP", raising=False)
    out = tmp_path / "result"
    assert main(["audio", "separate", sound, "--text", "drums", "--clap", "--out", str(out)]) == 2
    assert "segstudio models get clap" in capsys.readouterr().err and not out.exists()


def test_without_an_engine_it_ends_with_two_and_a_cure(
    sound: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    monkeypatch.delenv("SEGSTUDIO_CLAP", raising=False)
    assert main(["audio", "tags", sound, "--engine", "clap"]) == 2
    assert "segstudio models get clap" in capsys.readouterr().err


@pytest.mark.slow
def test_tempo_and_key_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "drums.wav"
    soundfile.write(path, synth_music.drums(8, sample_rate_hz=22_050, bpm=100).T, 22_050)
    assert main(["audio", "music", str(path)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("tempo") and "1/8 dotted" in shown and "hardly" not in shown
    assert main(["audio", "music", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["tempo_bpm"] == pytest.approx(100, rel=0.03) and told["beats_s"] == sorted(told["beats_s"])
