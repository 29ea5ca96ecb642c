"""Below a body: another shape by sliders or centimetres, and a motion from a BVH file."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component

from apps import bodies
from apps.cli_body import MEASURES, SHAPES
from apps.studio import Studio
from apps.tasks.estimate import RESTS, RIGS
from apps.web import media_view
from apps.web.body_endpoints import new_folder
from apps.web.errors import shown_error, told
from apps.web.fact_table import table_html, title
from apps.web.format_boxes import format_choices
from apps.web.run_bar import ONCE, QUIET, Update, note_html
from shared.errors import InputError, StudioError

QUICK = ("glb", "bvh", "json")
"""Files of a shaped body that are there at once; a closed print takes ten times as long as all of them."""
AS_IT_IS = "As the body's"
_TITLES = {
    "game_engine": "Game engine",
    "cmu": "CMU",
    "smpl": "SMPL",
    "model": "Its own",
    "T": "T-pose",
    "A": "A-pose",
}
_LATER = "Shown at once; its files are written by the button below."


@dataclass(frozen=True)
class BodyAfter:
    """Its components; the sliders are of the shape, the numbers of measures."""

    sliders: list[gr.Slider]
    numbers: list[gr.Number]
    measured: gr.HTML
    shape: gr.Button
    note: gr.HTML
    motion: gr.File
    move: gr.Button
    model: Component
    files: gr.File
    made: gr.State
    rig: gr.Dropdown
    rest: gr.Dropdown
    formats: gr.CheckboxGroup


def render() -> BodyAfter:
    """Draw both, folded."""
    with gr.Accordion("Shape and measures", open=False, elem_id="body-shaper"):
        gr.Markdown(
            "Of the body above in its pose; without one, of an average person who stands. The view below "
            "follows the sliders."
        )
        with gr.Row():
            sliders = [
                gr.Slider(
                    0, 1, 0.67 if name == "age" else 0.5, step=0.01, label=name.title(), min_width=200,
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
    with gr.Accordion("Files of the shaped or moving body", open=False, elem_id="body-after-more"):
        with gr.Row():
            rig, rest = _choice("Skeleton", RIGS, "rig"), _choice("Rest pose", RESTS, "rest")
        formats = gr.CheckboxGroup(
            _choices(), value=list(QUICK), show_label=False, elem_id="body-after-formats"
        )
    note = gr.HTML("", padding=False, apply_default_css=False, elem_id="body-after-note")
    model = media_view.model("Shaped or moving body", "body-after-model", 380)
    files = gr.File(label="Its files", visible=False, file_count="multiple", elem_id="body-after-files")
    measured = gr.HTML("", padding=False, apply_default_css=False, elem_id="body-measures")
    return BodyAfter(
        sliders,
        numbers,
        measured,
        shape,
        note,
        motion,
        move,
        model,
        files,
        gr.State(None),
        rig,
        rest,
        formats,
    )


def _choice(label: str, names: tuple[str, ...], field: str) -> gr.Dropdown:
    offered = [(_TITLES.get(name, name.title()), name) for name in names]
    return gr.Dropdown(
        [(AS_IT_IS, ""), *offered], value="", label=label, min_width=160, elem_id=f"body-after-{field}"
    )


def _choices() -> list[tuple[str, str]]:
    """Return the files on offer; that of a print says what it costs."""
    words = {"stl": "STL (closed for printing; takes longest)"}
    offered = (*bodies.BODY_FORMATS, *bodies.MORE_FORMATS)
    return [(words.get(form, said), form) for said, form in format_choices("estimate") if form in offered]


def listen(
    after: BodyAfter, studio: Studio, job_id: gr.State, who: gr.Dropdown, fitting: tuple[Any, ...]
) -> None:
    """Connect the buttons, and set the sliders to each new result and each person chosen of it.

    Args:
        after: The components.
        studio: Has the results.
        job_id: The session's job.
        who: Index of the person meant.
        fitting: The events that show a result or another person of it.
    """

    def fitted(job: str, person: int | None) -> list[Any]:
        shape, measures = _told(studio, job, person or 0)
        if not shape:
            return [gr.skip()] * (len(after.sliders) + 1)
        return [*(shape[name] for name in SHAPES), table_html("Measures, cm", measures)]

    shown = [*after.sliders, after.measured]
    for event in fitting:
        event.then(fitted, [job_id, who], shown, **QUIET)
    made = [after.note, after.made, after.files]
    given = [after.rig, after.rest, *after.sliders, *after.numbers]
    events = [
        after.shape.click(
            partial(_reshape, after, studio),
            [job_id, who, after.formats, *given],
            [*shown, *made],
            **ONCE,
        ),
        after.move.click(
            partial(_move, after, studio),
            [job_id, who, after.formats, after.rig, after.motion],
            made,
            **ONCE,
        ),
        gr.on(
            [slider.release for slider in after.sliders],
            partial(_preview, after, studio),
            [job_id, who, *given],
            [*shown, *made],
            **QUIET,
            trigger_mode="always_last",
        ),
    ]
    for done in events:  # in an event of its own: a view that is made and filled at once never draws
        done.success(media_view.model_update, after.made, after.model, **QUIET)


def _reshape(
    after: BodyAfter,
    studio: Studio,
    job: str,
    person: int | None,
    formats: list[str],
    rig: str,
    rest: str,
    *values: Any,
) -> Iterator[Update]:
    """Shape the body, and write and show it."""
    yield {after.note: note_html("Shaping the body …")}
    shape: dict[str, float] = dict(zip(SHAPES, values[: len(SHAPES)], strict=True))
    measures: dict[str, float] = {n: v for n, v in zip(MEASURES, values[len(SHAPES) :], strict=True) if v}
    try:
        body, which = _body_file(studio, job, person or 0)
        made, warnings = bodies.shaped(body, shape, measures, rig=rig or None, rest=rest or None)
        paths = bodies.written(made, new_folder(), "body", _with_model(formats, bodies.BODY_FORMATS))
    except StudioError as error:
        yield {after.note: note_html(told(error), wrong=True)}
        raise shown_error(error) from error
    facts = bodies.facts(made)
    rows = [(title(name), value) for name, value in facts["measures_cm"].items()]
    yield {
        **{slider: facts["shape"][name] for slider, name in zip(after.sliders, SHAPES, strict=True)},
        after.measured: table_html("Measures, cm", rows),
        **_shown(after, paths, " ".join((which, *warnings)).strip()),
    }


def _preview(
    after: BodyAfter, studio: Studio, job: str, person: int | None, *values: Any
) -> Iterator[Update]:
    """Show the body as the sliders say, without its files."""
    for update in _reshape(after, studio, job, person, [], *values):
        if after.made in update:
            update |= {after.files: gr.update(visible=False), after.note: note_html(_LATER)}
        yield update


def _move(
    after: BodyAfter,
    studio: Studio,
    job: str,
    person: int | None,
    formats: list[str],
    rig: str,
    motion: str | None,
) -> Iterator[Update]:
    """Bring a motion onto the body, and write and show it."""
    if not motion:
        raise shown_error(InputError("No motion was chosen.", "Choose a BVH file first."))
    yield {after.note: note_html("Bringing the motion onto the body …")}
    try:
        body, which = _body_file(studio, job, person or 0)
        made = bodies.moved(body, motion, rig=rig or None)
        paths = bodies.written(made, new_folder(), "motion", _with_model(formats, bodies.MOTION_FORMATS))
    except StudioError as error:
        yield {after.note: note_html(told(error), wrong=True)}
        raise shown_error(error) from error
    yield _shown(after, paths, which)


def _with_model(ticked: list[str], known: tuple[str, ...]) -> tuple[str, ...]:
    """Return the files to write: the GLB that the view shows first, then what is ticked and there is."""
    return ("glb", *(form for form in ticked if form != "glb" and form in (*known, *bodies.MORE_FORMATS)))


def _shown(after: BodyAfter, paths: list[Path], warnings: str) -> Update:
    return {
        after.note: note_html(warnings) if warnings else "",
        after.made: str(paths[0]),
        after.files: gr.update(value=[str(path) for path in paths], visible=True),
    }


def _body_file(studio: Studio, job: str, person: int) -> tuple[Path | None, str]:
    """Return the body.json of a person of a run, if there was one, and who it is where it holds several.

    Raises:
        InputError: The run left its bodies out of the files.
    """
    try:
        files = studio.result(job).files if job else ()
    except StudioError:
        return None, ""
    found = sorted(p for p in files if p.name.startswith("body") and p.suffix == ".json")
    if files and not found:
        raise InputError(
            "The run above wrote no JSON, which holds the body.",
            "Tick JSON under “Skeleton and files”, and estimate again.",
        )
    if not found:
        return None, ""
    index = min(person, len(found) - 1)
    return found[index], f"Person {index + 1} of {len(found)}." if len(found) > 1 else ""


def _told(studio: Studio, job: str, person: int) -> tuple[dict[str, float], list[tuple[str, Any]]]:
    try:
        people = studio.result(job).manifest["facts"]["bodies"]
    except StudioError:
        return {}, []
    told = people[min(person, len(people) - 1)]
    return told["shape"], [(title(name), value) for name, value in told["measures_cm"].items()]
