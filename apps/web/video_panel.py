"""The video part of the body tab: upload a clip, pick who is meant, follow them, take the motions home."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder

from apps.recipes import Recipe
from apps.runner import Result
from apps.studio import Studio
from apps.task import task
from apps.tasks.track import OVERLAY_FILE
from apps.web import examples, mark_board, media_view, options_panel, result_view, run_bar
from apps.web.body_facts import looks_rows
from apps.web.canvas_answers import photo_view
from apps.web.errors import shown_error
from apps.web.examples import Example
from apps.web.fact_table import Row, table_html, title
from apps.web.format_boxes import format_choices
from apps.web.mark_board import MarkBoard
from apps.web.options_panel import OptionsPanel
from apps.web.pictures import png_bytes
from apps.web.result_files import named
from apps.web.result_view import ResultView
from apps.web.run_bar import QUIET, RunBar, Update
from apps.web.uploads import uploaded
from sam_body.video.footage import SUFFIXES, open_footage
from shared.errors import StudioError
from shared.prompts import Box, Points, Prompt, Prompts

PROMISE = "The people's motions will appear here: on the video, as moving bodies, and as files."
MAIN = ("most_people", "smooth_hz", "pin_feet", "rig", "surface", "texture", "blur_face", "overlay")
OWN_WAY = ("at_s",)


@dataclass(frozen=True)
class VideoPanel:
    """Its components."""

    video: gr.File
    second: gr.Slider
    board: MarkBoard
    options: OptionsPanel
    formats: gr.CheckboxGroup
    bar: RunBar
    overlay: gr.Video
    model: Component
    who: gr.Dropdown
    facts: gr.HTML
    result: ResultView

    @property
    def outputs(self) -> list[Any]:
        """Every component that a run changes."""
        return [*self.bar.outputs, *self.result.outputs, self.overlay, self.who, self.facts]


def render() -> VideoPanel:
    """Draw the panel, folded, with its example in it."""
    with (
        gr.Accordion("People in a video", open=False, elem_id="video-panel"),
        gr.Row(equal_height=False),
    ):
        with gr.Column(scale=6, min_width=320, elem_classes="card"):
            example = examples.walk()
            video = gr.File(
                value=str(example) if example else None,
                label="Video; the camera stands still",
                file_types=list(SUFFIXES),
                elem_id="video-file",
                height=110,
            )
            second = gr.Slider(
                0, _length_s(example), 0, step=0.05, label="Frame at, s", elem_id="video-second",
                info="Click on a person in it to follow only them; without a mark everybody is followed.",
            )  # fmt: skip
            board = mark_board.render([_first(example)], name="video", text="", live=False)
            bar = run_bar.render("Follow the people", "video")
            options = options_panel.render("track", only=MAIN)
            with gr.Accordion("Part, camera and files", open=False):
                options = options.joined(options_panel.render("track", without=(*MAIN, *OWN_WAY)))
                kind = task("track")
                formats = gr.CheckboxGroup(
                    format_choices("track"),
                    value=list(kind.default_formats),
                    label="Files to write",
                )
        with gr.Column(scale=6, min_width=320, elem_classes="card"):
            made_by = result_view.render_made_by(PROMISE, name="video")
            overlay = gr.Video(
                label="On the video", visible=False, interactive=False, autoplay=True, loop=True,
                elem_id="video-overlay",
            )  # fmt: skip
            who = gr.Dropdown([], label="Person in the viewer", visible=False, elem_id="video-who")
            model = media_view.model("Moving body", "video-model", 440)
            files = result_view.render_files(name="video")
            facts = gr.HTML("", padding=False, apply_default_css=False, elem_id="video-facts")
            result = result_view.render(made_by, files, name="video")
    return VideoPanel(video, second, board, options, formats, bar, overlay, model, who, facts, result)


def _length_s(path: Path | None) -> float:
    return max(open_footage(path).stop_s, 0.1) if path else 1.0


def _first(path: Path | None) -> Example:
    """Return the first frame of the example video, or another picture of a person where there is none."""
    if path is None:
        return examples.people()[0]
    picture = path.with_suffix(".png")
    picture.write_bytes(_frame_png(path, 0.0)[0])
    return Example(picture, [], "A mannequin that walks, made by this suite")


def _frame_png(path: Path, second: float) -> tuple[bytes, float]:
    """Return the frame at a second as PNG, and its size as a share of the video's."""
    footage = open_footage(path)
    part = footage.part(min(second, max(footage.stop_s - 1.5 / footage.fps, 0.0)), 0.0)
    return png_bytes(next(part.read()).pixels), footage.shrink


