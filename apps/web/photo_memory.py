"""What a browser remembers of a photo and its marks, checked when it comes back after a reload."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.web.event_data import data_of
from apps.web.examples import Example
from apps.web.uploads import uploaded
from shared import prompts as prompting
from shared.errors import InputError, StudioError

EXAMPLE = "example:"
MOST_LETTERS = 1000


@dataclass(frozen=True)
class Remembered:
    """A photo of an earlier visit.

    Args:
        path: Where it lies; an upload of this server or one of its examples.
        source: What the browser calls it.
        prompts: Its marks as JSON, checked.
        words: What stood in the text field.
    """

    path: Path
    source: str
    prompts: list[dict[str, Any]]
    words: str


def example_name(example: Example) -> str:
    """Return what the browser calls an example's photo."""
    return EXAMPLE + example.path.name


def source_of(path: str, examples: list[Example]) -> str:
    """Return what the browser calls the photo at a path, which is an upload or one of the examples."""
    return next((example_name(each) for each in examples if str(each.path) == path), path)


def remembered(event: Any, examples: list[Example]) -> Remembered:
    """Return the photo and marks that a browser has kept.

    Args:
        event: Has `source`, `prompts` and `words`, as the canvas sends them; nothing in it is trusted.
        examples: What the page offers.

    Raises:
        InputError: The photo is not on this server any more.
    """
    told = data_of(event)
    source = str(told.get("source", ""))
    offered = {example_name(example): example.path for example in examples}
    try:
        path = offered.get(source) or uploaded(source)
        prompts = prompting.to_json(prompting.parse(told.get("prompts", [])))
    except StudioError:
        raise InputError("Your last photo is not kept here any more.", "Choose it again.") from None
    return Remembered(path, source, prompts, str(told.get("words", ""))[:MOST_LETTERS])
