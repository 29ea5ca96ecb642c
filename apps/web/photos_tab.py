"""The tab of several photos: choose them, mark the object in one, look over all masks, make the mesh."""

import json
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
    downloads,
    mark_board,
    media_view,
    options_panel,
    photo_board,
    photo_guide,
    photo_sets,
    photo_strip,
    print_panel,
    result_view,
    run_bar,
    view_switch,
)
from apps.web.album_memory import album_json
from apps.web.engine_picker import EnginePicker
from apps.web.fact_table import mesh_html
from apps.web.format_boxes import format_choices
from apps.web.options_panel import OptionsPanel
from apps.web.photo_board import PhotoBoard
from apps.web.photo_endpoints import mat_file
from apps.web.photo_strip import Kept
from apps.web.print_panel import PrintPanel
from apps.web.result_files import named
from apps.web.result_view import ResultView
from apps.web.run_bar import QUIET, RunBar, Update
from apps.web.step_rack import StepRack, rack_for
from sam_3d.photos.album import MOST_PHOTOS
from sam_3d.photos.loading import SUFFIXES
from sam_3d.photos.mat import PAPERS
from sam_3d.photos.video import SUFFIXES as VIDEOS
from shared.prompts import Prompts

PROMISE = "The object, made of all photos, will appear here with the masks that it was carved from."
NOTE = "Mark the object."
MASKS = "shared.engines"
WAYS = {"known": "cameras.json", "mat": "Marker mat", "sfm": "From the photos alone"}
WAY_OPTIONS = {"turntable": ("angles", "direction"), "mat": ("ruler_mm",)}
"""Options that only one way of knowing the cameras takes."""
SHAPE = ("height_mm", "detail")
WRITTEN = ("print_check", "movie")
DRAWN_LATER: dict[str, Any] = {"turntable": False}  # when it is looked at
_SHEET = "Every photo with its outline. Where one is wrong, choose that photo and mark the object in it."
_MAT = "A sheet for the thing to stand on: it tells where each photo was taken from, and true millimetres."


@dataclass(frozen=True)
class PhotosTab:
    """Its components.

    Args:
        cameras: How the cameras are known.
        ways: By way, where the options that only it takes are shown.
        options: Of the task, without those of the print panel.
        sheet: All masks, in `looked`.
    """

    files: gr.File
    photos: PhotoBoard
    bar: RunBar
    cameras: Any
    ways: dict[str, gr.Column]
    papers: gr.Radio
    mat: gr.DownloadButton
    options: OptionsPanel
    operations: StepRack
    formats: gr.CheckboxGroup
    masks: EnginePicker
    model: Component
    switch: gr.Radio
    preview: gr.Image
    looked: gr.Column
    sheet: gr.Image
    facts: gr.HTML
    prints: PrintPanel
    result: ResultView

    @property
    def outputs(self) -> list[Any]:
        """Every component that a run changes."""
        shown = [
            self.switch,
            self.preview,
            self.looked,
            self.sheet,
            self.facts,
            self.photos.kept,
            self.photos.strip,
            self.photos.board.canvas,
        ]
        return [*self.bar.outputs, *self.result.outputs, *self.prints.outputs, *shown]


