"""What every result says of itself: engines and tiers, seconds, warnings, files, how to repeat it."""

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from apps.recipes import from_json
from apps.studio import Studio
from apps.web import calls
from apps.web.event_data import data_of
from apps.web.result_files import FileList, listing
from apps.web.run_bar import QUIET, RunBar, Update
from shared.errors import StudioError


@dataclass(frozen=True)
class ResultView:
    """Its components.

    Args:
        made_by: Engines, tiers, seconds and warnings.
        files: Links to all files.
        repeat: Holds the calls that repeat the run.
        command: The command line.
        python: The same in Python.
    """

    made_by: gr.HTML
    files: FileList
    repeat: gr.Accordion
    command: gr.Code
    python: gr.Code

    @property
    def outputs(self) -> list[Any]:
        """Every component that `view` changes."""
        return [self.made_by, self.files, self.repeat, self.command, self.python]


def render_made_by(promise: str, *, name: str) -> gr.HTML:
    """Draw the line above a result; before the first one it says what will be here."""
    return gr.HTML(empty_html(promise), elem_id=f"{name}-made-by", padding=False, apply_default_css=False)


def render_files(*, name: str) -> FileList:
    """Draw the downloads, where they are to stand above other parts of a result."""
    return FileList({}, memory=name, elem_id=f"{name}-files")


def render(made_by: gr.HTML, files: FileList | None = None, *, name: str) -> ResultView:
    """Draw downloads, unless they are there already, and the calls below a result."""
    files = files or render_files(name=name)
    with gr.Accordion("Repeat this run", open=False, visible=False) as repeat:
        command = gr.Code(language="shell", label="Command line", interactive=False, wrap_lines=True)
        python = gr.Code(language="python", label="Python", interactive=False, wrap_lines=True)
    return ResultView(made_by, files, repeat, command, python)


def view(panel: ResultView, studio: Studio, job_id: str) -> Update:
    """Return what the panel shows of a finished job."""
    result = studio.result(job_id)
    recipe = from_json(result.manifest)
    return {
        panel.made_by: made_by_html(result.manifest),
        panel.files: listing(result, studio.zip(job_id), job_id),
        panel.repeat: gr.update(visible=True),
        panel.command: calls.as_command(recipe),
        panel.python: calls.as_python(recipe),
    }


def restoring(panel: ResultView, bar: RunBar, outputs: list[Any], show: Callable[[str], Update]) -> Any:
    """Show the result again that was there when the page was loaded anew; return the event.

    Args:
        panel: The components.
        bar: Has the session's job.
        outputs: Every component that a run changes.
        show: Makes the view of a result from its job's id.
    """

    def restored(event: gr.EventData) -> Update:
        run = str(data_of(event).get("run", ""))
        try:
            return {**show(run), bar.job_id: run}
        except (StudioError, LookupError):  # forgotten, or of another kind: nothing in it is trusted
            return {panel.files: {}}

    return panel.files.restore(restored, None, outputs, **QUIET)


def empty_html(promise: str) -> str:
    """Return what stands where a result will be."""
    return f'<div class="empty"><p>{html.escape(promise)}</p></div>'


def made_by_html(manifest: dict[str, Any]) -> str:
    """Return engines, tiers, seconds and warnings as HTML."""
    engines = "".join(_engine_html(engine) for engine in manifest["engines"])
    seconds = f'<span class="seconds">{manifest["seconds"]:.1f} s</span>'
    warnings = "".join(f"<li>{html.escape(text)}</li>" for text in manifest["warnings"])
    notes = f'<ul class="warnings">{warnings}</ul>' if warnings else ""
    return f'<div class="made-by"><div class="engines">{engines}{seconds}</div>{notes}</div>'


def _engine_html(engine: dict[str, Any]) -> str:
    title, tier, why = (html.escape(str(engine[key])) for key in ("title", "tier", "why"))
    return f'<span class="engine" title="{why}">{title}<b class="tier {tier}">{tier}</b></span>'
