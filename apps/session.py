"""A session: a recipe, the mixer's faders and what was shown, as one small JSON file.

    {"session": 1, "recipe": {…}, "mixer": {"target": {"gain_db": -3.0, …}}, "view": {"axis": "mel", …}}

It holds no sound. `recipes.from_json` reads the recipe in it, so that the run is repeated by
`segstudio run session.json --input FILE --out DIR`.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from apps import recipes
from apps.recipes import Recipe
from sam_audio.axes import checked_axis
from sam_audio.mix_settings import StemSetting, settings_from_json
from shared.errors import InputError
from shared.prompts import FILED, Depth, Reference

SCHEMA = 1


@dataclass(frozen=True)
class Session:
    """The state of the audio tab.

    Args:
        recipe: What to do; its input and references are file names, with the sha256 of each.
        mixer: Faders by stem.
        view: Axis of the drawing board and the stretch shown: axis, start_s, end_s; may be empty.
    """

    recipe: Recipe
    mixer: dict[str, StemSetting] = field(default_factory=dict)
    view: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the session as a JSON object that `from_json` reads back."""
        mixer = {name: asdict(setting) for name, setting in self.mixer.items()}
        return {"session": SCHEMA, "recipe": self.recipe.to_json(), "mixer": mixer, "view": dict(self.view)}


def from_json(value: Any) -> Session:
    """Make a session from its JSON object, its text, or from a recipe or manifest alone.

    Raises:
        InputError: Not a session, or one of a later kind; or a part of it is wrong.
        PromptError: A prompt in it is wrong.
    """
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise InputError("That is no session: it is not JSON.", "Choose a saved session.json.") from None
    if not isinstance(value, dict):
        raise InputError("A session wants a JSON object with a recipe.", "Choose a saved session.json.")
    if value.get("session", SCHEMA) != SCHEMA:
        raise InputError(f"This session is of kind {value['session']!r}; kind {SCHEMA} can be read.")
    recipe = recipes.from_json(value)
    return Session(recipe, settings_from_json(value.get("mixer") or {}), _view(value.get("view") or {}))


def _view(value: Any) -> dict[str, Any]:
    try:
        if not value:
            return {}
        start_s, end_s = float(value.get("start_s", 0)), float(value.get("end_s", 0))
        if not 0 <= start_s <= end_s < float("inf"):
            raise ValueError
        return {"axis": checked_axis(value["axis"]), "start_s": start_s, "end_s": end_s}
    except (AttributeError, KeyError, TypeError, ValueError):
        raise InputError("The view of the session wants an axis, start_s and end_s.") from None


def beside(recipe: Recipe, folder: str | Path) -> Recipe:
    """Return a recipe whose other files are looked for in a folder where they are not found as named.

    Args:
        recipe: Of a session or manifest, which name files without their folders.
        folder: Where the session or manifest lies.
    """
    prompts = (_beside(p, Path(folder)) if isinstance(p, FILED) else p for p in recipe.prompts)
    return replace(recipe, prompts=tuple(prompts))


def _beside(prompt: Reference | Depth, folder: Path) -> Reference | Depth:
    near = folder / Path(prompt.file).name
    return replace(prompt, file=str(near)) if not Path(prompt.file).is_file() and near.is_file() else prompt
