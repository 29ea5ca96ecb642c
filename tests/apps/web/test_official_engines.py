"""The official engines through the web app and its endpoints, by stand-ins in another Python."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from gradio_client import Client, handle_file
from PIL import Image

from apps.web.engine_picker import rows
from tests.apps.web.page import served
from tests.sam_3d.official import installation as objects
from tests.sam_audio.official import installation as sounds
from tests.sam_body.official import installation as people
from tests.shared.other_python import end_workers

QUIET = ("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings(*QUIET)]
BOX = {"kind": "box", "xyxy_px": [190, 60, 250, 180]}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    pytest.importorskip("torch")
    home = tmp_path_factory.mktemp("official")
    with pytest.MonkeyPatch.context() as patch:
        for name, installed in (("audio", sounds), ("objects", objects), ("body", people)):
            for setting, value in installed.install(home / name).items():
                patch.setenv(setting, value)
        with served(home / "page") as address:
            yield Client(address, verbose=False, download_files=home / "downloads")
    end_workers()


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pixels = np.full((240, 320, 3), (20, 160, 40), np.uint8)
    pixels[60:180, 190:250] = (200, 60, 40)
    path = tmp_path_factory.mktemp("photo") / "box.png"
    Image.fromarray(pixels).save(path)
    return path


def answer(
    client: Client, name: str, file: Path, *rest: Any, **named: Any
) -> tuple[set[str], dict[str, Any]]:
    files, manifest = client.predict(handle_file(file), *rest, **named, api_name=name)
    return {Path(path).name for path in files}, manifest


def test_the_picker_offers_them_as_ready(client: Client) -> None:
    for package, engine in (
        ("sam_audio", "sam-audio"),
        ("sam_3d", "sam-3d-objects"),
        ("sam_body", "sam-3d-body"),
    ):
        listed = {row["id"]: row for row in rows(f"{package}.engines")}
        assert listed[engine]["reason"] == "" and "(official)" in listed["auto"]["now"]
        assert "without its weights" in listed[engine]["summary"]


def test_sound(client: Client, tmp_path: Path) -> None:
    time_s = np.arange(16_000) / 16_000
    soundfile.write(
        tmp_path / "mix.wav", 0.3 * np.sin(2 * np.pi * np.array([[200], [3000]]) * time_s).T, 16_000
    )
    prompts = [{"kind": "text", "text": "high whistle"}]
    files, manifest = answer(client, "/separate", tmp_path / "mix.wav", prompts, engine="sam-audio")
    assert {"target.wav", "residual.wav"} <= files
    (engine,) = manifest["engines"]
    assert engine["id"] == "sam-audio" and engine["origin"]["setting"] == "SEGSTUDIO_SAM_AUDIO"
    target = manifest["facts"]["targets"][0]
    assert target["windows"] == 1 and target["device"] == "cpu" and manifest["facts"]["sum_error_dbfs"] < -90


def test_an_object(client: Client, photo: Path) -> None:
    files, manifest = answer(client, "/lift", photo, [BOX], engine="sam-3d-objects")
    assert "object.glb" in files
    assert "sam-3d-objects" in {engine["id"] for engine in manifest["engines"]}


def test_a_person(client: Client, photo: Path) -> None:
    files, manifest = answer(client, "/estimate", photo, [BOX], engine="sam-3d-body")
    assert {"body.glb", "body.bvh", "body.stl", "body.json", "body_mhr.npz"} <= files
    assert manifest["facts"]["bodies"][0]["rig"] == "mhr"
