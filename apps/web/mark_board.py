"""A prompt canvas with its photo: opening, marking, naming, and the live masks on it."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from apps.web.canvas import PromptCanvas
from apps.web.canvas_answers import (
    Live,
    Opening,
    Update,
    answer,
    answered,
    example_view,
    live_mask,
    opened,
    reopened,
    typing,
)
from apps.web.examples import Example
from apps.web.mark_prompts import prompts_of
from apps.web.run_bar import QUIET

__all__ = ["MarkBoard", "answer", "chips", "listen", "live_mask", "opened", "prompts_of", "render"]
LIMIT = "50 MB"
MOST_LETTERS = 1000


@dataclass(frozen=True)
class MarkBoard:
    """Its components.

    Args:
        canvas: Photo and marks.
        text: Names the objects in place of marks.
        photo: Path of the session's photo.
        tries: Opens another example.
        examples: What it offers.
    """

    canvas: PromptCanvas
    text: gr.Textbox
    photo: gr.State
    tries: gr.Dataset
    examples: list[Example]

    @property
    def opening(self) -> list[Any]:
        """What changes with the photo."""
        return [self.photo, self.canvas, self.text]


def render(
    offered: list[Example],
    *,
    name: str,
    text: str,
    live: bool = True,
    album: bool = False,
    joints: Any = None,
) -> MarkBoard:
    """Draw the board with its first example on it.

    Args:
        offered: Photos and marks to start with; without any the board is empty, and its photo comes from
            elsewhere on the page: none can be chosen here.
        name: Unique within the page.
        text: Placeholder of the text field; without one the field is not shown.
        live: Whether marks are answered with masks, as `listen` is told.
        album: Whether its photo is one of a set, which the browser tab remembers as a whole.
        joints: Which joints of people can be dragged, see `apps.web.skeletons.joint_set`; None for none.
    """
    first, own = (offered or [None])[0], f"{name}-canvas"
    canvas = PromptCanvas(
        first.prompts if first else [],
        **(example_view(first) if first else {}),
        live=live,
        everything=live and bool(text),
        memory=own if first or album else "",
        fixed=not first,
        joints=joints,
        limit=LIMIT,
        elem_id=own,
    )
    field = gr.Textbox(
        label="Or name it",
        info="One thing, or several with commas between.",
        placeholder=text,
        max_length=MOST_LETTERS,
        visible=bool(text),
        submit_btn="Find",
        elem_classes="named",
        elem_id=f"{name}-text",
    )
    tries = chips(offered, field, name=f"{name}-tries")
    return MarkBoard(canvas, field, gr.State(str(first.path) if first else ""), tries, offered)


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


def listen(board: MarkBoard, live: Live | None, inputs: list[Any]) -> None:
    """Connect opening a photo, and with `live` each change of the marks.

    Args:
        board: The components.
        live: Answers a change of marks with what the canvas shows; given the photo, the prompts and `inputs`.
        inputs: Further components whose values `live` wants.
    """
    canvas = board.canvas

    def another(index: int) -> Opening:
        example = board.examples[index]
        update = answer(**example_view(example), value=example.prompts)
        return str(example.path), update, ""

    def restored(event: gr.EventData) -> Opening:
        return reopened(event, board.examples)

    canvas.upload(opened, None, board.opening, **QUIET)
    tried = board.tries.click(another, board.tries, board.opening, **QUIET)
    # What stands on an empty board comes back with what it is part of.
    again = [canvas.restore(restored, None, board.opening, **QUIET)] if board.examples else []
    if live is None:
        for changed in (canvas.input, canvas.wipe):
            changed(lambda: answer(), None, canvas, queue=False, **QUIET)
        return
    _listen_live(board, live, inputs)
    for opening in (tried, *again):
        answer_after(opening, board, live, inputs)


def answer_after(event: Any, board: MarkBoard, live: Live, inputs: list[Any]) -> None:
    """Answer the marks on the board once an event has put another photo there; arguments as `listen`."""
    reads = [board.photo, board.canvas, board.text, *inputs]
    event.then(partial(answered, live, None), reads, board.canvas, **QUIET)


def _listen_live(board: MarkBoard, live: Live, inputs: list[Any]) -> None:
    def marked(event: gr.EventData, photo: str, marks: Any, text: str, *given: Any) -> Update:
        return answered(live, event, photo, marks, text, *given)

    def named(photo: str, marks: Any, text: str, *given: Any) -> Update:
        """Words that are sent count alone: the marks of before are taken off the photo."""
        if not prompts_of([], text):
            return answered(live, None, photo, marks, text, *given)
        return {**answered(live, None, photo, [], text, *given), "bare": True}

    canvas, latest = board.canvas, {"trigger_mode": "always_last", **QUIET}
    reads = [board.photo, canvas, board.text, *inputs]
    gr.on([canvas.input, *(part.input for part in inputs)], marked, reads, canvas, **latest)
    board.text.submit(named, reads, canvas, **latest)
    board.text.input(typing, board.text, canvas, queue=False, trigger_mode="multiple", **QUIET)
    # "Everything" and "clear" take the place of the words.
    wiped = canvas.wipe(lambda: "", None, board.text, queue=False, **QUIET)
    wiped.then(partial(answered, live, None), reads, canvas, **QUIET)
