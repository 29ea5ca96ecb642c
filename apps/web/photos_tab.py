"""The tab of several photos: choose them, mark the object in one, look over all masks, make the mesh."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from apps.recipes import Recipe
from apps.studio import Studio
from apps.task import task
from apps.web import examples, mark_board, media_view, options_panel, photo_sets, result_view, run_bar
from apps.web.canvas_answers import photo_view
from apps.web.errors import shown_error
from apps.web.fact_table import mesh_html
from apps.web.mark_board import MarkBoard
from apps.web.options_panel import OptionsPanel
from apps.web.photo_endpoints import mat_file
from apps.web.result_files import named
from apps.web.result_view import ResultView
from apps.web.run_bar import QUIET, RunBar, Update
from sam_3d.photos.album import MOST_PHOTOS
from sam_3d.photos.loading import SUFFIXES
from sam_3d.photos.mat import PAPERS
from sam_3d.photos.video import SUFFIXES as VIDEOS
from shared.errors import StudioError
from shared.prompts import Prompts

PROMISE = "The object, made of all photos, will appear here with the masks that it was carved from."
OWN_WAY = ("marked", "corrections", "previews")


@dataclass(frozen=True)
class PhotosTab:
    """Its components.

    Args:
        kept: State: {"photos": {name: path}, "marks": {name: prompts as JSON}, "shown": name}.
    """

    files: gr.File
    which: gr.Dropdown
    board: MarkBoard
    kept: gr.State
    papers: gr.Radio
    mat: gr.DownloadButton
    options: OptionsPanel
    formats: gr.CheckboxGroup
    bar: RunBar
    sheet: gr.Image
    model: gr.Model3D
    preview: gr.Image
    facts: gr.HTML
    result: ResultView

    @property
    def outputs(self) -> list[Any]:
        """Every component that a run changes."""
        return [*self.bar.outputs, *self.result.outputs, self.sheet, self.preview, self.facts]


def render() -> PhotosTab:
    """Draw the tab."""
    kinds = [*SUFFIXES, ".zip", ".json", *VIDEOS]
    with gr.Row(equal_height=False):
        with gr.Column(scale=6, min_width=320, elem_classes="card"):
            gr.HTML('<h2 class="step">Photos from all around</h2>', padding=False, apply_default_css=False)
            files = gr.File(
                label=f"3 to {MOST_PHOTOS} photos in order, a ZIP, or a short video",
                file_count="multiple",
                file_types=kinds,
                elem_id="photos-files",
            )
            which = gr.Dropdown(
                [], label="Photo to mark", info="One is enough; correct others where their mask is wrong."
            )
            board = mark_board.render(examples.objects()[:1], name="photos", text="")
            bar = run_bar.render("Make the object", "photos")
            with gr.Accordion("Cameras, shape and files", open=False):
                options = options_panel.render("reconstruct", without=OWN_WAY)
                kind = task("reconstruct")
                formats = gr.CheckboxGroup(
                    [(name.upper(), name) for name in kind.formats],
                    value=list(kind.default_formats),
                    label="Files to write",
                )
            with gr.Row():
                choices = [(paper.name.capitalize(), paper.name) for paper in PAPERS]
                papers = gr.Radio(choices, value="a4", label="Marker mat", info="For true millimetres.")
                mat = gr.DownloadButton("Marker mat to print", mat_file("a4"), elem_id="photos-mat")
        with gr.Column(scale=6, min_width=320, elem_classes="card"):
            made_by = result_view.render_made_by(PROMISE, name="photos")
            model = media_view.model("Mesh", "photos-model", 420)
            with gr.Row():
                sheet = media_view.picture("All masks", "photos-sheet")
                preview = media_view.picture("Preview", "photos-preview")
            facts = gr.HTML("", padding=False, apply_default_css=False, elem_id="photos-facts")
            result = result_view.render(made_by, name="photos")
    kept = gr.State({"photos": {}, "marks": {}, "shown": ""})
    return PhotosTab(
        files, which, board, kept, papers, mat, options, formats, bar, sheet, model, preview, facts, result
    )


def listen(tab: PhotosTab, studio: Studio) -> None:
    """Connect the tab to the studio."""
    board = tab.board

    def live(photo: str, wanted: Prompts) -> dict[str, Any]:
        return mark_board.live_mask(studio, photo, wanted, "auto")

    def chosen(files: Any) -> tuple[Any, ...]:
        try:
            photos = dict(photo_sets.listed(files)) if files else {}
        except StudioError as error:
            raise shown_error(error) from error
        names = list(photos)
        first = names[0] if names else ""
        kept = {"photos": photos, "marks": {}, "shown": first}
        return (gr.update(choices=names, value=first or None), kept, *_shown(kept))

    def another(name: str, kept: dict[str, Any], marks: Any) -> tuple[Any, ...]:
        kept = {**_with_marks(kept, marks), "shown": name or ""}
        return (kept, *_shown(kept))

    def make(
        files: Any, kept: dict[str, Any], marks: Any, formats: list[str], *values: Any
    ) -> Iterator[Update]:
        def submit() -> str:
            options = {
                **tab.options.values(values),
                "corrections": json.dumps(_with_marks(kept, marks)["marks"]),
            }
            path = photo_sets.packed(files)
            return studio.submit(Recipe("reconstruct", str(path), options=options, formats=tuple(formats)))

        yield from run_bar.run(tab.bar, studio, submit, lambda job_id: _made(tab, studio, job_id))

    mark_board.listen(board, live, [])
    tab.files.change(chosen, tab.files, [tab.which, tab.kept, board.photo, board.canvas], **QUIET)
    tab.which.input(
        another, [tab.which, tab.kept, board.canvas], [tab.kept, board.photo, board.canvas], **QUIET
    )
    tab.papers.input(lambda paper: mat_file(paper), tab.papers, tab.mat, **QUIET)
    run_bar.listen(tab.bar, studio)
    reads = [tab.files, tab.kept, board.canvas, tab.formats, *tab.options.controls]
    done = tab.bar.go.click(make, reads, tab.outputs, **run_bar.ONCE)
    media_view.show_model(done, tab.model, tab.bar.job_id, studio)


def _with_marks(kept: dict[str, Any], marks: Any) -> dict[str, Any]:
    """Return the state with the canvas' marks kept for the photo that is shown."""
    name = kept["shown"]
    if name not in kept["photos"]:
        return kept
    others = {other: items for other, items in kept["marks"].items() if other != name}
    return {**kept, "marks": {**others, **({name: marks} if marks else {})}}


def _shown(kept: dict[str, Any]) -> tuple[Any, Any]:
    """Return the photo that is to be marked, and what the canvas shows of it."""
    path = kept["photos"].get(kept["shown"])
    if path is None:
        return gr.skip(), gr.skip()
    try:
        return path, photo_view(path, kept["marks"].get(kept["shown"], []))
    except StudioError as error:
        raise shown_error(error) from error


def _made(tab: PhotosTab, studio: Studio, job_id: str) -> Update:
    result = studio.result(job_id)
    return {
        **result_view.view(tab.result, studio, job_id),
        tab.sheet: media_view.shown(named(result, "masks.png")),
        tab.preview: media_view.shown(named(result, "preview.png")),
        tab.facts: mesh_html(result.manifest["facts"]["mesh"]),
    }
