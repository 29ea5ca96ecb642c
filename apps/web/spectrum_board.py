"""The drawing board: a recording's spectrogram with boxes and times that a person draws on it."""

from collections.abc import Iterable
from typing import Any, ClassVar

from gradio.processing_utils import move_files_to_cache

from apps.web.widget import Widget
from shared import prompts as prompting
from shared.errors import PromptError
from shared.prompts import Band, Example, Noise, Prompt, Span

DRAWN = (Band, Span, Example, Noise)
_NUMBERS = {"start_s": {"type": "number"}, "end_s": {"type": "number"}}
_HERTZ = {"low_hz": {"type": "number"}, "high_hz": {"type": "number"}}
_KEEP = {"keep": {"type": "boolean"}}


def _schema(kind: str, fields: dict[str, Any], required: Iterable[str]) -> dict[str, Any]:
    properties = {"kind": {"const": kind}, **fields}
    return {"type": "object", "properties": properties, "required": ["kind", *required]}


SCHEMA: dict[str, Any] = {
    "type": "array",
    "description": "Marks on the spectrogram, in seconds and hertz.",
    "items": {
        "oneOf": [
            _schema("band", {**_NUMBERS, **_HERTZ, **_KEEP}, (*_NUMBERS, *_HERTZ)),
            _schema("span", {**_NUMBERS, **_KEEP}, _NUMBERS),
            _schema("example", {**_NUMBERS, **_KEEP}, _NUMBERS),
            _schema("noise", _NUMBERS, _NUMBERS),
        ]
    },
}


class SpectrumBoard(Widget):
    """Shows a recording and lets a person mark what is meant, in seconds and hertz.

    Its value is the JSON list of `shared.prompts` of the kinds band, span, example and noise. Events:
    `input` (marks changed), `upload` (a file was chosen; its data has the `path` that
    `apps.web.uploads.uploaded` must check), `view` (another axis or stretch is shown; its data has `axis`,
    `start_s`, `end_s`, and in `fetch` the stretch to draw more finely, or None).

    Args:
        value: Prompts to start with.
        info: Name, duration_s, sample_rate_hz and channels of the recording, and the `sound` to play as
            file data; empty shows the drop zone.
        overview: The view of all of it, as `apps.web.sound_view.overview` makes it; the board asks
            for it when it is empty.
        detail: The view of a stretch; empty for none.
        look: The axis and stretch to show first: axis, start_s and end_s; empty for all of it.
        note: One line below the picture.
        tone: "" or "wrong", how the note is shown.
        answer: Changes with each answer of the server; ends the busy sign.
        put: Marks that take the place of those that are there, as for `apps.web.canvas.PromptCanvas`.
        limit: Largest upload, in words.
        accept: Files that the file dialog offers.
        kinds: What can be dropped, in words.
    """

    files: ClassVar[str] = "spectrum"

    def __init__(
        self,
        value: Any = None,
        *,
        info: dict[str, Any] | None = None,
        overview: dict[str, Any] | None = None,
        detail: dict[str, Any] | None = None,
        look: dict[str, Any] | None = None,
        note: str = "",
        tone: str = "",
        answer: int = 0,
        put: dict[str, Any] | None = None,
        limit: str = "",
        accept: str = "",
        kinds: str = "",
        **settings: Any,
    ) -> None:
        settings |= {
            "info": info or {},
            "overview": overview or {},
            "detail": detail or {},
            "look": look or {},
        }
        settings |= {"note": note, "tone": tone, "answer": answer, "put": put}
        super().__init__(value, **settings, limit=limit, accept=accept, kinds=kinds)
        # Gradio serves the files of a value; those of other properties only after the first event.
        self.props["info"] = move_files_to_cache(self.props["info"], self, postprocess=True)

    def preprocess(self, payload: Any) -> list[dict[str, Any]]:
        """Return the prompts as a JSON list; nothing marked gives an empty one."""
        return payload or []

    def postprocess(self, value: Iterable[Prompt] | list[dict[str, Any]] | None) -> Any:
        """Take prompts, or their JSON list, and return the JSON list of those that can be drawn."""
        items = [item.to_json() if isinstance(item, Prompt) else item for item in value or []]
        return prompting.to_json(p for p in prompting.parse(items) if isinstance(p, DRAWN))

    def api_info(self) -> dict[str, Any]:
        """Return the JSON schema of the value."""
        return SCHEMA

    def example_payload(self) -> Any:
        """Return a value for the API page."""
        return [{"kind": "band", "start_s": 1.0, "end_s": 2.5, "low_hz": 2000, "high_hz": 6000, "keep": True}]

    def example_value(self) -> Any:
        """Return a value for the API page."""
        return self.example_payload()


def drawn(marks: Any) -> prompting.Prompts:
    """Return the marks of a board as prompts.

    Raises:
        PromptError: One is wrong in itself, or of a kind that is not drawn.
    """
    prompts = prompting.parse(list(marks or ()))
    if others := sorted({prompt.kind for prompt in prompts if not isinstance(prompt, DRAWN)}):
        raise PromptError(f"Prompts of the kind {', '.join(others)} are not drawn on the board.")
    return prompts