def listen(panel: VideoPanel, studio: Studio) -> None:
    """Connect the panel to the studio."""
    board = panel.board

    def chosen(video: str | None) -> tuple[Any, Any, Any]:
        if not video:
            return gr.skip(), gr.skip(), gr.skip()
        try:
            length_s = _length_s(uploaded(video))
            return gr.update(maximum=length_s, value=0), *_shown(video, 0.0)
        except StudioError as error:
            raise shown_error(error) from error

    def another(video: str | None, second: float) -> tuple[Any, Any]:
        if not video:
            return gr.skip(), gr.skip()
        try:
            return _shown(video, second)
        except StudioError as error:
            raise shown_error(error) from error

    def follow(
        video: str | None, second: float, marks: Any, formats: list[str], *values: Any
    ) -> Iterator[Update]:
        def submit() -> str:
            path = uploaded(video)
            prompts = _scaled(mark_board.prompts_of(marks, ""), open_footage(path).shrink)
            options = {**panel.options.values(values), "at_s": second}
            return studio.submit(Recipe("track", str(path), prompts, options=options, formats=tuple(formats)))

        yield from run_bar.run(panel.bar, studio, submit, lambda job_id: _made(panel, studio, job_id))

    def person(job_id: str, who: str | None) -> Any:
        try:
            path = named(studio.result(job_id), who or "")
        except StudioError:
            return gr.skip()
        return media_view.model_update(path) if path else gr.skip()

    mark_board.listen(board, None, [])
    shown = [board.photo, board.canvas]
    panel.video.upload(chosen, panel.video, [panel.second, *shown], **QUIET)
    panel.second.release(another, [panel.video, panel.second], shown, **QUIET)
    run_bar.listen(panel.bar, studio)
    reads = [panel.video, panel.second, board.canvas, panel.formats, *panel.options.controls]
    done = panel.bar.go.click(follow, reads, panel.outputs, **run_bar.ONCE)
    show = partial(_made, panel, studio)
    reloaded = result_view.restoring(panel.result, panel.bar, panel.outputs, show)
    for shown_run in (done, reloaded):
        media_view.show_model(shown_run, panel.model, panel.bar.job_id, studio)
    panel.who.input(person, [panel.bar.job_id, panel.who], panel.model, **QUIET)


def _shown(video: str, second: float) -> tuple[Any, Any]:
    """Return the path of a frame's picture, and what the canvas shows of it."""
    data, _ = _frame_png(uploaded(video), second)
    path = save_bytes_to_cache(data, "frame.png", get_upload_folder())
    return path, photo_view(path, [])


def _scaled(prompts: Prompts, shrink: float) -> Prompts:
    """Return marks of a frame as it is shown in pixels of the video."""

    def scaled(prompt: Prompt) -> Prompt:
        if isinstance(prompt, Points):
            return replace(prompt, xy_px=tuple((x / shrink, y / shrink) for x, y in prompt.xy_px))
        if isinstance(prompt, Box):
            left, top, right, bottom = (value / shrink for value in prompt.xyxy_px)
            return replace(prompt, xyxy_px=(left, top, right, bottom))
        return prompt

    return tuple(scaled(prompt) for prompt in prompts)


def _made(panel: VideoPanel, studio: Studio, job_id: str) -> Update:
    result = studio.result(job_id)
    models = [path.name for path in result.files if path.suffix == ".glb"]
    people = result.manifest["facts"]["people"]
    return {
        **result_view.view(panel.result, studio, job_id),
        panel.overlay: media_view.shown(named(result, OVERLAY_FILE)),
        panel.who: gr.update(
            choices=_people(result, models), value=models[0] if models else None, visible=len(models) > 1
        ),
        panel.facts: "".join(table_html(f"Person {facts['id'] + 1}", _rows(facts)) for facts in people),
    }


def _people(result: Result, models: list[str]) -> list[tuple[str, str]]:
    people = result.manifest["facts"]["people"]
    return [(f"Person {facts['id'] + 1}", name) for facts, name in zip(people, models, strict=False)]


def _rows(facts: dict[str, Any]) -> list[Row]:
    plain = [(title(name), value) for name, value in facts.items() if not isinstance(value, dict | list)]
    gaps = ", ".join(f"{start:.2f} to {stop:.2f} s" for start, stop in facts["gaps_s"])
    closely = [
        f"{name.replace('_', ' ')} {part['followed_percent']:g} %"
        for name, part in facts.get("closely", {}).items()
    ]
    told = [("Followed closely", ", ".join(closely))] if closely else []
    return [*plain, *looks_rows(facts), *told, ("Filled", gaps or "nothing")]
