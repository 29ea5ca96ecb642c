"""The print check of a result: verdict, problems, another printer, and buttons that mend or insist."""

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import gradio as gr

from apps import kept_lifts
from apps.recipes import Recipe
from apps.studio import Studio
from apps.web import options_panel, run_bar
from apps.web.errors import shown_error
from apps.web.fact_table import folded, table_html
from apps.web.options_panel import OptionsPanel
from apps.web.run_bar import ONCE, QUIET, RunBar, Update
from apps.written_meshes import FOR_PRINTERS
from sam_3d.printing.printers import PRINTERS
from shared.errors import StudioError

OPTIONS = ("printer", "infill_percent")
"""Options of the task that stand here, beside the verdict that they change."""
_TONES = {"ready to print": "good", "printable with care": "care", "not printable": "bad"}
_ROWS = {
    "weight_printed_g": "Weight in PLA, g",
    "weight_solid_g": "Weight if solid, g",
    "wall_p1_mm": "Walls: 1 % are thinner than, mm",
    "wall_p5_mm": "Walls: 5 % are thinner than, mm",
    "overhang_percent": "Surface that hangs over by more than 45°, %",
    "foot_percent": "Part of its outline that rests on the bed, %",
    "cavities": "Closed cavities",
    "islands_mm": "Parts that begin in mid-air, mm above the bed",
}


@dataclass(frozen=True)
class PrintPanel:
    """Its components.

    Args:
        told: Verdict, problems and facts.
        progress: How far a run is that was started here, far below the run's own bar.
        fix: Runs again with the steps that mend it.
        anyway: Runs again without the check, for files that were held back.
        settings: Holds the options.
        options: Printer and infill.
    """

    told: gr.HTML
    progress: gr.HTML
    fix: gr.Button
    anyway: gr.Button
    settings: gr.Row
    options: OptionsPanel

    @property
    def outputs(self) -> list[Any]:
        """Every component that `view` changes."""
        return [self.told, self.fix, self.anyway, self.settings]


def render(task_name: str, *, name: str) -> PrintPanel:
    """Draw the panel, empty until there is a result.

    Args:
        task_name: A task with `apps.written_meshes.PrintOptions`.
        name: Unique within the page, for element ids.
    """
    told = gr.HTML("", padding=False, apply_default_css=False, elem_id=f"{name}-print")
    with gr.Row(visible=False, elem_id=f"{name}-printer") as settings:
        names = {printer.id: printer.name for printer in PRINTERS}
        options = options_panel.render(task_name, only=OPTIONS, titles=names)
    with gr.Row(elem_classes="tight"):
        fix = gr.Button("Fix it", visible=False, elem_id=f"{name}-fix")
        anyway = gr.Button("Write it anyway", visible=False, elem_id=f"{name}-anyway")
    progress = gr.HTML("", padding=False, apply_default_css=False, elem_id=f"{name}-print-progress")
    return PrintPanel(told, progress, fix, anyway, settings, options)


def view(panel: PrintPanel, manifest: dict[str, Any]) -> Update:
    """Return what the panel shows of a result; nothing where it has no mesh."""
    facts = manifest["facts"]
    if "mesh" not in facts:
        return dict.fromkeys(panel.outputs, gr.update(visible=False))
    if "print" not in facts:
        note = '<div class="print-check"><p class="verdict care">Not checked as a print.</p></div>'
        hidden = gr.update(visible=False)
        return {panel.told: gr.update(value=note, visible=True), panel.fix: hidden, panel.anyway: hidden,
                panel.settings: hidden}  # fmt: skip
    return {**_told(panel, facts["print"], _held(manifest)), panel.settings: gr.update(visible=True)}


def _held(manifest: dict[str, Any]) -> list[str]:
    """Return the formats that are held back when it would not print."""
    return [form for form in manifest["recipe"]["formats"] if form in FOR_PRINTERS]


