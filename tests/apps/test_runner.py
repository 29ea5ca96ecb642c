"""The road of a run: whole result or nothing, a true manifest, and the same result again from it."""

import hashlib
import json
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import soundfile

from apps import manifest, recipes, runner
from apps.recipes import Recipe
from shared.errors import Cancelled, ExportError, InputError, PromptError
from shared.progress import Progress
from shared.prompts import Box, Span, Text

pytestmark = pytest.mark.usefixtures("one_task")


def test_the_manifest_tells_the_truth_about_each_file(tone: Path, tmp_path: Path) -> None:
    result = runner.run(Recipe("separate", str(tone), (Text("all"),)), tmp_path / "out")
    told = json.loads((tmp_path / "out" / "manifest.json").read_text("utf8"))
    assert told == result.manifest
    (file,) = told["files"]
    content = (tmp_path / "out" / file["name"]).read_bytes()
    assert file == {
        "name": "half.wav",
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    assert told["engines"][0]["id"] == "half"
    assert told["warnings"] == ["quiet"]
    assert told["recipe"]["input"]["sha256"] == hashlib.sha256(tone.read_bytes()).hexdigest()
    assert told["facts"]["peak"] == pytest.approx(0.25, abs=1e-3)


def test_a_manifest_makes_the_same_files_again(tone: Path, tmp_path: Path) -> None:
    recipe = Recipe("separate", str(tone), (Text("all"),), options={"times": 0.25})
    first = runner.run(recipe, tmp_path / "one")
    again = recipes.from_json(recipes.read_json(tmp_path / "one" / "manifest.json"))
    second = runner.run(again, tmp_path / "two")
    assert second.manifest["files"] == first.manifest["files"]
    assert second.manifest["recipe"] == first.manifest["recipe"]


def test_another_file_under_the_same_name_is_refused(tone: Path, tmp_path: Path) -> None:
    first = runner.run(Recipe("separate", str(tone), (Text("all"),)), tmp_path / "one")
    soundfile.write(tone, np.zeros(100), 8000)
    with pytest.raises(InputError, match="not the file"):
        runner.run(recipes.from_json(first.manifest), tmp_path / "two")
    assert not (tmp_path / "two").exists()


@pytest.mark.parametrize(
    ("recipe", "error"),
    [
        (Recipe("separate", "", (Text("fail"),)), InputError),
        (Recipe("separate", "", options={"times": 9}), InputError),
        (Recipe("separate", "", options={"speed": 9}), InputError),
        (Recipe("separate", "", formats=("mp9",)), InputError),
        (Recipe("separate", "", (Box((0, 0, 1, 1)),)), PromptError),
        (Recipe("separate", "", (Span(100, 101),)), PromptError),
        (Recipe("juggle", ""), InputError),
    ],
)
def test_what_fails_leaves_nothing(recipe: Recipe, error: type, tone: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(error):
        runner.run(recipe.with_input(tone), tmp_path / "a" / "b")
    assert sorted(tmp_path.rglob("*")) == before


def test_cancel_leaves_nothing(tone: Path, tmp_path: Path) -> None:
    progress = Progress()

    def stop_half_way(fraction: float, stage: str) -> None:
        if stage == "halve":
            raise Cancelled()

    progress = Progress(stop_half_way)
    with pytest.raises(Cancelled):
        runner.run(Recipe("separate", str(tone), (Text("x"),)), tmp_path / "out", progress=progress)
    assert not (tmp_path / "out").exists()


def test_reading_a_large_file_for_its_sha256_can_be_stopped(tone: Path) -> None:
    stop = Event()
    progress = Progress(cancelled=stop)
    assert manifest.sha256_of(tone, progress) == hashlib.sha256(tone.read_bytes()).hexdigest()
    stop.set()
    with pytest.raises(Cancelled):
        manifest.sha256_of(tone, progress)


def test_an_earlier_result_survives_a_failed_run(tone: Path, tmp_path: Path) -> None:
    runner.run(Recipe("separate", str(tone), (Text("all"),)), tmp_path / "out")
    before = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}
    with pytest.raises(InputError, match="half way"):
        runner.run(Recipe("separate", str(tone), (Text("fail"),)), tmp_path / "out")
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()} == before


def test_a_file_in_place_of_the_folder_is_told(tone: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="choose another folder"):
        runner.run(Recipe("separate", str(tone), (Text("all"),)), tone / "out")


def test_private_manifests_name_no_path(tone: Path, tmp_path: Path) -> None:
    recipe = Recipe("separate", str(tone), (Text("all"),))
    result = runner.run(recipe, tmp_path / "out", private=True)
    assert result.manifest["recipe"]["input"]["file"] == "tone.wav"
    assert str(tmp_path) not in (tmp_path / "out" / "manifest.json").read_text("utf8")


def test_progress_rises_to_one(tone: Path, tmp_path: Path) -> None:
    seen: list[float] = []
    progress = Progress(lambda fraction, _: seen.append(fraction))
    runner.run(Recipe("separate", str(tone), (Text("all"),)), tmp_path / "out", progress=progress)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
