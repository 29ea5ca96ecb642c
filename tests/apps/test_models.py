"""What `segstudio models` lists and gets."""

import hashlib
import json
from pathlib import Path

import pytest

from apps import models
from apps.cli import main
from shared import hub
from shared.errors import WeightsError
from shared.hub import MODELS, Model, ModelFile
from tests.shared.fake_hub import FakeHub, serving

WEIGHTS = b"weights" * 1000


@pytest.fixture(autouse=True)
def _no_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)


def test_every_engine_is_listed_with_licence_tier_and_state() -> None:
    listed = {row["id"]: row for row in models.rows()}
    assert {"sam3", "sam2.1", "sam-audio", "sam-3d-objects", "sam-3d-body"} <= set(listed)
    for row in listed.values():
        assert row["licence"] and row["title"] and row["tier"] in ("official", "open", "embedded")
        assert row["state"] == "ready" or (row["reason"] and row["cure"])
    assert listed["sam2.1"]["download"] == "sam2.1-tiny" and listed["sam2.1"]["size"] == "156 MB"
    assert listed["sam-audio"]["state"] == "missing" and listed["sam-audio"]["download"] == ""
    assert json.dumps(list(listed.values()))


def test_the_text_names_reason_cure_and_offer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    shown = capsys.readouterr().out
    assert "segstudio models get sam2.1-tiny       sharper clicks: 156 MB, Apache-2.0" in shown
    assert "Its owner grants access on request" in shown
    order = [shown.index(f"\n  {name} ") for name in ("sam3", "sam2.1")]
    assert order == sorted(order)


def test_json_is_the_same_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(models.rows()))


def test_get_takes_a_model_or_an_engine_and_refuses_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert models.model_name("sam2.1") == "sam2.1-tiny" and models.model_name("sam3") == "sam3"
    with pytest.raises(WeightsError, match=r"no model 'sam9'.*sam2\.1-tiny \(sharper clicks: 156 MB"):
        models.get("sam9")
    with pytest.raises(WeightsError, match="nothing to download for sam-audio"):
        models.get("sam-audio")
    assert main(["models", "get"]) == 2
    assert "Name the model to download" in capsys.readouterr().err


def test_get_shows_size_and_licence_then_downloads(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = ModelFile("model.safetensors", len(WEIGHTS), hashlib.sha256(WEIGHTS).hexdigest())
    small = Model(
        id="small",
        title="Small",
        summary="for the test",
        repo="someone/small",
        revision="d" * 40,
        licence="MIT",
        gated=False,
        setting="SEGSTUDIO_SMALL",
        files=(file,),
    )
    monkeypatch.setitem(MODELS, "small", small)
    with serving(FakeHub({"model.safetensors": WEIGHTS}, repo="someone/small", revision="d" * 40)) as fake:
        monkeypatch.setenv("HF_ENDPOINT", fake.address)
        assert main(["models", "get", "small"]) == 0
    shown = capsys.readouterr().out
    assert shown.index("for the test: 7 kB, MIT") < shown.index("ready in")
    assert "revision dddddddddddd" in shown
    home = hub.folder("small")
    assert home is not None and (home / "model.safetensors").read_bytes() == WEIGHTS


def test_offline_ends_with_two_and_a_cure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert main(["models", "get", "sam2.1-tiny"]) == 2
    assert "Unset HF_HUB_OFFLINE" in capsys.readouterr().err
