"""The 3D object tab: mark an object, see its mask at once, lift it to a mesh, or take the masks home."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

import gradio as gr
from gradio.components import Component

from apps.recipes import Recipe
from apps.studio import Studio
from apps.task import task
from apps.web import (
    depth_field,
    downloads,
    examples,
    mark_board,
    mask_files,
    media_view,
    mode_picker,
    options_panel,
    print_panel,
    prompt_upload,
    result_view,
    run_bar,
    view_switch,
)
from apps.web.depth_field import DepthField
from apps.web.engine_picker import EnginePicker
from apps.web.fact_table import mesh_html
from apps.web.format_boxes import format_choices
from apps.web.mark_board import MarkBoard
from apps.web.mask_files import MaskFiles
from apps.web.mode_picker import ModePicker, scene_html
from apps.web.options_panel import OptionsPanel
from apps.web.print_panel import PrintPanel
from apps.web.result_files import named
from apps.web.result_view import ResultView
from apps.web.run_bar import RunBar, Update
from apps.web.step_rack import StepRack, rack_for
from shared.prompts import Prompts

PROMISE = "The object as a mesh that you can turn, print and edit will appear here."
MASKS = "shared.engines"
LIFTS = "sam_3d.engines"
SHAPE = ("height_mm", "thickness", "symmetry", "back")
WRITTEN = ("print_check", "movie")
DRAWN_LATER: dict[str, Any] = {"turntable": False}  # when it is looked at


@dataclass(frozen=True)
class ObjectTab:
    """Its components."""

    board: MarkBoard
    picker: ModePicker
    masks: EnginePicker
    lifts: EnginePicker
    options: OptionsPanel
    depth: DepthField
    operations: StepRack
    formats: gr.CheckboxGroup
    bar: RunBar
    only_masks: gr.Button
    mask_files: MaskFiles
    model: Component
    switch: gr.Radio
    preview: gr.Image
    beside: gr.Image
    facts: gr.HTML
    prints: PrintPanel
    result: ResultView

    @property
    def outputs(self) -> list[Any]:
        """Every component that a run changes."""
        shown = [self.switch, self.preview, self.beside, self.facts, *self.prints.outputs]
        return [*self.bar.outputs, *self.result.outputs, *shown]


def render() -> ObjectTab:
    """Draw the tab with its example on it."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=6, min_width=320, elem_classes="card"):
            gr.HTML('<h2 class="step">Mark the object</h2>', padding=False, apply_default_css=False)
            board = mark_board.render(examples.objects(), name="object", text="cup, dog, chair")
            picker = mode_picker.render(name="object")
            bar = run_bar.render("Lift to 3D", "object")
            only_masks = gr.Button("Only the masks and cut-outs", elem_id="object-only-masks")
            masks = EnginePicker(package=MASKS, label="Mask engine", elem_id="object-masks")
            mask_kinds = mask_files.render(name="object")
            with gr.Accordion("Size and shape", open=False, elem_id="object-shape"):
                options = options_panel.render("lift", only=SHAPE)
                operations = rack_for(task("lift"), "Add a mesh operation", name="object-operations")
            depth = depth_field.render(name="object")
            with gr.Accordion("Mesh files", open=False, elem_id="object-mesh-files"):
                formats = _formats()
                options = options.joined(options_panel.render("lift", only=WRITTEN))
            lifts = EnginePicker(package=LIFTS, label="Lift engine", elem_id="object-lifts")
        with gr.Column(scale=6, min_width=320, elem_classes="card"):
            made_by = result_view.render_made_by(PROMISE, name="object")
            model = media_view.model("Mesh", "object-model", 420)
            switch = view_switch.render(name="object")
            with gr.Row():
                preview = media_view.picture("Preview", "object-preview")
                beside = media_view.picture("Cut-out, or one turn", "object-beside")
            files = result_view.render_files(name="object")
            facts = gr.HTML("", padding=False, apply_default_css=False, elem_id="object-facts")
            prints = print_panel.render("lift", name="object")
            result = result_view.render(made_by, files, name="object")
    return ObjectTab(
        board,
        picker,
        masks,
        lifts,
        options,
        depth,
        operations,
        formats,
        bar,
        only_masks,
        mask_kinds,
        model,
        switch,
        preview,
        beside,
        facts,
        prints,
        result,
    )


def _formats() -> gr.CheckboxGroup:
    kind = task("lift")
    return gr.CheckboxGroup(format_choices("lift"), value=list(kind.default_formats), label="Files to write")


