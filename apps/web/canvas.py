"""The prompt canvas: a photo with points and boxes that a person sets, drags and takes back."""

from collections.abc import Iterable
from typing import Any, ClassVar

from apps.web.widget import Widget
from shared import prompts as prompting
from shared.prompts import Prompt

PAIR = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
PROMPTS_SCHEMA: dict[str, Any] = {
    "type": "array",
    "description": "Points and boxes in pixels of the original picture, from its top left corner.",
    "items": {
        "oneOf": [
            {
                "type": "object",
                "properties": {
                    "kind": {"const": "points"},
                    "xy_px": {"type": "array", "items": PAIR},
                    "keep": {"type": "array", "items": {"type": "boolean"}},
                    "object_id": {"type": "integer"},
                },
                "required": ["kind", "xy_px", "keep"],
            },
            {
                "type": "object",
                "properties": {
                    "kind": {"const": "box"},
                    "xyxy_px": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
                    "keep": {"type": "boolean"},
                    "object_id": {"type": "integer"},
                },
                "required": ["kind", "xyxy_px"],
            },
        ]
    },
}


class PromptCanvas(Widget):
    """Shows a picture and lets a person mark what is meant.

    Its value is the JSON list of `shared.prompts`, in pixels of the original picture whatever the size
    on screen. Events: `input` (marks changed), `upload` (a file was chosen; its data has the `path` that
    `apps.web.uploads.uploaded` must check).

    Args:
        value: Prompts to start with.
        preview: Data URL of the picture, scaled down for the screen; empty shows the drop zone.
        width_px: Width of the original picture.
        height_px: Height of the original picture.
        mask: Data URL of a picture whose opacity is the mask; empty shows none.
        note: One line below the picture.
        tone: "" or "wrong", how the note is shown.
        answer: Changes with each answer of the server; ends the busy sign.
        limit: Largest upload, in words.
    """

    files: ClassVar[str] = "canvas"

    def __init__(
        self,
        value: Any = None,
        *,
        preview: str = "",
        width_px: int = 0,
        height_px: int = 0,
        mask: str = "",
        note: str = "",
        tone: str = "",
        answer: int = 0,
        limit: str = "",
        **settings: Any,
    ) -> None:
        settings |= {"preview": preview, "width_px": width_px, "height_px": height_px, "mask": mask}
        settings |= {"note": note, "tone": tone, "answer": answer, "limit": limit}
        super().__init__(value, **settings)

    def preprocess(self, payload: Any) -> list[dict[str, Any]]:
        """Return the prompts as a JSON list; nothing marked gives an empty one."""
        return payload or []

    def postprocess(self, value: Iterable[Prompt] | list[dict[str, Any]] | None) -> Any:
        """Take prompts, or their JSON list, and return the JSON list."""
        items = list(value or [])
        return prompting.to_json(prompting.parse([_as_json(item) for item in items]))

    def api_info(self) -> dict[str, Any]:
        """Return the JSON schema of the value."""
        return PROMPTS_SCHEMA

    def example_payload(self) -> Any:
        """Return a value for the API page."""
        return [{"kind": "points", "xy_px": [[310, 200]], "keep": [True], "object_id": 0}]

    def example_value(self) -> Any:
        """Return a value for the API page."""
        return self.example_payload()


def _as_json(item: Prompt | dict[str, Any]) -> dict[str, Any]:
    return item.to_json() if isinstance(item, Prompt) else item
