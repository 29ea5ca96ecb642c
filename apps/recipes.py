"""A recipe: everything that a run needs, as JSON. Runs are reproducible from their manifests."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from shared import prompts as prompting
from shared.errors import InputError
from shared.prompts import Prompts

SCHEMA = 1
FIELDS = ("schema", "task", "input", "prompts", "engine", "options", "chain", "formats")
MAX_JSON_BYTES = 64_000_000


@dataclass(frozen=True)
class Recipe:
    """What to do with which file.

    Args:
        task: "separate", "segment", "lift" or "estimate".
        input: Path of the sound or picture.
        prompts: What is meant.
        engine: "auto" or an engine id.
        options: Values of the task's declared options; missing ones take their defaults.
        chain: Effects or operations as a JSON list, applied to the result.
        formats: File formats to write; empty for the task's usual ones.
        input_sha256: When given, the input must have this sha256 (hex).
    """

    task: str
    input: str
    prompts: Prompts = ()
    engine: str = "auto"
    options: dict[str, Any] = field(default_factory=dict)
    chain: tuple[dict[str, Any], ...] = ()
    formats: tuple[str, ...] = ()
    input_sha256: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the recipe as a JSON object that `from_json` reads back."""
        return {
            "schema": SCHEMA,
            "task": self.task,
            "input": {"file": self.input, "sha256": self.input_sha256},
            "prompts": prompting.to_json(self.prompts),
            "engine": self.engine,
            "options": dict(self.options),
            "chain": list(self.chain),
            "formats": list(self.formats),
        }

    def with_input(self, path: str | Path) -> "Recipe":
        """Return the same recipe for another file, without a wanted sha256."""
        return replace(self, input=str(path), input_sha256="")


def from_json(value: Any) -> Recipe:
    """Make a recipe from its JSON object, or from a manifest that holds one under "recipe".

    Raises:
        InputError: Not a recipe, or one of a later schema.
        PromptError: A prompt in it is wrong.
    """
    if isinstance(value, dict) and isinstance(value.get("recipe"), dict):
        value = value["recipe"]
    if not isinstance(value, dict) or not isinstance(value.get("task"), str):
        raise InputError("A recipe wants a JSON object with a task.", "See docs/recipes.md for one.")
    if value.get("schema", SCHEMA) != SCHEMA:
        raise InputError(f"This recipe has schema {value['schema']!r}; schema {SCHEMA} can be read.")
    if unknown := sorted(set(value) - set(FIELDS)):
        raise InputError(f"A recipe has no field {', '.join(unknown)}.", f"It has {', '.join(FIELDS)}.")
    source = value.get("input") or {}
    source = {"file": source} if isinstance(source, str) else source
    types = {"options": dict, "chain": list, "formats": list, "engine": str}
    for name, kind in types.items():
        if not isinstance(value.get(name, kind()), kind):
            raise InputError(f"The {name} of a recipe want a JSON {kind.__name__}, not {value[name]!r}.")
    return Recipe(
        task=value["task"],
        input=str(source.get("file", "")),
        prompts=prompting.parse(value.get("prompts", [])),
        engine=value.get("engine", "auto"),
        options=dict(value.get("options", {})),
        chain=tuple(value.get("chain", [])),
        formats=tuple(str(f) for f in value.get("formats", [])),
        input_sha256=str(source.get("sha256", "")),
    )


def read_json(path: str | Path) -> Any:
    """Read a JSON file that a user named.

    Raises:
        InputError: Not there, too large, or not JSON.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MAX_JSON_BYTES:
            raise InputError(f"{path} is larger than {MAX_JSON_BYTES // 1_000_000} MB.")
        return json.loads(path.read_text("utf8"))
    except OSError as error:
        raise InputError(f"Cannot read {path} ({error.strerror}).", "Name a JSON file.") from None
    except ValueError as error:
        raise InputError(f"{path} is not JSON ({error}).") from None
