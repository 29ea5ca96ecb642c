"""Errors on the page: the message of our family, escaped, without tracebacks or folders of the server."""

import html
import re

import gradio as gr
from gradio.utils import get_upload_folder

from shared.errors import StudioError


def told(error: StudioError) -> str:
    """Return an error's message with file names in place of the paths of uploads."""
    return without_folders(str(error))


def without_folders(text: str) -> str:
    """Cut the upload folder off every path in a text."""
    return re.sub(re.escape(get_upload_folder()) + r"/(?:[0-9a-f]{16,}/)?", "", text)


def shown_error(error: StudioError) -> gr.Error:
    """Return what Gradio shows for an error: what went wrong and what to do about it."""
    problem, cure = (html.escape(without_folders(text), quote=False) for text in (error.problem, error.cure))
    message = f"{problem}<br><strong>{cure}</strong>" if cure else problem
    return gr.Error(message, title="That did not work", print_exception=False)
