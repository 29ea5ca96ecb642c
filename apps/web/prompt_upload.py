"""Open prompts or masks of files on the page: marks go onto the photo, words into the text field."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from apps.web.canvas_answers import Live, Update, answer, answered
from apps.web.errors import shown_error
from apps.web.mark_board import MarkBoard
from apps.web.mark_prompts import prompts_of
from apps.web.run_bar import QUIET
from apps.web.uploads import uploaded
from shared.errors import StudioError
from shared.loading import load_image, load_mask
from shared.media import Image
from shared.prompt_file import read_prompts
from shared.prompts import Box, Choice, Everything, MaskHint, Points, Prompts, Text, of_kind

MARKS = (Points, Box, MaskHint, Everything, Choice)


def render(*, name: str) -> gr.UploadButton:
    """Draw the button.

    Args:
        name: Unique within the page, for element ids.
    """
    return gr.UploadButton(
        "Open prompts of an earlier run (JSON), or masks (PNG)",
        file_types=[".json", "image"],
        file_count="multiple",
        elem_id=f"{name}-open-prompts",
    )


def listen(button: gr.UploadButton, board: MarkBoard, live: Live, inputs: list[Any]) -> None:
    """Connect the button: prompts and masks of a picture of another size are refused.

    Args:
        button: As `render` drew it.
        board: Where the prompts go.
        live: Answers them with masks, see `mark_board.listen`.
        inputs: Further components whose values `live` wants.
    """

    def opened(files: list[Any], photo: str, marks: Any) -> tuple[Update, str]:
        try:
            paths = [uploaded(file) for file in files]
            prompts = with_files(paths, load_image(photo, shrink=0), prompts_of(marks, ""))
        except StudioError as error:
            raise shown_error(error) from error
        drawn = [prompt for prompt in prompts if isinstance(prompt, MARKS)]
        words = ", ".join(prompt.text for prompt in of_kind(prompts, Text))
        note = "The file was opened." if len(files) == 1 else f"{len(files)} files were opened."
        return answer(value=drawn, note=note), words

    seen = button.upload(opened, [button, board.photo, board.canvas], [board.canvas, board.text], **QUIET)
    reads = [board.photo, board.canvas, board.text, *inputs]
    seen.success(partial(answered, live, None), reads, board.canvas, **QUIET)


def with_files(paths: list[Path], image: Image, before: Prompts) -> Prompts:
    """Return the prompts of some files: those of a JSON file in place of what was marked, masks besides.

    Args:
        paths: JSON files of prompts; every other one is taken for a mask, an object of its own each.
        image: The photo that they belong to.
        before: What was marked on it.

    Raises:
        StudioError: A file cannot be read, or belongs to a picture of another size.
    """
    kept = tuple(prompt for prompt in before if isinstance(prompt, Points | Box | MaskHint))
    listed = [path for path in paths if path.suffix.lower() == ".json"]
    found = sum((read_prompts(path, image) for path in listed), ()) if listed else kept
    for path in paths:
        if path not in listed:
            taken = {prompt.object_id for prompt in found if isinstance(prompt, Points | Box | MaskHint)}
            found = (*found, replace(load_mask(path, image), object_id=max(taken, default=-1) + 1))
    return found
