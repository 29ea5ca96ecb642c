"""A session reads back as it was written, runs from the command line, and refuses what it is not."""

import json
from pathlib import Path

import pytest

from apps import recipes, session
from apps.recipes import Recipe
from apps.session import Session
from sam_audio.mix_settings import StemSetting
from shared.errors import InputError, StudioError
from shared.prompts import Band, Pan, Reference, Text

PROMPTS = (Text("speech"), Band(1.25, 2.5, 440, 880, False), Pan(-1, 0), Reference("song.wav", sha256="ab"))
RECIPE = Recipe(
    "separate",
    "call.wav",
    PROMPTS,
    "auto",
    {"strength": 1.5},
    ({"id": "gain", "gain_db": -3.0},),
    ("flac",),
    "cd",
)
VIEW = {"axis": "log", "start_s": 0.5, "end_s": 4.0}
SESSION = Session(RECIPE, {"target": StemSetting(gain_db=-6, solo=True)}, VIEW)


def test_it_reads_back_from_its_text_and_recipes_read_it_too() -> None:
    text = json.dumps(SESSION.to_json())
    assert session.from_json(text) == SESSION
    assert recipes.from_json(json.loads(text)) == RECIPE


def test_a_recipe_or_manifest_alone_is_a_session_without_faders() -> None:
    assert session.from_json(RECIPE.to_json()) == Session(RECIPE)
    assert session.from_json({"recipe": RECIPE.to_json(), "files": []}) == Session(RECIPE)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"session": 9}, "kind 9"),
        ({"recipe": None, "task": 3}, "JSON object with a task"),
        ({"mixer": {"target": {"gain_db": 900}}}, "gain_db wants"),
        ({"mixer": [1]}, "stem"),
        ({"view": {"axis": "bark", "start_s": 0, "end_s": 1}}, "no frequency axis"),
        ({"view": {"axis": "mel", "start_s": 5, "end_s": 1}}, "start_s and end_s"),
        ({"view": [1]}, "start_s and end_s"),
    ],
)
def test_what_is_wrong_in_it_is_told(change: dict, words: str) -> None:
    with pytest.raises(StudioError, match=words):
        session.from_json({**SESSION.to_json(), **change})


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "[" * 100_000])
def test_what_is_no_session_is_told(text: str) -> None:
    with pytest.raises(InputError, match="session"):
        session.from_json(text)


def test_references_are_found_beside_the_session(tmp_path: Path) -> None:
    (tmp_path / "song.wav").write_bytes(b"x")
    found = session.beside(RECIPE, tmp_path).prompts
    assert found == (*PROMPTS[:3], Reference(str(tmp_path / "song.wav"), sha256="ab"))
    assert session.beside(RECIPE, tmp_path / "elsewhere") == RECIPE
