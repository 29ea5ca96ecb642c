"""Marks and joints of each of several photos, for a run and for the fit that follows a dragged joint."""

from typing import Any

from apps.web import photo_strip
from apps.web.photo_strip import Kept
from shared import prompts as prompting


def marks_by_photo(kept: Kept, marks: Any) -> dict[str, list[dict[str, Any]]]:
    """Return the marks of each photo of a set, checked.

    Args:
        kept: The photos and their marks.
        marks: Those on the canvas.

    Raises:
        PromptError: One is wrong in itself.
    """
    given = photo_strip.with_marks(kept, marks)["marks"]
    return {
        name: prompting.to_json(prompting.parse(items))
        for name, items in given.items()
        if name in kept["photos"]
    }
