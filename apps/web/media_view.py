"""Pictures and models of a result: hidden until there is one."""

from pathlib import Path
from typing import Any

import gradio as gr

from apps.studio import Studio
from apps.web.result_files import first_with
from apps.web.run_bar import QUIET
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


def model(label: str, name: str, height: int) -> gr.Model3D:
    """Return a 3D view that appears with a result; the viewer is built only then.

    It starts as "hidden", not invisible: a view that is made and filled at once never draws (Gradio 6.31).
    """
    return gr.Model3D(
        label=label,
        visible="hidden",
        interactive=False,
        height=height,
        elem_classes="stage3d",
        elem_id=name,
    )


def shown(path: Path | None) -> dict[str, Any]:
    """Return an update that shows a file, or hides the component when there is none."""
    return gr.update(value=str(path) if path else None, visible=path is not None)


def show_model(run: Any, view: gr.Model3D, job_id: gr.State, studio: Studio) -> None:
    """Show the GLB of a run after it has ended well.

    In an event of its own: a generator sends its last values twice, and a viewer that gets its file
    again while it loads never draws (Gradio 6.31).

    Args:
        run: The event of the run.
        view: Where the model is shown.
        job_id: The session's job.
        studio: Has the result.
    """

    def model_of(job: str) -> dict[str, Any]:
        try:
            found = first_with(studio.result(job), ".glb")
            return gr.update(value=str(found) if found else None, visible=True if found else "hidden")
        except StudioError:
            return gr.skip()

    run.success(model_of, job_id, view, **QUIET)
