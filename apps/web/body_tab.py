"""The body tab: a photo of a person becomes a posed, rigged body."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr
from gradio.components import Component

from apps.recipes import Recipe
from apps.studio import Studio
from apps.task import task
from apps.web import (
    body_after,
    body_joints,
    downloads,
    examples,
    mark_board,
    media_view,
    options_panel,
    result_view,
    run_bar,
)
from apps.web.body_after import BodyAfter
from apps.web.body_facts import bodies_html
from apps.web.body_joints import Sources
from apps.web.engine_picker import EnginePicker
from apps.web.errors import told
from apps.web.format_boxes import format_choices
from apps.web.mark_board import MarkBoard
from apps.web.options_panel import OptionsPanel
from apps.web.photo_memory import source_of
from apps.web.result_files import named
from apps.web.result_view import ResultView
from apps.web.run_bar import QUIET, RunBar, Update
from apps.web.skeletons import joint_set
from sam_body.people import boxes_of_people
from shared.errors import StudioError
from shared.loading import load_image

PROMISE = "The person as a rigged body, posed as in the photo, will appear here."
ENGINES = "sam_body.engines"
KNOWN = (
    *("height_cm", "chest_cm", "waist_cm", "hip_cm", "inseam_cm", "arm_cm"),
    *("fov_deg", "focal_px", "center_x_px", "center_y_px"),
)
"""Options that say what is known of person and camera."""
LOOKS = ("texture", "surface", "details", "blur_face")
BODY = "Body"
OVERLAYS = {
    BODY: "overlay.png",
    "Skeleton": "overlay_skeleton.png",
    "Both": "overlay_both.png",
    "Side by side": "overlay_beside.png",
}
"""What is shown of the body on its photo, and in which file of the result."""
RIG = ("rig", "rest", "body", "plate", "print_height_mm")
CHOICES = {"cmu": "CMU", "smpl": "SMPL", "mhr": "MHR", "T": "T-pose", "A": "A-pose", "model": "Its own"}


@dataclass(frozen=True)
class BodyTab:
    """Its components."""

    board: MarkBoard
    find: gr.Button
    options: OptionsPanel
    formats: gr.CheckboxGroup
    engine: EnginePicker
    bar: RunBar
    look: gr.Radio
    overlay: gr.Image
    side: gr.Image
    who: gr.Dropdown
    model: Component
    facts: gr.HTML
    result: ResultView
    after: BodyAfter

    @property
    def inputs(self) -> list[Any]:
        """What a run reads."""
        board = [self.board.photo, self.board.canvas, self.board.text]
        return [*board, self.engine, self.formats, *self.options.controls]

    @property
    def outputs(self) -> list[Any]:
        """Every component that a run changes."""
        views = [self.look, self.overlay, self.side, self.who, self.facts]
        return [*self.bar.outputs, *self.result.outputs, *views]


def render() -> BodyTab:
    """Draw the tab with its example on it."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=6, min_width=320, elem_classes="card"):
            gr.HTML(
                '<h2 class="step">The person <small>mark one if there are several</small></h2>',
                padding=False,
                apply_default_css=False,
            )
            joints = joint_set(alone=False)
            board = mark_board.render(examples.people(), name="body", text="", live=False, joints=joints)
            find = gr.Button("Find people", size="sm", elem_id="body-find")
            bar = run_bar.render("Estimate the body", "body")
            options, formats = _options()
            engine = EnginePicker(package=ENGINES, elem_id="body-engine")
        with gr.Column(scale=6, min_width=320, elem_classes="card"):
            made_by = result_view.render_made_by(PROMISE, name="body")
            look = gr.Radio(list(OVERLAYS), value=BODY, show_label=False, visible=False, elem_id="body-look")
            overlay = media_view.picture("On the photo", "body-overlay")
            who = gr.Dropdown(
                [], label="Person seen, shaped and moved below", visible=False, elem_id="body-who"
            )
            model = media_view.model("Rigged body", "body-model", 440)
            side = media_view.picture("From all round and above", "body-side")
            files = result_view.render_files(name="body")
            facts = gr.HTML("", padding=False, apply_default_css=False, elem_id="body-facts")
            result = result_view.render(made_by, files, name="body")
            after = body_after.render()
    return BodyTab(
        board, find, options, formats, engine, bar, look, overlay, side, who, model, facts, result, after
    )


