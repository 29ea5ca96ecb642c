"""One person in several photos, a part of the body tab: choose them, mark who is meant, see all overlays."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import gradio as gr
from gradio.components import Component

from apps.recipes import Recipe
from apps.studio import Studio
from apps.task import task
from apps.web import (
    body_joints,
    mark_board,
    media_view,
    options_panel,
    photo_board,
    photo_sets,
    result_view,
    run_bar,
    several_joints,
)
from apps.web.body_facts import bodies_html
from apps.web.body_joints import Sources
from apps.web.fact_table import table_html
from apps.web.format_boxes import format_choices
from apps.web.options_panel import OptionsPanel
from apps.web.photo_board import PhotoBoard
from apps.web.photo_strip import Kept
from apps.web.result_files import named
from apps.web.result_view import ResultView
from apps.web.run_bar import RunBar, Update
from apps.web.skeletons import joint_set
from sam_3d.photos.loading import SUFFIXES
from sam_body.several import MOST_PHOTOS

PROMISE = "The person, made of all photos, will appear here, drawn over each of them."
NOTE = "Click on the person where there are several; else no mark is needed."
MAIN = ("height_cm", "clothes", "rig", "rest", "surface", "texture", "blur_face")
OWN_WAY = ("marked", "corrections", "previews")


@dataclass(frozen=True)
class SeveralPanel:
    """Its components."""

    files: gr.File
    photos: PhotoBoard
    bar: RunBar
    options: OptionsPanel
    formats: gr.CheckboxGroup
    overlay: gr.Image
    side: gr.Image
    model: Component
    facts: gr.HTML
    result: ResultView

    @property
    def outputs(self) -> list[Any]:
        """Every component that a run changes."""
        return [*self.bar.outputs, *self.result.outputs, self.overlay, self.side, self.facts]


def render() -> SeveralPanel:
    """Draw the panel, folded."""
    with (
        gr.Accordion("One person in several photos", open=False, elem_id="several-panel"),
        gr.Row(equal_height=False),
    ):
        with gr.Column(scale=6, min_width=320, elem_classes="card"):
            files = gr.File(
                label=f"2 to {MOST_PHOTOS} photos in about the same pose, such as front and side; or a ZIP",
                file_count="multiple",
                file_types=[*SUFFIXES, ".zip"],
                height=150,
                elem_classes="drop",
                elem_id="several-upload",
            )
            joints = joint_set(alone=True)
            photos = photo_board.render(
                "Photos of the person", name="several", note=NOTE, live=False, joints=joints
            )
            bar = run_bar.render("Estimate the body", "several")
            options = options_panel.render("several", only=MAIN)
            with gr.Accordion("Camera, other measures and files", open=False):
                options = options.joined(options_panel.render("several", without=(*MAIN, *OWN_WAY)))
                usual = list(task("several").default_formats)
                formats = gr.CheckboxGroup(format_choices("several"), value=usual, label="Files to write")
        with gr.Column(scale=6, min_width=320, elem_classes="card"):
            made_by = result_view.render_made_by(PROMISE, name="several")
            overlay = media_view.picture("On all photos", "several-overlay")
            side = media_view.picture("From front and side", "several-side")
            model = media_view.model("Rigged body", "several-model", 440)
            facts = gr.HTML("", padding=False, apply_default_css=False, elem_id="several-facts")
            result = result_view.render(made_by, name="several")
    return SeveralPanel(
        files=files,
        photos=photos,
        bar=bar,
        options=options,
        formats=formats,
        overlay=overlay,
        side=side,
        model=model,
        facts=facts,
        result=result,
    )


def listen(panel: SeveralPanel, studio: Studio) -> None:
    """Connect the panel to the studio."""

    def make(files: Any, kept: Kept, marks: Any, formats: list[str], *values: Any) -> Iterator[Update]:
        def submit() -> str:
            recipe, _, _ = _fit_asked(panel, files, kept, marks, *values)
            return studio.submit(replace(recipe, formats=tuple(formats)))

        yield from run_bar.run(panel.bar, studio, submit, lambda job_id: _made(panel, studio, job_id))

    mark_board.listen(panel.photos.board, None, [])
    photo_board.listen(panel.photos, panel.files, panel.bar)
    run_bar.listen(panel.bar, studio)
    reads = [panel.files, *panel.photos.reads, panel.formats, *panel.options.controls]
    done = panel.bar.go.click(make, reads, panel.outputs, **run_bar.ONCE)
    show = partial(_made, panel, studio)
    reloaded = result_view.restoring(panel.result, panel.bar, panel.outputs, show)
    for shown in (done, reloaded):
        media_view.show_model(shown, panel.model, panel.bar.job_id, studio)
    reads = [panel.files, *panel.photos.reads, *panel.options.controls]
    canvas = panel.photos.board.canvas
    body_joints.listen(canvas, studio, partial(_fit_asked, panel), reads, done)


def _fit_asked(
    panel: SeveralPanel, files: Any, kept: Kept, marks: Any, *values: Any
) -> tuple[Recipe, Sources, dict[str, Any]]:
    """Return what a run or a dragged joint asks for, see `body_joints.listen`."""
    given = several_joints.marks_by_photo(kept, marks)
    options = {**panel.options.values(values), "corrections": json.dumps(given)}
    recipe = Recipe("several", str(photo_sets.packed(files)), options=options)
    by_source = {path: given.get(name, []) for name, path in kept["photos"].items()}
    return recipe, lambda photo: kept["photos"].get(photo.name, ""), by_source


def _made(panel: SeveralPanel, studio: Studio, job_id: str) -> Update:
    result = studio.result(job_id)
    return {
        **result_view.view(panel.result, studio, job_id),
        panel.overlay: media_view.shown(named(result, "overlay.png")),
        panel.side: media_view.shown(named(result, "side.png")),
        panel.facts: bodies_html(result) + photos_html(result.manifest["facts"]["photos"]),
    }


def photos_html(photos: list[dict[str, Any]]) -> str:
    """Return a table of where each photo was taken from and how well it agrees with the others."""
    rows = []
    for photo in photos:
        words = [
            f"from {photo['azimuth_deg']:.0f}°, {photo['distance_m']:.1f} m away",
            f"landmarks off by {100 * photo['landmark_error']:.1f} % of the size",
            f"joints bend by {photo['sway_deg']:.1f}° otherwise",
        ]
        words += [f"doubtful: {', '.join(photo['off']).replace('_', ' ')}"] if photo["off"] else []
        rows.append((photo["name"], "; ".join(words)))
    return table_html("Photos", rows)
