"""The bar that starts, shows and stops a run; every tab has one."""

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from apps.jobs.queue import Job
from apps.web.errors import shown_error, told
from apps.web.follow import Jobs, follow
from shared.errors import Cancelled, StudioError
from shared.progress import time_left

Update = dict[Any, Any]
# Glue of the page: no part of the API, and our own bar in place of Gradio's sign of work.
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_PACKING = "Done; packing the files to take home …"  # a crowd's prints are a hundred megabytes
ONCE: dict[str, Any] = {**QUIET, "trigger_mode": "once"}


@dataclass(frozen=True)
class RunBar:
    """Its components.

    Args:
        go: Starts the run.
        cancel: Stops it; shown while it runs.
        progress: Stage and fraction, or what went wrong.
        job_id: The session's job.
    """

    go: gr.Button
    cancel: gr.Button
    progress: gr.HTML
    job_id: gr.State

    @property
    def outputs(self) -> list[Any]:
        """Every component that `run` changes."""
        return [self.go, self.cancel, self.progress, self.job_id]


def render(label: str, name: str) -> RunBar:
    """Draw the bar.

    Args:
        label: What the button says.
        name: Unique within the page, for element ids.
    """
    with gr.Row(elem_classes="run-bar"):
        go = gr.Button(label, variant="primary", size="lg", elem_id=f"{name}-run", scale=3)
        cancel = gr.Button("Cancel", variant="stop", size="lg", visible=False, elem_id=f"{name}-cancel")
    progress = gr.HTML("", elem_id=f"{name}-progress", padding=False, apply_default_css=False)
    return RunBar(go, cancel, progress, gr.State(""))


def listen(bar: RunBar, jobs: Jobs) -> None:
    """Let the cancel button stop the session's job."""

    def cancel(job_id: str) -> None:
        if job_id:
            jobs.cancel(job_id)

    bar.cancel.click(cancel, bar.job_id, queue=False, **QUIET)


def run(
    bar: RunBar, jobs: Jobs, submit: Callable[[], str], show: Callable[[str], Update]
) -> Iterator[Update]:
    """Submit a job and yield what to change on the page: its progress, then its result.

    Args:
        bar: Where progress is told.
        jobs: Runs the job.
        submit: Queues it and returns its id.
        show: Makes the view of the result from the job's id.

    Raises:
        gr.Error: With what went wrong and what to do.
    """
    try:
        job_id = submit()
        for job in follow(jobs, job_id):
            yield {bar.job_id: job_id, bar.progress: progress_html(job), **_controls(bar, False)}
        jobs.result(job_id)
        # Gradio may drop what comes right before the end: the controls are told once more.
        yield {**show(job_id), bar.job_id: job_id, bar.progress: "", **_controls(bar, True)}
    except Cancelled:
        yield {bar.progress: note_html("Cancelled; nothing was kept."), **_controls(bar, True)}
    except StudioError as error:
        yield {bar.progress: note_html(told(error), wrong=True), **_controls(bar, True)}
        raise shown_error(error) from error


def _controls(bar: RunBar, idle: bool) -> Update:
    return {bar.go: gr.update(interactive=idle), bar.cancel: gr.update(visible=not idle)}


def progress_html(job: Job) -> str:
    """Return the progress of a job as HTML; of one that is done, what is still waited for."""
    if job.ended:
        return note_html(_PACKING) if job.state == "done" else ""
    stage = html.escape(job.stage.capitalize() or "Waiting for its turn")
    percent = round(100 * job.fraction)
    left = f"{time_left(job.remaining_s)} · " if job.remaining_s is not None else ""
    return (
        f'<div class="progress" role="progressbar" aria-valuenow="{percent}" aria-valuemin="0" '
        f'aria-valuemax="100" aria-label="{stage}"><div class="progress-words"><span>{stage}</span>'
        f"<span>{left}{percent} %</span></div>"
        f'<div class="progress-track"><i style="width:{percent}%"></i></div></div>'
    )


def note_html(text: str, *, wrong: bool = False) -> str:
    """Return one line below the bar as HTML."""
    return f'<p class="run-note{" wrong" if wrong else ""}" role="status">{html.escape(text)}</p>'
