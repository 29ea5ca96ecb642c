"""The endpoint of one person in several photos."""

from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.events import api

from apps import recipes
from apps.studio import Studio
from apps.web.errors import shown_error
from apps.web.follow import finished
from apps.web.photo_sets import packed
from apps.web.result_files import file_data
from apps.web.uploads import prompts_json, with_uploads
from shared.errors import StudioError


def listen(studio: Studio) -> None:
    """Register the endpoint on the page being built."""
    api(_estimate_several(studio), api_name="estimate_several", concurrency_id="endpoints")


def _estimate_several(studio: Studio) -> Callable[..., tuple[list[gr.FileData], dict[str, Any]]]:
    def estimate_several(
        photos: list[gr.FileData],
        prompts: list[dict] | None = None,
        engine: str = "auto",
        options: dict | None = None,
        formats: list[str] | None = None,
    ) -> tuple[list[gr.FileData], dict[str, Any]]:
        """Estimate one person from several photos in about the same pose: one shape, one pose, all cameras.

        Args:
            photos: 2 to 8 photos, such as front and side, in the order of their names; or one ZIP of them.
            prompts: Who is meant in the first photo (or the one that the option "marked" names), and its
                joints, as for estimate; none where each photo shows one person.
            engine: "auto" or an engine id.
            options: Such as {"height_cm": 178, "clothes": "tight", "rig": "mixamo", "surface": "clothes",
                "corrections": "{\\"side.jpg\\": [{\\"kind\\": \\"box\\", ...}]}"}.
            formats: As for estimate, without "coco".

        Returns:
            The files (rig, an overlay of each photo, manifest), and the manifest: under "photos" where each
            was taken from and how well it agrees with the others.
        """
        given = {"options": options, "formats": formats}
        fields = {name: value for name, value in given.items() if value is not None}
        try:
            named = with_uploads(prompts_json(prompts or []), None)
            asked = {"task": "several", "input": str(packed(photos)), "prompts": named, "engine": engine}
            result = finished(studio, recipes.from_json({**asked, **fields}))
        except StudioError as error:
            raise shown_error(error) from error
        files: Any = [file_data(path) for path in result.files]
        return files, result.manifest

    return estimate_several
