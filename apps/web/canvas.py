"""The prompt canvas: a photo with points, boxes, masks and joints that a person sets and takes back."""

from collections.abc import Iterable
from typing import Any, ClassVar

from apps.web.widget import Widget
from shared import prompts as prompting
from shared.preview import COLORS
from shared.prompts import Prompt

PAIR = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
PROMPTS_SCHEMA: dict[str, Any] = {
    "type": "array",
    "description": "Points, boxes, masks and joints in pixels of the original picture, from its top left "
    "corner; and which of the masks found are meant.",
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
            {
                "type": "object",
                "properties": {
                    "kind": {"const": "mask"},
                    "mask": {"type": "object", "description": "COCO run-length code of the whole picture."},
                    "object_id": {"type": "integer"},
                    "label": {"type": "string"},
                },
                "required": ["kind", "mask"],
            },
            {
                "type": "object",
                "properties": {
                    "kind": {"const": "keypoints"},
                    "names": {"type": "array", "items": {"type": "string"}},
                    "xy_px": {"type": "array", "items": PAIR},
                    "object_id": {"type": "integer"},
                    "hidden": {"type": "array", "items": {"type": "string"}},
                    "nearer": {"type": "array", "items": {"type": "string"}},
                    "farther": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["kind"],
            },
            {"type": "object", "properties": {"kind": {"const": "everything"}}, "required": ["kind"]},
            {
                "type": "object",
                "properties": {
                    "kind": {"const": "choice"},
                    "numbers": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["kind", "numbers"],
            },
        ]
    },
}


class PromptCanvas(Widget):
    """Shows a picture and lets a person mark what is meant, and choose among the masks that this finds.

    Its value is the JSON list of `shared.prompts`, in pixels of the original picture whatever the size
    on screen; a `choice` in it says which of the masks found are meant. Events: `input` (marks changed;
    `asked` in its data comes back with the answer), `wipe` (the same, and words count no more), `upload` (a
    file was chosen; its data has the `path` that `apps.web.uploads.uploaded` must check), `restore` (the
    browser tab was reloaded; its data has what `apps.web.photo_memory.remembered`, or of a set
    `apps.web.album_memory.recalled`, must check).

    Args:
        value: Prompts to start with.
        preview: Data URL of the picture, scaled down for the screen; empty shows the drop zone.
        width_px: Width of the original picture.
        height_px: Height of the original picture.
        found: Masks to show, as `apps.web.found_masks.found_json` makes them, or None.
        live: Whether the server answers marks with masks.
        everything: Whether "everything" can be asked for.
        source: What the photo is called when it is wanted again after a reload.
        fixed: Whether the photo comes from elsewhere on the page, so that none is chosen here.
        album: The set that the photo is one of, as `apps.web.album_memory.album_json` makes it; the browser
            tab remembers it with the photo.
        memory: Under which name the browser tab remembers it; empty remembers nothing.
        words: Names that the masks were looked for by.
        typed: Words that are being typed, not yet looked for.
        note: One line below the picture.
        tone: "" or "wrong", how the note is shown.
        answer: Changes with each answer of the server; ends the busy sign.
        asked: Which change of the marks it answers; 0 for none in particular.
        bare: Whether the marks are taken off, as words have taken their place.
        put: Marks that take the place of those that are there: {"number", "marks", "fresh": whether they are
            of another photo}. Not by the value, for Gradio (6.31) sends none that is as it sent it last.
        limit: Largest upload, in words.
        joints: Which joints of people can be dragged, see `apps.web.skeletons.joint_set`; None for none.
            Their changes come by the event `refit` (its data has `asked`), which wants `skeletons`.
        skeletons: People found, by the photo's `source`: {"number", "asked", "photos": {source: {"people",
            "prompts": the marks that they were fitted to}}}, see `apps.web.skeletons.people_json`.
        fitted: Changes when a run has fitted the people anew, so that the joints shown ask again.
    """

    files: ClassVar[str] = "canvas"

    def __init__(
        self,
        value: Any = None,
        *,
        preview: str = "",
        width_px: int = 0,
        height_px: int = 0,
        found: dict[str, Any] | None = None,
        live: bool = False,
        everything: bool = False,
        source: str = "",
        fixed: bool = False,
        album: dict[str, Any] | None = None,
        memory: str = "",
        words: str = "",
        typed: str = "",
        note: str = "",
        tone: str = "",
        answer: int = 0,
        asked: int = 0,
        bare: bool = False,
        put: dict[str, Any] | None = None,
        limit: str = "",
        joints: dict[str, Any] | None = None,
        skeletons: dict[str, Any] | None = None,
        fitted: int = 0,
        **settings: Any,
    ) -> None:
        settings |= {"preview": preview, "width_px": width_px, "height_px": height_px, "found": found}
        settings |= {"live": live, "everything": everything, "words": words, "typed": typed}
        settings |= {"note": note, "tone": tone, "answer": answer, "asked": asked, "bare": bare, "put": put}
        settings |= {"limit": limit, "source": source, "memory": memory, "fixed": fixed, "album": album}
        settings |= {"joints": joints, "skeletons": skeletons, "fitted": fitted}
        super().__init__(value, **settings, colors=list(map(_hex, COLORS)))

    def preprocess(self, payload: Any) -> list[dict[str, Any]]:
        """Return the prompts as a JSON list; nothing marked gives an empty one."""
        return payload or []

    def postprocess(self, value: Iterable[Prompt] | list[dict[str, Any]] | None) -> Any:
        """Take prompts, or their JSON list, and return the JSON list."""
        return as_json(value or [])

    def api_info(self) -> dict[str, Any]:
        """Return the JSON schema of the value."""
        return PROMPTS_SCHEMA

    def example_payload(self) -> Any:
        """Return a value for the API page."""
        return [{"kind": "points", "xy_px": [[310, 200]], "keep": [True], "object_id": 0}]

    def example_value(self) -> Any:
        """Return a value for the API page."""
        return self.example_payload()


def _hex(color: tuple[int, int, int]) -> str:
    return "#" + "".join(f"{part:02x}" for part in color)


def as_json(marks: Iterable[Prompt] | list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return prompts, or their JSON list, as a checked JSON list."""
    items = [item.to_json() if isinstance(item, Prompt) else item for item in marks]
    return prompting.to_json(prompting.parse(items))
