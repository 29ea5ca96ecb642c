"""The page offers exactly the formats and options that the task of segmentation declares."""

import gradio as gr

from apps.task import task
from apps.web import mask_files
from shared.params import parameters
from shared.prompts import Text


def test_every_format_and_option_of_the_task_is_offered() -> None:
    with gr.Blocks():
        drawn = mask_files.render(name="any")
    kind = task("segment")
    assert [value for _, value in drawn.formats.choices] == list(kind.formats)
    assert drawn.formats.value == list(kind.default_formats)
    declared = {parameter.name for parameter in parameters(kind.options)}
    assert set(drawn.options.names) == declared - set(mask_files.ELSEWHERE)


def test_what_is_ticked_becomes_the_recipe() -> None:
    with gr.Blocks():
        drawn = mask_files.render(name="any")
    values = tuple(control.value for control in drawn.options.controls)
    made = drawn.recipe("photo.png", (Text("cup"),), "auto", (["json"], *values))
    assert made.formats == ("json",) and made.task == "segment" and made.prompts == (Text("cup"),)
    assert task("segment").checked_options(made.options)
