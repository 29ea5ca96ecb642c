"""Beside the drawing board: the pan window, and other recordings that hold the sound."""

from typing import Any, ClassVar

from apps.web.uploads import uploaded
from apps.web.widget import Widget
from shared import prompts as prompting
from shared.errors import PromptError
from shared.prompts import Pan, Prompts, Reference


class PanWindow(Widget):
    """A window of the stereo field by two handles.

    Its value is the JSON list of one pan prompt, or an empty one for the whole field. Event: `input`.
    """

    files: ClassVar[str] = "pan"

    def preprocess(self, payload: Any) -> list[dict[str, Any]]:
        """Return the prompts as a JSON list."""
        return payload or []

    def postprocess(self, value: Any) -> Any:
        """Take prompts as a JSON list and return those of the kind pan."""
        return prompting.to_json(prompting.of_kind(prompting.parse(value or []), Pan))

    def api_info(self) -> dict[str, Any]:
        """Return the JSON schema of the value."""
        return {"type": "array", "items": {"type": "object", "required": ["kind", "left", "right"]}}


class References(Widget):
    """Recordings that hold the sound to drop or to keep.

    Its value is a list of {"name", "file", "keep"}; `file` is the path of an upload, which only
    `references_of` turns into a prompt; it is empty where a session wants the file again. Event: `input`.

    Args:
        value: The list to start with.
        limit: Largest upload, in words.
        accept: Files that the file dialog offers.
    """

    files: ClassVar[str] = "references"

    def __init__(self, value: Any = None, *, limit: str = "", accept: str = "", **settings: Any) -> None:
        super().__init__(value or [], **{**settings, "limit": limit, "accept": accept})

    def preprocess(self, payload: Any) -> list[dict[str, Any]]:
        """Return the list."""
        return payload or []

    def postprocess(self, value: Any) -> Any:
        """Return the list."""
        return value or []

    def api_info(self) -> dict[str, Any]:
        """Return the JSON schema of the value."""
        return {"type": "array", "items": {"type": "object", "required": ["name", "file"]}}


def pan_of(window: Any) -> Prompts:
    """Return the pan window as prompts.

    Raises:
        PromptError: It is wrong in itself, or of another kind.
    """
    prompts = prompting.parse(list(window or ()))
    if not all(isinstance(prompt, Pan) for prompt in prompts):
        raise PromptError("The pan control holds prompts of the kind pan only.")
    return prompts


def references_of(items: Any) -> tuple[Reference, ...]:
    """Return the list of a `References` as prompts.

    Raises:
        InputError: A file was not uploaded here.
        PromptError: A file is missing, or an item is wrong in itself.
    """
    return tuple(_reference(item) for item in items or [])


def _reference(item: Any) -> Reference:
    if not isinstance(item, dict):
        raise PromptError("A reference wants an object with a file.")
    if not item.get("file"):
        raise PromptError(
            f"The reference {item.get('name', '')} is not here.", "Choose it again, or remove it."
        )
    return Reference(
        str(uploaded(item["file"])), keep=item.get("keep", False), sha256=str(item.get("sha256", ""))
    )
