"""Open a file of prompts on the page: its marks go onto the photo, its words into the text field."""

from functools import partial
from typing import Any

import gradio as gr

from apps.web.canvas_answers import Live, Update, answer, answered
from apps.web.errors import shown_error
from apps.web.mark_board import MarkBoard
from apps.web.run_bar import QUIET
from apps.web.uploads import uploaded
from shared.errors import StudioError
from shared.loading import load_image
from shared.prompt_file import read_prompts
from shared.prompts import Box, Choice, Everything, MaskHint, Points, Text, of_kind

MARKS = (Points, Box, MaskHint, Everything, Choice)


def render(*, name: str) -> gr.UploadButton:
    """Draw the button.

    Args:
        name: Unique within the page, for element ids.
    """
    return gr.UploadButton(
        "Open prompts of an earlier run (JSON)", file_types=[".json"], elem_id=f"{name}-open-prompts"
    )


def listen(button: gr.UploadButton, board: MarkBoard, live: Live, inputs: list[Any]) -> None:
    """Connect the button: prompts of a picture of another size are refused.

    Args:
        button: As `render` drew it.
        board: Where the prompts go.
        live: Answers them with masks, see `mark_board.listen`.
        inputs: Further components whose values `live` wants.
    """

    def opened(file: Any, photo: str) -> tuple[Update, str]:
        try:
            prompts = read_prompts(uploaded(file), load_image(photo))
        except StudioError as error:
            raise shown_error(error) from error
        marks = [prompt for prompt in prompts if isinstance(prompt, MARKS)]
        words = ", ".join(prompt.text for prompt in of_kind(prompts, Text))
        return answer(value=marks, note=f"{len(prompts)} prompts were opened."), words

    seen = button.upload(opened, [button, board.photo], [board.canvas, board.text], **QUIET)
    reads = [board.photo, board.canvas, board.text, *inputs]
    seen.success(partial(answered, live, None), reads, board.canvas, **QUIET)
