"""Recipes: JSON round trip, and refusal of what is not one."""

import json

import pytest

from apps import recipes
from apps.recipes import Recipe
from shared.errors import InputError, PromptError
from shared.prompts import Box, Points, Text

RECIPE = Recipe(
    task="lift",
    input="photo.png",
    prompts=(Text("dog"), Points(((3, 4), (5, 6)), (True, False)), Box((1, 2, 30, 40), True, 1)),
    engine="inflate",
    options={"height_mm": 80},
    chain=({"id": "smooth"},),
    formats=("glb", "stl"),
    input_sha256="ab" * 32,
)


def test_json_round_trip_is_lossless() -> None:
    text = json.dumps(RECIPE.to_json())
    assert recipes.from_json(json.loads(text)) == RECIPE


def test_a_manifest_is_read_as_its_recipe() -> None:
    assert recipes.from_json({"suite": {}, "recipe": RECIPE.to_json(), "files": []}) == RECIPE


def test_another_input_drops_the_wanted_sha256() -> None:
    other = RECIPE.with_input("other.png")
    assert (other.input, other.input_sha256) == ("other.png", "")
    assert other.prompts == RECIPE.prompts


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ([], "JSON object with a task"),
        ({}, "JSON object with a task"),
        ({"task": "lift", "schema": 99}, "schema 99"),
        ({"task": "lift", "colour": 1}, "no field colour"),
        ({"task": "lift", "options": []}, "options of a recipe want a JSON dict"),
        ({"task": "lift", "chain": {}}, "chain of a recipe want a JSON list"),
    ],
)
def test_what_is_not_a_recipe_is_refused(value: object, told: str) -> None:
    with pytest.raises(InputError, match=told):
        recipes.from_json(value)


def test_a_wrong_prompt_is_refused_by_its_kind() -> None:
    with pytest.raises(PromptError, match="no prompt kind 'smell'"):
        recipes.from_json({"task": "lift", "prompts": [{"kind": "smell"}]})


def test_read_json_names_the_trouble(tmp_path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{", "utf8")
    with pytest.raises(InputError, match="is not JSON"):
        recipes.read_json(bad)
    with pytest.raises(InputError, match="Cannot read"):
        recipes.read_json(tmp_path / "none.json")
