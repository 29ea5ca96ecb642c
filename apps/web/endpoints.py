"""The named endpoints: /separate, /segment, /lift, /estimate; the same runs for programs and for agents."""

from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.events import api

from apps import recipes
from apps.recipes import Recipe
from apps.studio import Studio
from apps.web.errors import shown_error
from apps.web.follow import finished
from apps.web.result_files import file_data
from apps.web.uploads import uploaded
from shared.errors import StudioError

Answer = tuple[list[gr.FileData], dict[str, Any]]


def listen(studio: Studio) -> None:
    """Register the endpoints on the page being built."""
    for function in (_separate(studio), _segment(studio), _lift(studio), _estimate(studio)):
        api(function, api_name=function.__name__, concurrency_id="endpoints")


def _separate(studio: Studio) -> Callable[..., Answer]:
    def separate(
        sound: gr.FileData,
        prompts: list[dict],
        engine: str = "auto",
        chain: list[dict] | None = None,
        formats: list[str] | None = None,
    ) -> Answer:
        """Take named sounds out of a recording.

        Args:
            sound: WAV, FLAC, OGG, MP3, M4A or MP4.
            prompts: Such as [{"kind": "text", "text": "speech"}].
            engine: "auto" or an engine id.
            chain: Effects on the target, such as [{"id": "gain", "gain_db": -3}].
            formats: "wav", "flac"; empty for wav.

        Returns:
            The files (targets, residual, remix, manifest), and the manifest.
        """
        return _answer(
            studio, "separate", sound, prompts=prompts, engine=engine, chain=chain, formats=formats
        )

    return separate


def _segment(studio: Studio) -> Callable[..., Answer]:
    def segment(
        photo: gr.FileData,
        prompts: list[dict],
        engine: str = "auto",
        formats: list[str] | None = None,
    ) -> Answer:
        """Segment a photo by clicks, boxes or words.

        Args:
            photo: PNG, JPEG, WebP, TIFF, BMP or GIF.
            prompts: Such as [{"kind": "points", "xy_px": [[310, 200]], "keep": [true]}], in pixels.
            engine: "auto" or an engine id.
            formats: "mask", "cutout", "json", "overlay"; empty for all.

        Returns:
            The files (masks, cut-outs, masks.json, manifest), and the manifest.
        """
        return _answer(studio, "segment", photo, prompts=prompts, engine=engine, formats=formats)

    return segment


def _lift(studio: Studio) -> Callable[..., Answer]:
    def lift(
        photo: gr.FileData,
        prompts: list[dict],
        engine: str = "auto",
        options: dict | None = None,
        chain: list[dict] | None = None,
        formats: list[str] | None = None,
    ) -> Answer:
        """Lift the marked object of a photo to a mesh.

        Args:
            photo: PNG, JPEG, WebP, TIFF, BMP or GIF.
            prompts: Points, boxes, words or a mask, as for segment.
            engine: "auto" or an engine id.
            options: Such as {"height_mm": 100, "thickness": 1.3}.
            chain: Mesh operations.
            formats: "glb", "obj", "ply", "stl"; empty for glb and stl.

        Returns:
            The files (meshes, previews, manifest), and the manifest with the mesh's statistics.
        """
        more: dict[str, Any] = {"options": options, "chain": chain, "formats": formats}
        return _answer(studio, "lift", photo, prompts=prompts, engine=engine, **more)

    return lift


def _estimate(studio: Studio) -> Callable[..., Answer]:
    def estimate(
        photo: gr.FileData,
        prompts: list[dict] | None = None,
        engine: str = "auto",
        options: dict | None = None,
        formats: list[str] | None = None,
    ) -> Answer:
        """Estimate the people in a photo as posed, rigged bodies.

        Args:
            photo: PNG, JPEG, WebP, TIFF, BMP or GIF.
            prompts: A point or box on the person; empty for everybody that is found.
            engine: "auto" or an engine id.
            options: Such as {"rig": "mixamo"}.
            formats: "glb", "bvh", "stl", "json"; empty for all.

        Returns:
            The files (rigs, overlays, manifest), and the manifest with joints and height.
        """
        more: dict[str, Any] = {"options": options, "formats": formats}
        return _answer(studio, "estimate", photo, prompts=prompts, engine=engine, **more)

    return estimate


def _answer(studio: Studio, task: str, file: Any, **fields: Any) -> Answer:
    try:
        result = finished(studio, _recipe(task, file, fields))
    except StudioError as error:
        raise shown_error(error) from error
    files: Any = [file_data(path) for path in result.files]
    return files, result.manifest


def _recipe(task: str, file: Any, fields: dict[str, Any]) -> Recipe:
    given = {name: value for name, value in fields.items() if value is not None}
    return recipes.from_json({"task": task, "input": str(uploaded(file)), **given})
