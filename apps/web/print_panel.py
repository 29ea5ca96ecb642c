"""The print check of a result on the page: verdict, what is in the way, and a button that mends it."""

import html
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from apps.recipes import Recipe, from_json
from apps.studio import Studio
from apps.web.fact_table import table_html, title
from apps.web.run_bar import Update

_TONES = {"ready to print": "good", "printable with care": "care", "not printable": "bad"}
_ROWS = (
    "weight_printed_g",
    "weight_solid_g",
    "wall_p1_mm",
    "wall_p5_mm",
    "foot_percent",
    "cavities",
    "islands_mm",
)


@dataclass(frozen=True)
class PrintPanel:
    """Its components.

    Args:
        told: Verdict, problems and facts.
        fix: Runs the lift again with the steps that mend it.
    """

    told: gr.HTML
    fix: gr.Button

    @property
    def outputs(self) -> list[Any]:
        """Every component that `view` changes."""
        return [self.told, self.fix]


def render(*, name: str) -> PrintPanel:
    """Draw the panel, empty until there is a result."""
    told = gr.HTML("", padding=False, apply_default_css=False, elem_id=f"{name}-print")
    fix = gr.Button("Fix it", visible=False, elem_id=f"{name}-fix")
    return PrintPanel(told, fix)


def view(panel: PrintPanel, facts: dict[str, Any]) -> Update:
    """Return what the panel shows of a result's facts; nothing where no check was made."""
    report = facts.get("print")
    steps = ", ".join(step["id"].replace("_", " ") for step in (report or {}).get("mending", ()))
    return {
        panel.told: "" if report is None else report_html(report),
        panel.fix: gr.update(visible=bool(steps), value=f"Fix it: {steps}"),
    }


def report_html(report: dict[str, Any]) -> str:
    """Return a report as HTML."""
    verdict, tone = html.escape(report["verdict"]), _TONES.get(report["verdict"], "care")
    problems = "".join(
        f"<li><b>{html.escape(one['what'])}</b> {html.escape(one['cure'])}</li>" for one in report["problems"]
    )
    rows = [(title(name), _shown(report[name])) for name in _ROWS if report.get(name) is not None]
    return (
        f'<div class="print-check"><p class="verdict {tone}">Print check: {verdict}</p>'
        f"<ul>{problems}</ul>{table_html('Print', rows)}<p>{html.escape(_fitting(report))}</p></div>"
    )


def _fitting(report: dict[str, Any]) -> str:
    names = ", ".join(report["fits"])
    return f"Fits {names}." if names else "Fits none of the common printers."


def _shown(value: Any) -> Any:
    return (", ".join(map(str, value)) or "none") if isinstance(value, list) else value


def mending(studio: Studio, job_id: str, photo: str) -> Recipe:
    """Return the recipe of a finished lift with the steps that mend it added.

    Raises:
        StudioError: There is no such job, or it is not finished.
    """
    manifest = studio.result(job_id).manifest
    steps = manifest["facts"].get("print", {}).get("mending", [])
    recipe = from_json(manifest)
    return replace(recipe, input=photo, chain=(*recipe.chain, *steps))
