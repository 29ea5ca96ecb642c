"""The named endpoints: the runs of the three tabs, and a spectrogram, for programs and for agents."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api
from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder

from apps import recipes
from apps.recipes import Recipe
from apps.studio import Studio
from apps.web.errors import shown_error
from apps.web.follow import finished
from apps.web.result_files import file_data
from apps.web.uploads import prompts_json, uploaded, with_depth, with_uploads
from sam_audio.axes import checked_axis
from sam_audio.board import board
from sam_audio.music import measure_music
from shared.errors import StudioError
from shared.loading import load_audio

Answer = tuple[list[gr.FileData], dict[str, Any]]


def listen(studio: Studio) -> None:
    """Register the endpoints on the page being built."""
    for function in (_separate(studio), spectrum, music, _segment(studio), _lift(studio), _estimate(studio)):
        api(function, api_name=function.__name__, concurrency_id="endpoints")


def _separate(studio: Studio) -> Callable[..., Answer]:
    def separate(
        sound: gr.FileData,
        prompts: list[dict],
        engine: str = "auto",
        chain: list[dict] | None = None,
        formats: list[str] | None = None,
        options: dict | None = None,
        references: list[gr.FileData] | None = None,
    ) -> Answer:
        """Take sounds out of a recording: named, drawn as boxes or times, or given as another recording.

        Args:
            sound: WAV, FLAC, OGG, MP3, AIFF, M4A, MP4, or CSV or NPY of a sensor.
            prompts: Such as [{"kind": "text", "text": "speech"}, {"kind": "band", "start_s": 1.2, "end_s": 3,
                "low_hz": 2000, "high_hz": 6000, "keep": true}]; kinds are text, not_text, span, band, pan,
                example, noise and reference. A reference's "file" is the number (from 0) or the name of one
                of `references`.
            engine: "auto" or an engine id.
            chain: Effects on the target, such as [{"id": "gain", "gain_db": -3}].
            formats: Such as "wav" or "flac"; empty for wav.
            options: Such as {"strength": 1.0}.
            references: The recordings that prompts of the kind reference name.

        Returns:
            The files (targets, residual, with effects wet and remix, manifest), and the manifest.
        """
        more: dict[str, Any] = {"chain": chain, "formats": formats, "options": options}
        return _answer(
            studio, "separate", sound, prompts=prompts, references=references, engine=engine, **more
        )

    return separate


def spectrum(
    sound: gr.FileData, axis: str = "mel", columns: int = 1200
) -> tuple[gr.FileData, dict[str, Any]]:
    """Draw a recording's spectrogram, to find the seconds and hertz of a band prompt.

    Args:
        sound: WAV, FLAC, OGG, MP3, AIFF, M4A or MP4.
        axis: Frequency axis: "mel", "log" or "linear".
        columns: Width of the picture in pixels, 16 to 4000.

    Returns:
        A PNG without labels, and its scale: axis, low_hz and high_hz (lower and upper edge), duration_s.
    """
    try:
        source: Any = load_audio(uploaded(sound))
        drawn = board(source, min(max(int(columns), 16), 4000), axis=checked_axis(axis))
    except StudioError as error:
        raise shown_error(error) from error
    picture: Any = file_data(Path(save_bytes_to_cache(drawn.png, "spectrum.png", get_upload_folder())))
    return picture, drawn.scale


def music(sound: gr.FileData) -> dict[str, Any]:
    """Tell tempo, beats, key and tuning of a recording.

    Args:
        sound: WAV, FLAC, OGG, MP3, AIFF, M4A or MP4, 3 s or longer; the first ten minutes are heard.

    Returns:
        tempo_bpm, pulse (below 1.5 there is hardly a beat), beats_s, key, key_margin, second_key,
        tuning_cents, heard_s, and lengths_ms of notes, for a delay.
    """
    try:
        source: Any = load_audio(uploaded(sound))
        return measure_music(source).to_json()
    except StudioError as error:
        raise shown_error(error) from error


def _segment(studio: Studio) -> Callable[..., Answer]:
    def segment(
        photo: gr.FileData,
        prompts: list[dict],
        engine: str = "auto",
        formats: list[str] | None = None,
        options: dict | None = None,
    ) -> Answer:
        """Segment a photo by clicks, boxes or words.

        Args:
            photo: PNG, JPEG, WebP, TIFF, BMP or GIF.
            prompts: Such as [{"kind": "points", "xy_px": [[310, 200]], "keep": [true]}], in pixels.
            engine: "auto" or an engine id.
            formats: Such as "mask", "cutout", "json", "yolo", "svg", "geojson" or "prompts"; empty for the
                usual ones.
            options: Such as {"edge": "matte", "edge_px": 20, "segmentation": "polygons"}.

        Returns:
            The files (masks, cut-outs, masks.json, manifest), and the manifest.
        """
        more: dict[str, Any] = {"formats": formats, "options": options}
        return _answer(studio, "segment", photo, prompts=prompts, engine=engine, **more)

    return segment


def _lift(studio: Studio) -> Callable[..., Answer]:
    def lift(
        photo: gr.FileData,
        prompts: list[dict],
        engine: str = "auto",
        options: dict | None = None,
        chain: list[dict] | None = None,
        formats: list[str] | None = None,
        depth: gr.FileData | None = None,
    ) -> Answer:
        """Lift the marked object of a photo to a mesh.

        Args:
            photo: PNG, JPEG, WebP, TIFF, BMP or GIF.
            prompts: Points, boxes, words or a mask, as for segment. With `depth`, a prompt such as
                {"kind": "depth", "meaning": "distance", "focal_px": 1400, "unit_mm": 1} says what its values
                mean: auto, distance, disparity or nearness.
            engine: "auto" or an engine id.
            options: Such as {"height_mm": 100, "thickness": 1.3}.
            chain: Mesh operations.
            formats: "glb", "obj", "ply", "stl", "3mf", "usdz", "fbx"; empty for glb and stl.
            depth: A depth map of the photo, which the front then follows: PNG, TIFF, NPY, NPZ, EXR or PFM.

        Returns:
            The files (meshes, previews, manifest), and the manifest with the mesh's statistics.
        """
        more: dict[str, Any] = {"options": options, "chain": chain, "formats": formats, "depth": depth}
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
            prompts: A point or box on the person; empty for everybody that is found. Corrections of joints
                are {"kind": "keypoints", "names": ["left_wrist"], "xy_px": [[310, 200]], "hidden": [],
                "nearer": ["left_elbow"], "farther": [], "object_id": 0}.
            engine: "auto" or an engine id.
            options: Such as {"rig": "mixamo", "rest": "T", "height_cm": 178}.
            formats: "glb", "bvh", "stl", "json", "obj", "ply", "npz", "csv", "coco", "usdc", "usdz", "fbx";
                empty for the first 4.

        Returns:
            The files (rigs, overlays, manifest), and the manifest with joints and height.
        """
        more: dict[str, Any] = {"options": options, "formats": formats}
        return _answer(studio, "estimate", photo, prompts=prompts, engine=engine, **more)

    return estimate


def _answer(
    studio: Studio, task: str, file: Any, *, references: Any = None, depth: Any = None, **fields: Any
) -> Answer:
    try:
        result = finished(studio, _recipe(task, file, references, depth, fields))
    except StudioError as error:
        raise shown_error(error) from error
    files: Any = [file_data(path) for path in result.files]
    return files, result.manifest


def _recipe(task: str, file: Any, references: Any, depth: Any, fields: dict[str, Any]) -> Recipe:
    given = {name: value for name, value in fields.items() if value is not None}
    if "prompts" in given:
        listed = prompts_json(given["prompts"])
        given["prompts"] = with_depth(listed, depth) if depth else with_uploads(listed, references)
    return recipes.from_json({"task": task, "input": str(uploaded(file)), **given})
