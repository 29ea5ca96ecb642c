"""The calls that repeat a run outside the web app: a command line and Python."""

import shlex
from pprint import pformat
from textwrap import indent
from typing import Any

from apps.recipes import Recipe
from apps.task import STEP_FLAGS, task
from shared.chain import step_text
from shared.prompts import (
    Band,
    Box,
    Choice,
    Depth,
    Everything,
    Example,
    MaskHint,
    Noise,
    NotText,
    Pan,
    Points,
    Prompt,
    Reference,
    Span,
    Text,
)

SIGN = {True: "+", False: "-"}


def as_command(recipe: Recipe) -> str:
    """Return the `segstudio` command of a recipe; through a recipe file where flags cannot say it."""
    if any(isinstance(prompt, MaskHint) for prompt in recipe.prompts):
        return f"segstudio run manifest.json --input {shlex.quote(recipe.input)} --out result"
    kind = task(recipe.task)
    words = ["segstudio", *kind.command, recipe.input]
    words += [word for prompt in recipe.prompts for word in _flags(prompt)]
    words += [w for key, value in recipe.options.items() for w in _option(key, value)]
    flag = STEP_FLAGS[kind.chain[1]][0] if kind.chain else ""
    words += [word for step in recipe.chain for word in (flag, step_text(step))]
    words += ["--engine", recipe.engine] if recipe.engine != "auto" else []
    words += ["--formats", ",".join(recipe.formats)] if recipe.formats else []
    return shlex.join([*words, "--out", "result"])


def as_python(recipe: Recipe) -> str:
    """Return Python that runs a recipe."""
    text = pformat({**recipe.to_json(), "input": recipe.input}, width=96, sort_dicts=False)
    return (
        "from apps import recipes\nfrom apps.studio import Studio\n\n"
        f"recipe = recipes.from_json(\n{indent(text, '    ')}\n)\n"
        "result = Studio().run(recipe, 'result')\nresult.files\n"
    )


def _flags(prompt: Prompt) -> list[str]:
    if isinstance(prompt, Text):
        return ["--text", prompt.text]
    if isinstance(prompt, NotText):
        return ["--not", prompt.text]
    if isinstance(prompt, Span | Band | Example | Noise):
        return [_timed(prompt)]
    if isinstance(prompt, Pan):
        return [f"--pan={prompt.left:g}:{prompt.right:g},{SIGN[prompt.keep]}"]
    if isinstance(prompt, Reference):
        return ["--keep-reference" if prompt.keep else "--reference", prompt.file]
    if isinstance(prompt, Depth):
        return _depth(prompt)
    if isinstance(prompt, Box):
        corners = ",".join(f"{v:g}" for v in prompt.xyxy_px)
        return ["--box", f"{corners},{SIGN[prompt.keep]},{prompt.object_id}"]
    if isinstance(prompt, Everything):
        return ["--everything"]
    if isinstance(prompt, Choice):
        kept = [] if prompt.numbers is None else ["--keep-masks", ",".join(map(str, prompt.numbers))]
        return [*kept, *(["--least-score", f"{prompt.least_score:g}"] if prompt.least_score else [])]
    if isinstance(prompt, Points):
        clicks = zip(prompt.xy_px, prompt.keep, strict=True)
        tail = f",{prompt.object_id}" if prompt.object_id else ""
        return [word for (x, y), keep in clicks for word in ("--point", f"{x:g},{y:g},{SIGN[keep]}{tail}")]
    return []


def _depth(prompt: Depth) -> list[str]:
    words = ["--depth", prompt.file]
    words += ["--depth-meaning", prompt.meaning] if prompt.meaning != "auto" else []
    words += ["--depth-focal-px", _exact(prompt.focal_px)] if prompt.focal_px else []
    return words + (["--depth-unit-mm", _exact(prompt.unit_mm)] if prompt.unit_mm else [])


def _timed(prompt: Span | Band | Example | Noise) -> str:
    times = f"{_exact(prompt.start_s)}:{_exact(prompt.end_s)}"
    if isinstance(prompt, Noise):
        return f"--noise={times}"
    if isinstance(prompt, Band):
        return f"--band={SIGN[prompt.keep]}{times},{_exact(prompt.low_hz)}:{_exact(prompt.high_hz)}"
    return f"--{'span' if isinstance(prompt, Span) else 'like'}={SIGN[prompt.keep]}{times}"


def _exact(value: float) -> str:
    """Return a number in full, where %g would round it."""
    return str(int(value)) if value == int(value) else repr(value)


def _option(key: str, value: Any) -> list[str]:
    flag = key.replace("_", "-")
    if isinstance(value, bool):
        return [f"--{'' if value else 'no-'}{flag}"]
    return [f"--{flag}", f"{value:g}" if isinstance(value, float) else str(value)]
