"""Open a file of prompts, or a mask, on the page: marks go onto the photo, words into the text field."""

from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from apps.web.canvas_answers import Live, Update, answer, answered
from apps.web.errors import shown_error
from apps.web.mark_board import MarkBoard
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
        "Open prompts of an earlier run (JSON), or a mask (PNG)",
        file_types=[".json", "image"],
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

    def opened(file: Any, photo: str) -> tuple[Update, str]:
        try:
            prompts = _prompts(uploaded(file), load_image(photo, shrink=0))
        except StudioError as error:
            raise shown_error(error) from error
        marks = [prompt for prompt in prompts if isinstance(prompt, MARKS)]
        words = ", ".join(prompt.text for prompt in of_kind(prompts, Text))
        return answer(value=marks, note="The prompts were opened."), words

    seen = button.upload(opened, [button, board.photo], [board.canvas, board.text], **QUIET)
    reads = [board.photo, board.canvas, board.text, *inputs]
    seen.success(partial(answered, live, None), reads, board.canvas, **QUIET)


def _prompts(path: Path, image: Image) -> Prompts:
    """Read a file of prompts; every other file is taken for a mask."""
    return read_prompts(path, image) if path.suffix.lower() == ".json" else (load_mask(path, image),)
