"""Prompts of a picture as a file: what they are, and the size of the picture that they belong to.

{"prompts": [{"kind": "points", …}], "image": {"file": "photo.jpg", "width": 640, "height": 480}}
"""

import json
from pathlib import Path
from typing import Any

from shared.errors import InputError, PromptError
from shared.limits import Limits
from shared.loading_file import checked_file
from shared.media import Image
from shared.prompts import Prompts, parse, to_json

MOST_MEGABYTES = 64.0


def as_file(prompts: Prompts, image: Image, *, name: str = "") -> dict[str, Any]:
    """Return prompts and the facts of their picture as a JSON object that `read_prompts` opens.

    Args:
        prompts: Of the picture.
        image: The picture.
        name: What its file is called.
    """
    facts = {"file": name, "width": image.width, "height": image.height}
    return {"prompts": to_json(prompts), "image": facts}


def read_prompts(path: str | Path, image: Image | None = None) -> Prompts:
    """Read a file of prompts, a recipe or a manifest, or a bare JSON list of prompts.

    Args:
        path: The file.
        image: The picture they are for; when given, its size must be the one that the file names.

    Raises:
        InputError: Not there, too large, or not JSON.
        PromptError: No prompts in it, a wrong one, or those of a picture of another size.
    """
    path, _ = checked_file(path, Limits(file_megabytes=MOST_MEGABYTES))
    try:
        content = json.loads(path.read_text("utf8"))
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{path} is not JSON ({error}).", "Choose a prompts.json of an earlier run."
        ) from None
    held = content
    if isinstance(content, dict):
        held = content.get("recipe", content)
        held = held.get("prompts") if isinstance(held, dict) else None
    if not isinstance(held, list) or not held:
        raise PromptError(f"{path} holds no prompts.", "Choose a prompts.json, a recipe or a manifest.json.")
    facts = content.get("image") if isinstance(content, dict) else None
    if image is not None and isinstance(facts, dict):
        _same_size(path, facts, image)
    return parse(held)


def _same_size(path: Path, facts: dict[str, Any], image: Image) -> None:
    width, height = facts.get("width"), facts.get("height")
    if (width, height) != (image.width, image.height):
        raise PromptError(
            f"The prompts of {path} are for a picture of {width} x {height} pixels, "
            f"but this one has {image.width} x {image.height}.",
            "Give the picture they were made for.",
        )