def listen(tab: ObjectTab, studio: Studio) -> None:
    """Connect the tab to the studio."""

    def live(photo: str, wanted: Prompts, engine: str) -> dict[str, Any]:
        return mark_board.live_mask(studio, photo, wanted, engine)

    def lift(
        photo: str,
        marks: Any,
        text: str,
        masks: str,
        engine: str,
        chain: Any,
        formats: list[str],
        *values: Any,
    ) -> Iterator[Update]:
        given = iter(values)

        def of(controls: Sequence[Any]) -> tuple[Any, ...]:
            return tuple(islice(given, len(controls)))

        depth, (wanted, shape) = of(tab.depth.controls), tab.picker.wanted(of(tab.picker.controls))
        options = tab.options.values(of(tab.options.controls)) | {"mask_engine": masks}
        options |= tab.prints.options.values(of(tab.prints.options.controls)) | DRAWN_LATER | shape

        def submit() -> str:
            marked = mark_board.prompts_of(marks, text)
            prompts = (*marked, *depth_field.prompts_of(depth)) if marked else ()
            if wanted == mode_picker.SCENE:
                kept, kinds = mode_picker.scene_options(options, formats)
                return studio.submit(Recipe(wanted, photo, prompts, engine, kept, formats=kinds))
            fitting = engine if mode_picker.takes_engine(shape) else "auto"
            return studio.submit(Recipe(wanted, photo, prompts, fitting, options, chain, tuple(formats)))

        yield from run_bar.run(tab.bar, studio, submit, lambda job_id: _lifted(tab, studio, job_id))

    def segment(photo: str, marks: Any, text: str, engine: str, *values: Any) -> Iterator[Update]:
        def submit() -> str:
            prompts = mark_board.prompts_of(marks, text)
            return studio.submit(tab.mask_files.recipe(photo, prompts, engine, values))

        yield from run_bar.run(tab.bar, studio, submit, lambda job_id: _masked(tab, studio, job_id))

    board = tab.board
    marked = [board.photo, board.canvas, board.text, tab.masks]
    shaped = [*tab.depth.controls, *tab.picker.controls, *tab.options.controls, *tab.prints.options.controls]
    lifting = [*marked, tab.lifts, tab.operations, tab.formats, *shaped]
    mark_board.listen(board, live, [tab.masks])
    prompt_upload.listen(tab.mask_files.opener, board, live, [tab.masks])
    mode_picker.listen(tab.picker, board, tab.masks)
    depth_field.listen(tab.depth, board)
    run_bar.listen(tab.bar, studio)
    lifted = tab.bar.go.click(lift, lifting, tab.outputs, **run_bar.ONCE)
    masked = tab.only_masks.click(segment, [*marked, *tab.mask_files.controls], tab.outputs, **run_bar.ONCE)
    view_switch.listen(tab.switch, tab.preview, tab.model, tab.bar.job_id, studio)
    again = print_panel.listen(tab.prints, tab.bar, tab.outputs, studio, partial(_lifted, tab, studio))
    reloaded = result_view.restoring(tab.result, tab.bar, tab.outputs, partial(_restored, tab, studio))
    for run in (lifted, masked, reloaded, *again):
        media_view.show_model(run, tab.model, tab.bar.job_id, studio)
    downloads.listen(tab.masks, tab.bar, studio)
    downloads.listen(tab.lifts, tab.bar, studio)


def _lifted(tab: ObjectTab, studio: Studio, job_id: str) -> Update:
    result = studio.result(job_id)
    facts = result.manifest["facts"]
    return {
        **result_view.view(tab.result, studio, job_id),
        tab.preview: media_view.shown(named(result, "preview.png")),
        tab.beside: media_view.shown(named(result, "turntable.gif")),
        tab.switch: view_switch.offered(result),
        **print_panel.view(tab.prints, result.manifest),
        tab.facts: scene_html(facts["scene"]) if "scene" in facts else mesh_html(facts["mesh"]),
    }


def _restored(tab: ObjectTab, studio: Studio, job_id: str) -> Update:
    show = _masked if studio.recipe(job_id).task == "segment" else _lifted
    return show(tab, studio, job_id)


def _masked(tab: ObjectTab, studio: Studio, job_id: str) -> Update:
    result = studio.result(job_id)
    return {
        **result_view.view(tab.result, studio, job_id),
        tab.preview: media_view.shown(named(result, "overlay.png")),
        tab.beside: media_view.shown(named(result, "cutout_000.png")),
        tab.switch: view_switch.offered(result),
        **print_panel.view(tab.prints, result.manifest),
        tab.facts: "",
    }
