"""The page offers exactly the formats and options that the task of segmentation declares."""

from pathlib import Path

import gradio as gr
import numpy as np
import pytest
import tifffile
from PIL import Image

from apps.live import LiveMasks
from apps.studio import Studio
from apps.task import task
from apps.web import mask_files
from apps.web.pictures import preview_of
from shared.params import parameters
from shared.prompts import Points, Text


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
    assert task("segment").checked_options(made.options) and "shrink" not in made.options


def test_a_raster_too_large_to_be_shown_is_marked_and_segmented_at_the_same_part_of_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGSTUDIO_MAX_IMAGE_MEGAPIXELS", "0.02")
    pixels = np.full((400, 300, 3), (60, 120, 60), np.uint8)
    pixels[100:300, 90:210] = (200, 180, 90)
    path = tmp_path / "large.tif"
    tifffile.imwrite(path, pixels, photometric="rgb")
    shown = preview_of(path)
    assert (shown.shrink, shown.width_px, shown.height_px) == (3, 100, 134)
    with gr.Blocks():
        drawn = mask_files.render(name="any")
    values = tuple(control.value for control in drawn.options.controls)
    made = drawn.recipe(str(path), (Points(((50, 66),), (True,)),), "auto", (["mask"], *values))
    looked = LiveMasks()(path, made.prompts).masks.masks
    assert looked.shape[1:] == (134, 100)
    result = Studio().run(made, tmp_path / "out")
    written = np.asarray(Image.open(tmp_path / "out" / "mask_000.png")) > 0
    assert (written == looked[0]).all() and written[66, 50] and not written[10, 10]
    assert any("1/3 of its size" in warning for warning in result.manifest["warnings"])