def _told(panel: PrintPanel, report: dict[str, Any], held: list[str]) -> Update:
    steps = ", ".join(step["id"].replace("_", " ") for step in report["mending"])
    kinds = " and ".join(form.upper() for form in held)
    return {
        panel.told: gr.update(value=report_html(report), visible=True),
        panel.fix: gr.update(visible=bool(steps), value=f"Fix it: {steps}"),
        panel.anyway: gr.update(
            visible=bool(held) and not report["printable"], value=f"Write {kinds} anyway"
        ),
    }


def listen(
    panel: PrintPanel, bar: RunBar, outputs: list[Any], studio: Studio, show: Callable[[str], Update]
) -> list[Any]:
    """Check again when another printer or infill is chosen, and let the buttons run again.

    Args:
        panel: The components.
        bar: Of the run whose result is shown.
        outputs: Every component that a run changes.
        studio: Has the results.
        show: Makes the view of a result from its job's id.

    Returns:
        The events of the buttons.
    """
    controls = [bar.job_id, *panel.options.controls]

    def recheck(job: str, *values: Any) -> Update:
        try:
            result = studio.result(job)
            report = kept_lifts.check(result, **panel.options.values(values)).to_json()
        except StudioError as error:
            raise shown_error(error) from error
        return _told(panel, report, _held(result.manifest))

    def again(change: Callable[..., Recipe], job: str, *values: Any) -> Iterator[Update]:
        def submit() -> str:
            return studio.submit(change(studio, job, panel.options.values(values)))

        yield {panel.progress: run_bar.note_html("Looking what there is to do …")}
        for update in run_bar.run(bar, studio, submit, show):
            yield {**update, panel.progress: update.get(bar.progress, "")}

    changed = [getattr(one, "release", one.input) for one in panel.options.controls]
    told = [panel.told, panel.fix, panel.anyway]
    gr.on(changed, recheck, controls, told, **{**QUIET, "trigger_mode": "always_last"})
    return [
        panel.fix.click(partial(again, mending), controls, [*outputs, panel.progress], **ONCE),
        panel.anyway.click(partial(again, insisting), controls, [*outputs, panel.progress], **ONCE),
    ]


def report_html(report: dict[str, Any]) -> str:
    """Return a report as HTML."""
    verdict, tone = html.escape(report["verdict"]), _TONES.get(report["verdict"], "care")
    problems = "".join(
        f"<li><b>{html.escape(one['what'])}</b> {html.escape(one['cure'])}</li>" for one in report["problems"]
    )
    rows = [(words, _shown(report[name])) for name, words in _ROWS.items() if report.get(name) is not None]
    return (
        f'<div class="print-check"><p class="verdict {tone}">Print check: {verdict}</p>'
        f"<ul>{problems}</ul>{table_html('', rows)}{_fitting(report['fits'])}</div>"
    )


def _fitting(names: list[str]) -> str:
    if not names:
        return "<p>It fits none of the common printers.</p>"
    beds = {printer.name: printer.bed_mm for printer in PRINTERS}
    rows = [
        (name, " × ".join(f"{side:g}" for side in bed) + f" mm{'' if name in names else ', too small'}")
        for name, bed in sorted(beds.items(), key=lambda one: one[0] not in names)
    ]
    return folded(f"Fits {len(names)} of {len(beds)} common printers", rows)


def _shown(value: Any) -> Any:
    return (", ".join(map(str, value)) or "none") if isinstance(value, list) else value


def mending(studio: Studio, job_id: str, printing: dict[str, Any]) -> Recipe:
    """Return the recipe of a finished run with all steps added that mend it, one after the other.

    Args:
        studio: Has the run.
        job_id: Its id.
        printing: Printer and infill, as `OPTIONS` names them.

    Raises:
        StudioError: There is no such job, or it is not finished.
    """
    steps = kept_lifts.mending(studio.result(job_id), **printing)
    recipe = studio.recipe(job_id)
    return replace(recipe, chain=(*recipe.chain, *steps), options={**recipe.options, **printing})


def insisting(studio: Studio, job_id: str, printing: dict[str, Any]) -> Recipe:
    """Return the recipe of a finished run without its print check; arguments and errors as `mending`."""
    recipe = studio.recipe(job_id)
    return replace(recipe, options={**recipe.options, **printing, "print_check": False})
