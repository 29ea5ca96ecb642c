"""Two more named endpoints: which shapes fit what is marked, and whole scenes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api
from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder

from apps import recipes, shapes
from apps.studio import Studio
from apps.web.errors import shown_error
from apps.web.follow import finished
from apps.web.pictures import png_bytes
from apps.web.result_files import file_data
from apps.web.uploads import prompts_json, uploaded, with_uploads
from shared import prompts as prompting
from shared.errors import StudioError


def listen(studio: Studio) -> None:
    """Register the endpoints on the page being built."""
    for function in (lift_modes, _scene(studio)):
        api(function, api_name=function.__name__, concurrency_id="endpoints")


def lift_modes(
    photo: gr.FileData, prompts: list[dict], engine: str = "auto"
) -> tuple[list[gr.FileData], list[dict[str, Any]]]:
    """Show which shapes a lift can give what is marked, the best first.

    Args:
        photo: PNG, JPEG, WebP, TIFF, BMP or GIF.
        prompts: Points, boxes, words or a mask, as for segment; several objects are parts of one thing.
        engine: "auto" or the id of a mask engine.

    Returns:
        A small picture of each shape, and for each its mode (for the options of lift), title, score 0..1 and
        reason.
    """
    try:
        offered = shapes.suggestions(uploaded(photo), prompting.parse(prompts), mask_engine=engine)
    except StudioError as error:
        raise shown_error(error) from error
    pictures: Any = [
        file_data(Path(save_bytes_to_cache(png_bytes(one.picture), f"shape_{i}.png", get_upload_folder())))
        for i, one in enumerate(offered)
        if one.picture is not None
    ]
    return pictures, shapes.to_json(offered)


def _scene(studio: Studio) -> Callable[..., tuple[list[gr.FileData], dict[str, Any]]]:
    def scene(
        photo: gr.FileData,
        prompts: list[dict],
        engine: str = "auto",
        options: dict | None = None,
        formats: list[str] | None = None,
    ) -> tuple[list[gr.FileData], dict[str, Any]]:
        """Lift every object marked in a photo, people as bodies, and arrange them on one ground plane.

        Args:
            photo: PNG, JPEG, WebP, TIFF, BMP or GIF.
            prompts: Points, boxes and masks with one object_id an object, or words.
            engine: "auto" or an engine id.
            options: Such as {"mode": "auto", "tallest_mm": 120, "people": "bodies"}.
            formats: "glb", "obj", "zip" (one STL each), "usdz", "fbx"; empty for glb.

        Returns:
            The files, and the manifest with each thing's size, place and distance.
        """
        given = {"options": options, "formats": formats}
        fields = {name: value for name, value in given.items() if value is not None}
        try:
            named = with_uploads(prompts_json(prompts), None)
            asked = {"task": "scene", "input": str(uploaded(photo)), "prompts": named, "engine": engine}
            result = finished(studio, recipes.from_json({**asked, **fields}))
        except StudioError as error:
            raise shown_error(error) from error
        files: Any = [file_data(path) for path in result.files]
        return files, result.manifest

    return scene
