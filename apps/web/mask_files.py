"""Which files the masks become, and with which options: controls made from the declaration of the task."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from apps.recipes import Recipe
from apps.task import task
from apps.web import options_panel, prompt_upload
from apps.web.options_panel import OptionsPanel
from shared.export.masks import mask_forms
from shared.limits import Limits
from shared.loading_raster import least_shrink
from shared.prompts import Prompts

TASK = "segment"
# The table of things found has a slider of its own, whose choice goes with the prompts; and a raster that is
# too large is marked on the page at 1/N of its size: the run takes the same N.
ELSEWHERE = ("threshold", "shrink")


@dataclass(frozen=True)
class MaskFiles:
    """Its components.

    Args:
        opener: Opens prompts that were written before.
        formats: What is written.
        options: Options of the task.
    """

    opener: gr.UploadButton
    formats: gr.CheckboxGroup
    options: OptionsPanel

    @property
    def controls(self) -> list[Any]:
        """What a run reads, in the order that `recipe` wants."""
        return [self.formats, *self.options.controls]

    def recipe(self, photo: str, prompts: Prompts, engine: str, given: tuple[Any, ...]) -> Recipe:
        """Return the recipe of a segmentation.

        Args:
            photo: Path of the picture.
            prompts: What is meant.
            engine: "auto" or an engine id.
            given: Values of `controls`.
        """
        formats, *values = given
        options = self.options.values(tuple(values))
        shrink = least_shrink(Path(photo), Limits.from_environment()) if photo else 1
        options |= {"shrink": shrink} if shrink > 1 else {}
        return Recipe(TASK, photo, prompts, engine, options, formats=tuple(formats))


def render(*, name: str) -> MaskFiles:
    """Draw formats and options of the masks, folded.

    Args:
        name: Unique within the page, for element ids.
    """
    kind = task(TASK)
    titles = {form.name: form.title for form in mask_forms()}
    choices = [(titles[name], name) for name in kind.formats]
    with gr.Accordion("Mask files", open=False, elem_id=f"{name}-mask-files"):
        opener = prompt_upload.render(name=name)
        formats = gr.CheckboxGroup(choices, value=list(kind.default_formats), label="Files to write")
        return MaskFiles(opener, formats, options_panel.render(TASK, without=ELSEWHERE))
