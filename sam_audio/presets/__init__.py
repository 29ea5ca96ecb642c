"""Ready chains of effects: one JSON file each, with a title, one sentence and the steps."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from shared.errors import InputError

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Preset:
    """A chain that has a name.

    Args:
        id: Name of its file: "cathedral".
        title: What a person calls it.
        summary: One sentence.
        steps: The chain as JSON objects, as `shared.chain.parse_chain` takes them.
    """

    id: str
    title: str
    summary: str
    steps: tuple[dict[str, Any], ...]


@cache
def presets() -> dict[str, Preset]:
    """Return all presets by id, in the order of their ids."""
    found = {}
    for path in sorted(FOLDER.glob("*.json")):
        data = json.loads(path.read_text("utf8"))
        found[path.stem] = Preset(path.stem, data["title"], data["summary"], tuple(data["steps"]))
    return found


def preset(name: str) -> Preset:
    """Return one preset.

    Raises:
        InputError: There is none of that name.
    """
    known = presets()
    if name not in known:
        raise InputError(f"There is no preset {name!r}.", f"Choose from {', '.join(known)}.")
    return known[name]
