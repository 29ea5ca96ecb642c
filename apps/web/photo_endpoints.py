"""Two more named endpoints: one object of several photos, and the marker mat to print."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api
from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder

from apps import recipes
from apps.studio import Studio
from apps.web.errors import shown_error
from apps.web.follow import finished
from apps.web.photo_sets import packed
from apps.web.result_files import file_data
from apps.web.uploads import prompts_json, with_uploads
from sam_3d.photos.mat import paper as paper_of
from sam_3d.photos.mat import pdf
from shared.errors import StudioError


def listen(studio: Studio) -> None:
    """Register the endpoints on the page being built."""
    for function in (_reconstruct(studio), marker_mat):
        api(function, api_name=function.__name__, concurrency_id="endpoints")


def mat_file(paper: str) -> Path:
    """Return the marker mat of a paper as a PDF that the page may serve.

    Raises:
        InputError: There is no such paper.
    """
    data = pdf(paper_of(paper))
    return Path(save_bytes_to_cache(data, f"marker_mat_{paper.lower()}.pdf", get_upload_folder()))


def marker_mat(paper: str = "a4") -> gr.FileData:
    """Return the marker mat to print, which tells cameras and true millimetres of photos around it.

    Args:
        paper: "a4" or "letter".

    Returns:
        A PDF; to be printed at 100 %.
    """
    try:
        file: Any = file_data(mat_file(paper))
    except StudioError as error:
        raise shown_error(error) from error
    return file


def _reconstruct(studio: Studio) -> Callable[..., tuple[list[gr.FileData], dict[str, Any]]]:
    def reconstruct(
        photos: list[gr.FileData],
        prompts: list[dict] | None = None,
        options: dict | None = None,
        chain: list[dict] | None = None,
        formats: list[str] | None = None,
    ) -> tuple[list[gr.FileData], dict[str, Any]]:
        """Make one object of several photos.

        Args:
            photos: Photos in order around the object, and NAME.mask.png or cameras.json where there are such;
                or one ZIP of them, or one video.
            prompts: What marks the object in the first photo (or the one that the option "marked" names):
                points, boxes or a mask, as for segment; none where photos have masks.
            options: Such as {"cameras": "mat", "corrections": "{\\"b.jpg\\": [...]}", "detail": 128}.
            chain: Mesh operations.
            formats: "glb", "obj", "ply", "stl", "3mf", "usdz", "fbx"; empty for glb and stl.

        Returns:
            The files (meshes, masks.png with all outlines, previews, manifest), and the manifest.
        """
        given = {"options": options, "chain": chain, "formats": formats}
        fields = {name: value for name, value in given.items() if value is not None}
        try:
            named = with_uploads(prompts_json(prompts or []), None)
            asked = {"task": "reconstruct", "input": str(packed(photos)), "prompts": named}
            result = finished(studio, recipes.from_json({**asked, **fields}))
        except StudioError as error:
            raise shown_error(error) from error
        files: Any = [file_data(path) for path in result.files]
        return files, result.manifest

    return reconstruct
