"""Pictures and models of a result: hidden until there is one."""

from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component

from apps.studio import Studio
from apps.web.result_files import file_data, first_with
from apps.web.run_bar import QUIET
from apps.web.stage import Stage, shown_by_three
from shared.errors import StudioError


def picture(label: str, name: str) -> gr.Image:
    """Return a picture that appears with a result."""
    return gr.Image(
        label=label,
        show_label=False,
        visible=False,
        interactive=False,
        format="png",
        type="filepath",
        elem_classes="picture",
        elem_id=name,
        min_width=240,
        buttons=["download", "fullscreen"],
    )


def model(label: str, name: str, height: int) -> Component:
    """Return a 3D view that appears with a result; the viewer is built only then.

    It is ours where three.js is installed, else Gradio's. That starts as "hidden", not invisible: a view that
    is made and filled at once never draws (Gradio 6.31).
    """
    own: dict[str, Any] = {"visible": "hidden", "elem_id": name}
    if shown_by_three():
        return Stage(title=label, height=height, **own)
    return gr.Model3D(label=label, interactive=False, height=height, elem_classes="stage3d", **own)


def model_update(path: Path | str | None) -> dict[str, Any]:
    """Return an update that shows a GLB in a 3D view, or hides the view when there is none."""
    if not path:
        return gr.update(value=None, visible="hidden")
    return gr.update(value=file_data(Path(path)) if shown_by_three() else str(path), visible=True)


def model_shown(value: Any) -> Path | None:
    """Return the file that a 3D view shows, from its value as an event gets it."""
    path = value.get("path") if isinstance(value, dict) else value
    return Path(path) if path else None


def shown(path: Path | None) -> dict[str, Any]:
    """Return an update that shows a file, or hides the component when there is none."""
    return gr.update(value=str(path) if path else None, visible=path is not None)


def show_model(run: Any, view: Component, job_id: gr.State, studio: Studio) -> None:
    """Show the GLB of a run after it has ended well.

    In an event of its own: a generator sends its last values twice, and Gradio's viewer never draws when it
    gets its file again while it loads (6.31).

    Args:
        run: The event of the run.
        view: Where the model is shown.
        job_id: The session's job.
        studio: Has the result.
    """

    def model_of(job: str) -> dict[str, Any]:
        try:
            return model_update(first_with(studio.result(job), ".glb"))
        except StudioError:
            return gr.skip()

    run.success(model_of, job_id, view, **QUIET)
