"""Below a body: another shape by sliders or centimetres, and a motion from a BVH file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from apps import bodies
from apps.cli_body import MEASURES, SHAPES
from apps.studio import Studio
from apps.web import media_view
from apps.web.body_endpoints import new_folder
from apps.web.errors import shown_error
from apps.web.fact_table import table_html, title
from apps.web.format_boxes import format_choices
from shared.errors import StudioError


@dataclass(frozen=True)
class BodyAfter:
    """Its components; the sliders are of the shape, the numbers of measures."""

    sliders: list[gr.Slider]
    numbers: list[gr.Number]
    measured: gr.HTML
    shape: gr.Button
    motion: gr.File
    move: gr.Button
    model: gr.Model3D
    files: gr.File
    made: gr.State
    more: gr.CheckboxGroup


def render() -> BodyAfter:
    """Draw both, folded."""
    with gr.Accordion("Shape and measures", open=False, elem_id="body-shaper"):
        gr.Markdown("Of the body above in its pose; without one, of an average person who stands.")
        with gr.Row():
            sliders = [
                gr.Slider(
                    0, 1, 0.67 if name == "age" else 0.5, step=0.01, label=name.title(), min_width=140,
                    elem_id=f"body-shape-{name}",
                )
                for name in SHAPES
            ]  # fmt: skip
        gr.Markdown("Measures in cm; 0 leaves one free.")
        with gr.Row():
            numbers = [
                gr.Number(0, label=name.title(), min_width=72, elem_id=f"body-measure-{name}")
                for name in MEASURES
            ]
        shape = gr.Button("Shape the body", elem_id="body-shape")
        measured = gr.HTML("", padding=False, apply_default_css=False, elem_id="body-measures")
    with gr.Accordion("Give it a motion", open=False, elem_id="body-motion"):
        gr.Markdown(
            "A BVH file of Mixamo, CMU, Blender or another tool; the motion is brought onto the body."
        )
        motion = gr.File(
            label="Motion (BVH)",
            file_types=[".bvh"],
            elem_id="body-bvh",
            height=150,
            elem_classes="drop",
        )
        move = gr.Button("Move the body", elem_id="body-move")
    with gr.Accordion("Further files of these", open=False, elem_id="body-after-more"):
        more = gr.CheckboxGroup(
            [choice for choice in format_choices("estimate") if choice[1] in bodies.MORE_FORMATS],
            show_label=False,
            elem_id="body-after-formats",
        )
    model = media_view.model("Shaped or moving body", "body-after-model", 380)
    files = gr.File(label="Its files", visible=False, file_count="multiple", elem_id="body-after-files")
    return BodyAfter(sliders, numbers, measured, shape, motion, move, model, files, gr.State(None), more)


def listen(after: BodyAfter, studio: Studio, job_id: gr.State, fitting: tuple[Any, ...]) -> None:
    """Connect the buttons, and set the sliders to each new result.

    Args:
        after: The components.
        studio: Has the results.
        job_id: The session's job.
        fitting: The events that show a result.
    """

    def fitted(job: str) -> list[Any]:
        shape, measures = _told(studio, job)
        if not shape:
            return [gr.skip()] * (len(after.sliders) + 1)
        return [*(shape[name] for name in SHAPES), table_html("Measures, cm", measures)]

    def reshape(job: str, more: list[str], *values: Any) -> list[Any]:
        shape: dict[str, float] = dict(zip(SHAPES, values[: len(SHAPES)], strict=True))
        measures: dict[str, float] = {n: v for n, v in zip(MEASURES, values[len(SHAPES) :], strict=True) if v}
        try:
            made, warnings = bodies.shaped(_body_file(studio, job), shape, measures)
            paths = bodies.written(made, new_folder(), "body", (*bodies.BODY_FORMATS, *more))
        except StudioError as error:
            raise shown_error(error) from error
        for warning in warnings:
            gr.Warning(warning)
        told = bodies.facts(made)
        rows = [(title(name), value) for name, value in told["measures_cm"].items()]
        return [
            *(told["shape"][name] for name in SHAPES),
            table_html("Measures, cm", rows),
            str(paths[0]),
            gr.update(value=[str(path) for path in paths], visible=True),
        ]

    def moved(job: str, more: list[str], motion: str | None) -> list[Any]:
        if not motion:
            raise gr.Error("Choose a BVH file first.")
        try:
            made = bodies.moved(_body_file(studio, job), motion)
            paths = bodies.written(made, new_folder(), "motion", (*bodies.MOTION_FORMATS, *more))
        except StudioError as error:
            raise shown_error(error) from error
        return [str(paths[0]), gr.update(value=[str(path) for path in paths], visible=True)]

    shown = [*after.sliders, after.measured]
    for event in fitting:
        event.then(fitted, job_id, shown, show_progress="hidden", api_visibility="private")
    shaped = after.shape.click(
        reshape,
        [job_id, after.more, *after.sliders, *after.numbers],
        [*shown, after.made, after.files],
        api_visibility="private",
    )
    played = after.move.click(
        moved, [job_id, after.more, after.motion], [after.made, after.files], api_visibility="private"
    )
    for done in (
        shaped,
        played,
    ):  # in an event of its own: a view that is made and filled at once never draws
        done.success(
            lambda path: gr.update(value=path, visible=True),
            after.made,
            after.model,
            api_visibility="private",
        )


def _body_file(studio: Studio, job: str) -> Path | None:
    """Return the first body.json of a run, if there is one."""
    try:
        files = studio.result(job).files if job else ()
    except StudioError:
        return None
    found = sorted(p for p in files if p.name.startswith("body") and p.suffix == ".json")
    return found[0] if found else None


def _told(studio: Studio, job: str) -> tuple[dict[str, float], list[tuple[str, Any]]]:
    try:
        person = studio.result(job).manifest["facts"]["bodies"][0]
    except StudioError:
        return {}, []
    return person["shape"], [(title(name), value) for name, value in person["measures_cm"].items()]
