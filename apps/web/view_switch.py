"""Which picture of a mesh the page shows: its colours, what was seen, its walls, its wires, one turn."""

from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component

from apps import kept_lifts
from apps.runner import Result
from apps.studio import Studio
from apps.web import media_view
from apps.web.errors import shown_error
from apps.web.result_files import first_with, named
from shared.errors import StudioError

VIEWS = {
    "preview": "Colours",
    "seen": "Seen or made up",
    "walls": "Wall thickness",
    "wireframe": "Wireframe",
    "normals": "Normals",
    kept_lifts.TURNTABLE: "Turntable",
}
_DRAWING: dict[str, Any] = {
    "api_visibility": "private", "show_progress": "minimal", "trigger_mode": "always_last"
}  # fmt: skip


def render(*, name: str) -> gr.Radio:
    """Draw the switch; it appears with a result that has several pictures."""
    return gr.Radio([], label="Show", visible=False, elem_id=f"{name}-view", container=False)


def offered(result: Result) -> dict[str, Any]:
    """Return an update that offers the pictures that a result has, or that can be drawn of it."""
    found = [
        (words, name) for name, words in VIEWS.items() if _drawn(result, name) or _drawable(result, name)
    ]
    return gr.update(choices=found, value="preview", visible=len(found) > 1)


def _drawn(result: Result, name: str) -> Path | None:
    return named(result, f"{name}.png", f"{name}.gif")


def _drawable(result: Result, name: str) -> bool:
    facts = result.manifest["facts"].get("mesh", {})
    return name != "preview" and kept_lifts.has(result.folder) and (name != "seen" or "seen_percent" in facts)


def listen(switch: gr.Radio, picture: gr.Image, model: Component, job_id: gr.State, studio: Studio) -> None:
    """Show the picture that is chosen, drawn when it is looked at for the first time.

    The 3D view goes along: it is tinted while what was seen and made up is looked at.
    """

    def chosen(name: str, job: str) -> Any:
        if name not in VIEWS:
            return gr.skip()
        try:
            result = studio.result(job)
            return gr.update(value=str(_drawn(result, name) or kept_lifts.picture(result, name)))
        except StudioError as error:
            raise shown_error(error) from error

    def turned(name: str, job: str, there: Any) -> Any:
        try:
            result = studio.result(job)
            tinted = name == kept_lifts.SEEN and kept_lifts.has(result.folder)
            wanted = kept_lifts.tinted_model(result) if tinted else first_with(result, ".glb")
        except StudioError:
            return gr.skip()
        now = media_view.model_shown(there)
        if not now or not wanted or now.name == wanted.name:
            return gr.skip()  # Gradio's view may stay empty when it gets its file again (6.31)
        return media_view.model_update(wanted)

    switch.input(chosen, [switch, job_id], picture, **_DRAWING)
    switch.input(turned, [switch, job_id, model], model, **_DRAWING)
