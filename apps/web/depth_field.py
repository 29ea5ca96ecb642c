"""A depth map of the photo: its file, and what its values mean."""

from dataclasses import dataclass
from typing import Any

import gradio as gr
import numpy as np

from apps.web.errors import told
from apps.web.mark_board import MarkBoard
from apps.web.run_bar import QUIET, note_html
from apps.web.uploads import uploaded
from shared.errors import StudioError
from shared.loading import load_image
from shared.loading_depth import load_depth
from shared.prompts import Depth, Prompts

_FILES = [".png", ".tif", ".tiff", ".npy", ".npz", ".exr", ".pfm"]
_WHY = "From a phone with a depth camera, or a depth net: the object's front then follows it."
_MEANINGS = (
    ("Find out", "auto"),
    ("Distance: larger is farther", "distance"),
    ("Disparity: larger is nearer, 1 / distance", "disparity"),
    ("Nearness: larger is nearer, no scale", "nearness"),
)


@dataclass(frozen=True)
class DepthField:
    """Its components."""

    file: gr.File
    told: gr.HTML
    meaning: gr.Dropdown
    focal_px: gr.Number
    unit_mm: gr.Number

    @property
    def controls(self) -> list[Any]:
        """What a run reads, in the order that `prompts_of` takes."""
        return [self.file, self.meaning, self.focal_px, self.unit_mm]


def render(*, name: str) -> DepthField:
    """Draw the field.

    Args:
        name: Unique within the page, for element ids.
    """
    with gr.Accordion("Depth map of the photo", open=False, elem_id=f"{name}-depth"):
        gr.HTML(f'<p class="credit">{_WHY}</p>', padding=False, apply_default_css=False)
        file = gr.File(
            label="PNG, TIFF, NPY, NPZ, EXR, PFM",
            file_types=_FILES,
            height=150,
            elem_classes="drop",
            elem_id=f"{name}-depth-file",
        )
        read = gr.HTML("", padding=False, apply_default_css=False, elem_id=f"{name}-depth-told")
        meaning = gr.Dropdown(
            list(_MEANINGS), value="auto", label="Its values mean", elem_id=f"{name}-depth-meaning"
        )
        with gr.Row():
            focal = gr.Number(0, label="Focal length, pixels", info="0: not known.", minimum=0)
            unit = gr.Number(0, label="One step of distance, mm", info="0: not known.", minimum=0)
    return DepthField(file, read, meaning, focal, unit)


def listen(field: DepthField, board: MarkBoard) -> None:
    """Say at once what was read of a map, or why it does not fit the photo.

    Args:
        field: The components.
        board: Has the photo.
    """
    field.file.change(_read, [field.file, board.photo], field.told, **QUIET)


def _read(file: Any, photo: str) -> str:
    from sam_3d.depth.cleaning import map_scale

    if not file:
        return ""
    try:
        values, notes = load_depth(uploaded(str(file)))
        image = load_image(photo)
        map_scale(values.shape, (image.width, image.height))
    except StudioError as error:
        return note_html(told(error), wrong=True)
    known = values[np.isfinite(values)]
    size = f"{values.shape[1]} × {values.shape[0]} values from {known.min():g} to {known.max():g}."
    return note_html(" ".join((size, *notes)))


def prompts_of(given: tuple[Any, ...]) -> Prompts:
    """Return the depth prompt of the field's values, or nothing where no file was chosen.

    Raises:
        InputError: The file was not uploaded here.
        PromptError: A number does not fit.
    """
    file, meaning, focal_px, unit_mm = given
    if not file:
        return ()
    return (Depth(str(uploaded(str(file))), str(meaning), float(focal_px or 0), float(unit_mm or 0)),)