def _options() -> tuple[OptionsPanel, gr.CheckboxGroup]:
    """Draw the options by what they change, each group folded, and the files."""
    with gr.Accordion("Height, measures and camera", open=False, elem_id="body-known"):
        options = options_panel.render("estimate", only=KNOWN)
    with gr.Accordion("How it is fitted", open=False, elem_id="body-fit"):
        options = options.joined(
            options_panel.render("estimate", without=("previews", "turntable", *KNOWN, *LOOKS, *RIG))
        )
    with gr.Accordion("Colours and surface", open=False, elem_id="body-looks"):
        options = options.joined(options_panel.render("estimate", only=LOOKS))
    with gr.Accordion("Skeleton and files", open=False, elem_id="body-rig"):
        options = options.joined(options_panel.render("estimate", only=RIG, titles=CHOICES))
        usual = list(task("estimate").default_formats)
        formats = gr.CheckboxGroup(format_choices("estimate"), value=usual, label="Files to write")
    return options, formats


def listen(tab: BodyTab, studio: Studio) -> None:
    """Connect the tab to the studio."""

    def estimate(
        photo: str, marks: Any, text: str, engine: str, formats: list[str], *values: Any
    ) -> Iterator[Update]:
        def submit() -> str:
            prompts, options = mark_board.prompts_of(marks, text), tab.options.values(values)
            return studio.submit(Recipe("estimate", photo, prompts, engine, options, formats=tuple(formats)))

        yield from run_bar.run(tab.bar, studio, submit, lambda job_id: _estimated(tab, studio, job_id))

    def seen(look: str, job_id: str) -> Any:
        try:
            return media_view.shown(named(studio.result(job_id), OVERLAYS[look]))
        except (KeyError, StudioError):
            return gr.skip()

    def person(job_id: str, chosen: int | None) -> tuple[Any, Any]:
        """Show another person of the result; the pictures from all round are of the first."""
        try:
            result = studio.result(job_id)
        except StudioError:
            return gr.skip(), gr.skip()
        number = chosen or 0
        side = None if number else named(result, "side.png")
        return media_view.model_update(named(result, f"body_{number:03d}.glb")), media_view.shown(side)

    tab.find.click(_found, tab.board.photo, tab.board.canvas, **QUIET)
    tab.look.input(seen, [tab.look, tab.bar.job_id], tab.overlay, **QUIET)
    mark_board.listen(tab.board, None, [])
    run_bar.listen(tab.bar, studio)
    downloads.listen(tab.engine, tab.bar, studio)
    estimated = tab.bar.go.click(estimate, tab.inputs, tab.outputs, **run_bar.ONCE)
    reloaded = result_view.restoring(tab.result, tab.bar, tab.outputs, partial(_estimated, tab, studio))
    for shown in (estimated, reloaded):
        media_view.show_model(shown, tab.model, tab.bar.job_id, studio)
    reads = [tab.board.photo, tab.board.canvas, tab.engine, *tab.options.controls]
    body_joints.listen(tab.board.canvas, studio, partial(_fit_asked, tab), reads, estimated)
    another = tab.who.input(person, [tab.bar.job_id, tab.who], [tab.model, tab.side], **QUIET)
    body_after.listen(tab.after, studio, tab.bar.job_id, tab.who, (estimated, reloaded, another))


def _found(photo: str) -> Update:
    """Put a box around everybody, to be moved, drawn larger or smaller, or deleted before the estimate."""
    try:
        boxes = boxes_of_people(load_image(photo))
    except StudioError as error:
        return mark_board.answer(note=told(error), tone="wrong")
    some = "One person" if len(boxes) == 1 else f"{len(boxes)} people"
    return mark_board.answer(
        value=boxes, note=f"{some} found. Drag a box or its corners, or delete who is not meant."
    )


def _fit_asked(
    tab: BodyTab, photo: str, marks: Any, engine: str, *values: Any
) -> tuple[Recipe, Sources, dict[str, Any]]:
    """Return what a dragged joint asks for, see `body_joints.listen`."""
    source = source_of(photo, tab.board.examples)
    prompts = mark_board.prompts_of(marks, "")
    recipe = Recipe("estimate", photo, prompts, engine, tab.options.values(values))
    return recipe, lambda _: source, {source: marks}


def _estimated(tab: BodyTab, studio: Studio, job_id: str) -> Update:
    result = studio.result(job_id)
    people = [(f"Person {n + 1}", n) for n in range(len(result.manifest["facts"]["bodies"]))]
    return {
        **result_view.view(tab.result, studio, job_id),
        tab.who: gr.update(choices=people, value=0, visible=len(people) > 1),
        tab.look: gr.update(value=BODY, visible=named(result, OVERLAYS["Skeleton"]) is not None),
        tab.overlay: media_view.shown(named(result, OVERLAYS[BODY])),
        tab.side: media_view.shown(named(result, "side.png")),
        tab.facts: bodies_html(result),
    }