def render() -> PhotosTab:
    """Draw the tab."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=6, min_width=320, elem_classes="card"):
            gr.HTML('<h2 class="step">Photos from all around</h2>', padding=False, apply_default_css=False)
            gr.HTML(photo_guide.guide_html(), padding=False, apply_default_css=False, elem_id="photos-guide")
            files = _upload()
            photos = photo_board.render(
                "Mark the object in one photo", name="photos", note="Mark the object."
            )
            bar = run_bar.render("Make the object", "photos")
            with gr.Accordion("Cameras and marker mat", open=False, elem_id="photos-cameras"):
                options, ways = _cameras()
                papers, mat = _mat()
            with gr.Accordion("Size, detail and files", open=False, elem_id="photos-shape"):
                options = options.joined(options_panel.render("reconstruct", only=SHAPE))
                operations = rack_for(task("reconstruct"), "Add a mesh operation", name="photos-operations")
                usual = list(task("reconstruct").default_formats)
                formats = gr.CheckboxGroup(format_choices("reconstruct"), value=usual, label="Files to write")
                options = options.joined(options_panel.render("reconstruct", only=WRITTEN))
            masks = EnginePicker(package=MASKS, label="Mask engine", elem_id="photos-masks")
        with gr.Column(scale=6, min_width=320, elem_classes="card"):
            made_by = result_view.render_made_by(PROMISE, name="photos")
            model = media_view.model("Mesh", "photos-model", 420)
            switch = view_switch.render(name="photos")
            preview = media_view.picture("Preview", "photos-preview")
            written = result_view.render_files(name="photos")
            with gr.Column(visible=False) as looked:
                gr.HTML(f'<p class="credit">{_SHEET}</p>', padding=False, apply_default_css=False)
                sheet = media_view.picture("All masks", "photos-sheet")
            facts = gr.HTML("", padding=False, apply_default_css=False, elem_id="photos-facts")
            prints = print_panel.render("reconstruct", name="photos")
            result = result_view.render(made_by, written, name="photos")
    return PhotosTab(
        files=files,
        photos=photos,
        bar=bar,
        cameras=options.controls[0],
        ways=ways,
        papers=papers,
        mat=mat,
        options=options,
        operations=operations,
        formats=formats,
        masks=masks,
        model=model,
        switch=switch,
        preview=preview,
        looked=looked,
        sheet=sheet,
        facts=facts,
        prints=prints,
        result=result,
    )


def _upload() -> gr.File:
    return gr.File(
        label=f"3 to {MOST_PHOTOS} photos in order, a ZIP, or a short video",
        file_count="multiple",
        file_types=[*SUFFIXES, ".zip", ".json", *VIDEOS],
        height=190,
        elem_classes="drop",
        elem_id="photos-upload",
    )


def _cameras() -> tuple[OptionsPanel, dict[str, gr.Column]]:
    options, ways = options_panel.render("reconstruct", only=("cameras",), titles=WAYS), {}
    for way, names in WAY_OPTIONS.items():
        with gr.Column(visible=False, elem_id=f"photos-{way}-options") as ways[way]:
            options = options.joined(options_panel.render("reconstruct", only=names))
    return options, ways


def _mat() -> tuple[gr.Radio, gr.DownloadButton]:
    choices = [(paper.name.capitalize(), paper.name) for paper in PAPERS]
    papers = gr.Radio(choices, value="a4", label="Marker mat", info=_MAT, elem_id="photos-paper")
    return papers, gr.DownloadButton("Marker mat to print (PDF)", mat_file("a4"), elem_id="photos-mat")


def listen(tab: PhotosTab, studio: Studio) -> None:
    """Connect the tab to the studio."""

    def live(photo: str, wanted: Prompts, engine: str) -> dict[str, Any]:
        return mark_board.live_mask(studio, photo, wanted, engine)

    def make(
        files: Any, kept: Kept, marks: Any, masks: str, chain: Any, formats: list[str], *values: Any
    ) -> Iterator[Update]:
        now, count = photo_strip.with_marks(kept, marks), len(tab.options.controls)
        options = {
            **tab.options.values(values[:count]),
            **tab.prints.options.values(values[count:]),
            **DRAWN_LATER,
            "mask_engine": masks,
            "corrections": json.dumps(now["marks"]),
        }

        def submit() -> str:
            path = photo_sets.packed(files)
            recipe = Recipe("reconstruct", str(path), options=options, chain=chain, formats=tuple(formats))
            return studio.submit(recipe)

        yield from run_bar.run(tab.bar, studio, submit, lambda job_id: _made(tab, studio, now, job_id))

    def ways_of(way: str) -> list[dict[str, Any]]:
        return [gr.update(visible=way == other) for other in tab.ways]

    mark_board.listen(tab.photos.board, live, [tab.masks])
    for shown in photo_board.listen(tab.photos, tab.files, tab.bar):
        mark_board.answer_after(shown, tab.photos.board, live, [tab.masks])
    tab.cameras.input(ways_of, tab.cameras, list(tab.ways.values()), queue=False, **QUIET)
    tab.papers.input(mat_file, tab.papers, tab.mat, **QUIET)
    run_bar.listen(tab.bar, studio)
    controls = [*tab.options.controls, *tab.prints.options.controls]
    reads = [tab.files, *tab.photos.reads, tab.masks, tab.operations, tab.formats, *controls]
    done = tab.bar.go.click(make, reads, tab.outputs, **run_bar.ONCE)
    view_switch.listen(tab.switch, tab.preview, tab.model, tab.bar.job_id, studio)
    again = print_panel.listen(tab.prints, tab.bar, tab.outputs, studio, partial(_made, tab, studio, None))
    reloaded = result_view.restoring(tab.result, tab.bar, tab.outputs, partial(_made, tab, studio, None))
    for run in (done, reloaded, *again):
        media_view.show_model(run, tab.model, tab.bar.job_id, studio)
    downloads.listen(tab.masks, tab.bar, studio)


def _made(tab: PhotosTab, studio: Studio, kept: Kept | None, job_id: str) -> Update:
    result = studio.result(job_id)
    facts = result.manifest["facts"]
    update = {
        **result_view.view(tab.result, studio, job_id),
        **print_panel.view(tab.prints, result.manifest),
        tab.looked: gr.update(visible=True),
        tab.sheet: media_view.shown(named(result, "masks.png")),
        tab.preview: media_view.shown(named(result, "preview.png")),
        tab.switch: view_switch.offered(result),
        tab.facts: mesh_html(facts["mesh"]),
    }
    if kept is None:
        return update
    doubtful = dict.fromkeys(facts["photos"]["doubtful"], photo_strip.FAILED)
    kept = {**kept, "ways": facts["photos"]["masks"] | doubtful}
    told = gr.update(album=album_json(kept))
    strip = gr.update(choices=photo_strip.tiles(kept))
    return {**update, tab.photos.kept: kept, tab.photos.strip: strip, tab.photos.board.canvas: told}
