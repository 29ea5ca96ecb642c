"""The copied calls are true: read back, they give the recipe that they were made from."""

import ast
import re
import shlex

import pytest

from apps import recipes
from apps.cli import _parser
from apps.cli_prompts import prompts_from
from apps.recipes import Recipe
from apps.web import calls
from shared.chain import parse_step
from shared.prompts import Band, Box, Example, Noise, NotText, Pan, Points, Reference, Span, Text

GAIN = {"id": "gain", "gain_db": -3.5}
FEWER = {"id": "simplify", "faces": 500.0}
SMALL = {"height_mm": 80.0, "previews": False}
DRAWN = (
    Span(0.5, 3),
    Band(1.234567, 2, 440.125, 12_000, False),
    Pan(-1, -0.25, False),
    Example(0, 1.5),
    Noise(2.5, 3),
    Reference("my song.wav"),
    Reference("b.wav", True),
)
RECIPES = [
    Recipe("separate", "a.wav", DRAWN),
    Recipe("separate", "my song.flac", (Text("lead vocals"), NotText("hiss"), Span(1.5, 3, False))),
    Recipe("separate", "a.wav", (Text("speech"),), "hpss", chain=(GAIN,), formats=("flac",)),
    Recipe("segment", "a.png", (Points(((3, 4), (5.5, 6)), (True, False)), Box((1, 2, 30, 40), False, 2))),
    Recipe("lift", "it's.png", (Text("dog"),), options=SMALL, chain=(FEWER,), formats=("stl",)),
    Recipe("estimate", "p.jpg", (), options={"rig": "mixamo"}),
]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda r: r.task)
def test_the_command_says_the_same(recipe: Recipe) -> None:
    words = shlex.split(calls.as_command(recipe))
    assert words[0] == "segstudio"
    parsed = _parser().parse_args(words[1:])
    assert (parsed.kind.name, parsed.input, parsed.engine) == (recipe.task, recipe.input, recipe.engine)
    assert prompts_from(parsed) == recipe.prompts
    assert tuple(f for f in parsed.formats.split(",") if f) == recipe.formats
    for name, value in recipe.options.items():
        assert type(value)(getattr(parsed, name)) == value
    effects = [parse_step(text) for text in getattr(parsed, "steps", [])]
    assert [{k: v if k == "id" else float(v) for k, v in e.items()} for e in effects] == list(recipe.chain)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda r: r.task)
def test_the_python_says_the_same(recipe: Recipe) -> None:
    code = calls.as_python(recipe)
    compile(code, "copied", "exec")
    literal = re.search(r"from_json\((.*?)\n\)\nresult", code, re.S)
    assert literal and recipes.from_json(ast.literal_eval(literal[1].strip())) == recipe
