"""The endpoint of people in a video."""

from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.events import api

from apps import recipes
from apps.studio import Studio
from apps.web.errors import shown_error
from apps.web.follow import finished
from apps.web.result_files import file_data
from apps.web.uploads import prompts_json, uploaded, with_uploads
from shared.errors import StudioError


def listen(studio: Studio) -> None:
    """Register the endpoint on the page being built."""
    api(_track(studio), api_name="track", concurrency_id="endpoints")


def _track(studio: Studio) -> Callable[..., tuple[list[gr.FileData], dict[str, Any]]]:
    def track(
        video: gr.FileData,
        prompts: list[dict] | None = None,
        options: dict | None = None,
        formats: list[str] | None = None,
    ) -> tuple[list[gr.FileData], dict[str, Any]]:
        """Follow the people of a video: one body each, moving, with planted feet.

        Args:
            video: MP4, MOV, WebM, MKV, AVI or GIF; the camera stands still.
            prompts: Points or boxes on the people meant, in pixels of the upright video, in the frame at the
                option "at_s"; empty for everybody.
            options: Such as {"rig": "mixamo", "from_s": 2, "to_s": 6, "smooth_hz": 4, "height_cm": 178,
                "surface": "clothes", "blur_face": true}.
            formats: "glb", "bvh", "json", "npz", "csv", "usdc", "usdz", "fbx"; empty for the first three.

        Returns:
            The files (motions, overlay.mp4, manifest), and the manifest with people, gaps and contacts.
        """
        given = {"options": options, "formats": formats}
        fields = {name: value for name, value in given.items() if value is not None}
        try:
            listed = with_uploads(prompts_json(prompts or []), None)
            asked = {"task": "track", "input": str(uploaded(video)), "prompts": listed, **fields}
            result = finished(studio, recipes.from_json(asked))
        except StudioError as error:
            raise shown_error(error) from error
        files: Any = [file_data(path) for path in result.files]
        return files, result.manifest

    return track
