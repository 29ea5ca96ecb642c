"""A prompt canvas with its photo: opening, marking, and the live mask below the marks."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import gradio as gr

from apps.recipes import Recipe
from apps.runner import Result
from apps.studio import Studio
from apps.web.canvas import PromptCanvas
from apps.web.errors import told
from apps.web.examples import Example
from apps.web.follow import finished
from apps.web.pictures import mask_layer, preview_of
from apps.web.run_bar import QUIET
from apps.web.uploads import uploaded
from shared import prompts as prompting
from shared.errors import Cancelled, StudioError
from shared.prompts import Prompts, Text

LIMIT = "50 MB"
_answers = count(1)


@dataclass(frozen=True)
class MarkBoard:
    """Its components.

    Args:
        canvas: Photo and marks.
        text: Names the object in place of marks, or None.
        photo: Path of the session's photo.
        tries: Opens another example.
        examples: What it offers.
    """

    canvas: PromptCanvas
    text: gr.Textbox
    photo: gr.State
    tries: gr.Dataset
    examples: list[Example]


def render(offered: list[Example], *, name: str, text: str) -> MarkBoard:
    """Draw the board with its first example on it.

    Args:
        offered: Photos and marks to start with.
        name: Unique within the page.
        text: Placeholder of the text field; without one the field is not shown.
    """
    first = offered[0]
    canvas = PromptCanvas(first.prompts, **_view(first), limit=LIMIT, elem_id=f"{name}-canvas")
    field = gr.Textbox(
        label="Or name it",
        placeholder=text,
        max_length=prompting.MAX_TEXT,
        visible=bool(text),
        elem_id=f"{name}-text",
    )
    tries = chips(offered, field, name=f"{name}-tries")
    return MarkBoard(canvas, field, gr.State(str(first.path)), tries, offered)


def chips(offered: list[Example], shown: Any, *, name: str) -> gr.Dataset:
    """Draw the examples as chips; their click gives the index."""
    return gr.Dataset(
        components=[shown],
        samples=[[example.title.partition(",")[0]] for example in offered],
        type="index",
        label="Examples",
        elem_classes="chips",
        elem_id=name,
        visible=len(offered) > 1,
    )


def _view(example: Example) -> dict[str, Any]:
    shown = preview_of(example.path)
    size = {"width_px": shown.width_px, "height_px": shown.height_px}
    return {"preview": shown.data_url, **size, "mask": "", "note": f"{example.title}."}


def listen(board: MarkBoard, live: Callable[..., dict[str, Any]] | None, inputs: list[Any]) -> None:
    """Connect opening a photo, and with `live` each change of the marks.

    Args:
        board: The components.
        live: Answers a change of marks with what the canvas shows; given the photo, the prompts and `inputs`.
        inputs: Further components whose values `live` wants.
    """
    board.canvas.upload(opened, None, [board.photo, board.canvas, board.text], **QUIET)

    def another(index: int) -> tuple[str, dict[str, Any], str]:
        example = board.examples[index]
        return str(example.path), answer(**{**_view(example), "value": example.prompts}), ""

    tried = board.tries.click(another, board.tries, [board.photo, board.canvas, board.text], **QUIET)
    if live is None:
        board.canvas.input(lambda: answer(), None, board.canvas, queue=False, **QUIET)
        return

    def changed(photo: str, marks: list[dict[str, Any]], text: str, *given: Any) -> dict[str, Any]:
        try:
            wanted = prompts_of(marks, text)
            return live(photo, wanted, *given) if wanted else answer(mask="")
        except Cancelled:
            return answer()
        except StudioError as error:
            return answer(mask="", note=told(error), tone="wrong")

    reads = [board.photo, board.canvas, board.text, *inputs]
    changes = [board.canvas.input, board.text.submit, *(part.input for part in inputs)]
    gr.on(changes, changed, reads, board.canvas, trigger_mode="always_last", **QUIET)
    tried.then(changed, reads, board.canvas, **QUIET)


def opened(event: gr.EventData) -> tuple[Any, dict[str, Any], Any]:
    """Take an uploaded photo: its path for the session, its preview for the canvas."""
    try:
        path = uploaded(event.path)
        shown = preview_of(path)
    except StudioError as error:
        return gr.skip(), answer(note=told(error), tone="wrong"), gr.skip()
    size = f"{shown.width_px} × {shown.height_px} pixels. Mark what you want."
    update = answer(value=[], preview=shown.data_url, mask="", note=size)
    return str(path), {**update, "width_px": shown.width_px, "height_px": shown.height_px}, ""


def answer(*, note: str = "", tone: str = "", **changes: Any) -> dict[str, Any]:
    """Return an update of a canvas that ends its busy sign."""
    return gr.update(answer=next(_answers), note=note, tone=tone, **changes)


def prompts_of(marks: list[dict[str, Any]], text: str) -> Prompts:
    """Return marks and words as prompts; the words count only where there are no marks.

    Raises:
        PromptError: One of them is wrong in itself.
    """
    given = prompting.parse(marks)
    return given or ((Text(text),) if text and text.strip() else ())


def live_mask(studio: Studio, photo: str, wanted: Prompts, engine: str) -> dict[str, Any]:
    """Segment for the screen: return the mask's layer, the engine and its seconds.

    Raises:
        StudioError: What went wrong and what to do.
    """
    result = finished(studio, Recipe("segment", photo, wanted, engine, formats=("mask",)))
    made_by, found = result.manifest["engines"][0], best_masks(result)
    warnings = " ".join(result.manifest["warnings"])
    note = f"{made_by['title']} ({made_by['tier']}), {result.manifest['seconds']:.1f} s. {warnings}"
    return answer(mask=mask_layer(found), note=note.strip())


def best_masks(result: Result) -> list[Path]:
    """Return the mask file of each object: the first of its candidates, which is the best."""
    files = sorted(path for path in result.files if path.name.startswith("mask_"))
    ids = [fact["object_id"] for fact in result.manifest["facts"]["masks"]]
    best = dict(reversed(list(zip(ids, files, strict=False))))
    return [best[object_id] for object_id in sorted(best)]
