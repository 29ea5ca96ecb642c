"""Which picture of a mesh the page shows: its colours, what was seen, its walls, its wires."""

from pathlib import Path
from typing import Any

import gradio as gr

from apps.runner import Result
from apps.studio import Studio
from apps.web.result_files import named
from apps.web.run_bar import QUIET
from shared.errors import StudioError

VIEWS = {
    "preview": "Colours",
    "seen": "Seen or made up",
    "walls": "Wall thickness",
    "wireframe": "Wireframe",
    "normals": "Normals",
}


def render(*, name: str) -> gr.Radio:
    """Draw the switch; it appears with a result that has several pictures."""
    return gr.Radio([], label="Show", visible=False, elem_id=f"{name}-view", container=False)


def offered(result: Result) -> dict[str, Any]:
    """Return an update that offers the pictures that a result has."""
    found = [(words, name) for name, words in VIEWS.items() if named(result, f"{name}.png")]
    return gr.update(choices=found, value="preview", visible=len(found) > 1)


def listen(switch: gr.Radio, picture: gr.Image, job_id: gr.State, studio: Studio) -> None:
    """Show the picture that is chosen."""

    def chosen(name: str, job: str) -> dict[str, Any]:
        try:
            path: Path | None = named(studio.result(job), f"{name}.png") if name in VIEWS else None
        except StudioError:
            return gr.skip()
        return gr.update(value=str(path)) if path else gr.skip()

    switch.input(chosen, [switch, job_id], picture, queue=False, **QUIET)
