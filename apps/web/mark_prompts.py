"""Marks and words of the page as prompts."""

import re
from typing import Any

from shared import prompts as prompting
from shared.prompts import FILED, Choice, Everything, Prompts, Text

BETWEEN = re.compile(r"[,;\n]+")


def prompts_of(marks: list[dict[str, Any]], text: str) -> Prompts:
    """Return marks and words as prompts, the choice among their masks last.

    Marks on the photo come before words, and words before the wish for everything. Files are never named
    by marks.

    Args:
        marks: The canvas' value.
        text: Names with commas, semicolons or line breaks between them; one prompt each.

    Raises:
        PromptError: One of them is wrong in itself.
    """
    given = tuple(p for p in prompting.parse(marks) if not isinstance(p, FILED))
    choice = tuple(p for p in given if isinstance(p, Choice))
    everything = tuple(p for p in given if isinstance(p, Everything))
    marked = tuple(p for p in given if not isinstance(p, Choice | Everything))
    wanted = marked or tuple(Text(name) for name in names_in(text)) or everything
    return (*wanted, *choice) if wanted else ()


def names_in(text: str) -> list[str]:
    """Return the names in a text field, each once, in order."""
    names = (" ".join(part.split()) for part in BETWEEN.split(text or ""))
    return list(dict.fromkeys(name for name in names if name))
