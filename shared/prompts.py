"""Prompts in the media's own units: pixels, seconds, hertz. Only adapters rescale them.

Their JSON form is one object each, told apart by "kind":

    [{"kind": "text", "text": "dog"},
     {"kind": "points", "xy_px": [[310, 200], [40, 60]], "keep": [true, false], "object_id": 0},
     {"kind": "box", "xyxy_px": [20, 30, 400, 380], "keep": true, "object_id": 0},
     {"kind": "span", "start_s": 1.2, "end_s": 3.5, "keep": true},
     {"kind": "pan", "left": -1.0, "right": -0.3, "keep": true}]
"""

import json
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

from shared.errors import PromptError
from shared.masks import from_rle
from shared.media import AudioSource, Image
from shared.prompt_depth import Depth
from shared.prompt_fields import MAX_TEXT, Prompt
from shared.prompt_picture import Box, Choice, Keypoints, MaskHint, Points
from shared.prompt_sound import Band, Example, Noise, Pan, Reference, Span
from shared.prompt_text import Everything, NotText, Text

__all__ = [
    "FILED", "KINDS", "MAX_PROMPTS", "MAX_TEXT", "Band", "Box", "Choice", "Depth", "Everything", "Example",
    "Keypoints", "MaskHint", "Noise", "NotText", "Pan", "Points", "Prompt", "Prompts", "Reference", "Span",
    "Text", "check", "of_kind", "parse", "to_json",
]  # fmt: skip

MAX_PROMPTS = 256
SOUND_OR_PICTURE = (Text, NotText)
SOUND_ONLY = (Span, Band, Pan, Example, Noise, Reference)
PICTURE_ONLY = (Points, Box, MaskHint, Keypoints, Choice, Everything, Depth)
FILED = (Reference, Depth)  # those that name a file

Prompts = tuple[Prompt, ...]
KINDS: dict[str, type[Prompt]] = {kind.kind: kind for kind in (*SOUND_OR_PICTURE, *SOUND_ONLY, *PICTURE_ONLY)}


def parse(items: Any) -> Prompts:
    """Make prompts from their JSON list (or its text).

    Raises:
        PromptError: Not such a list, an unknown kind, or a prompt that is wrong in itself.
    """
    if isinstance(items, str):
        try:
            items = json.loads(items)
        except ValueError as error:
            raise PromptError(f"The prompts are not JSON ({error}).") from None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise PromptError('Prompts want a JSON list of objects, such as [{"kind": "text", "text": "dog"}].')
    if len(items) > MAX_PROMPTS:
        raise PromptError(f"At most {MAX_PROMPTS} prompts can be given, but got {len(items)}.")
    return tuple(_prompt(item) for item in items)


def to_json(prompts: Iterable[Prompt]) -> list[dict[str, Any]]:
    """Return prompts as a JSON list that `parse` reads back."""
    return [prompt.to_json() for prompt in prompts]


def of_kind(prompts: Iterable[Prompt], kind: type[Prompt]) -> list[Any]:
    """Return the prompts of one kind, in order."""
    return [prompt for prompt in prompts if isinstance(prompt, kind)]


def check(prompts: Prompts, media: Image | AudioSource) -> None:
    """Refuse prompts that do not fit this media: outside the picture, after the end of the sound.

    Raises:
        PromptError: Naming the prompt, the media's size, and what to do.
    """
    for prompt in prompts:
        if isinstance(media, Image):
            _check_on_image(prompt, media)
        else:
            _check_on_audio(prompt, media)


def _check_on_image(prompt: Prompt, image: Image) -> None:
    size = f"the picture is {image.width} x {image.height} pixels"
    if isinstance(prompt, SOUND_ONLY):
        raise PromptError(f"A {prompt.kind} prompt is for sound, but the input is a picture.")
    if isinstance(prompt, Points | Keypoints):
        for x, y in prompt.xy_px:
            if not (0 <= x < image.width and 0 <= y < image.height):
                raise PromptError(
                    f"The point {x:g},{y:g} lies outside the picture; {size}.",
                    "Coordinates are column,row in pixels of the original picture, from the top left.",
                )
    if isinstance(prompt, Box):
        left, top, right, bottom = prompt.xyxy_px
        if left >= image.width or top >= image.height or right <= 0 or bottom <= 0:
            raise PromptError(f"The box {left:g},{top:g},{right:g},{bottom:g} lies outside; {size}.")
    if isinstance(prompt, MaskHint) and prompt.mask.shape != (image.height, image.width):
        rows, columns = prompt.mask.shape
        raise PromptError(
            f"The mask is {columns} x {rows} pixels, but {size}.",
            "Give a mask of the picture's own size (and orientation).",
        )
    if isinstance(prompt, Depth) and not Path(prompt.file).is_file():
        raise PromptError(f"The depth map {prompt.file} is not there.", "Name a PNG, TIFF, NPY or EXR file.")


def _check_on_audio(prompt: Prompt, source: AudioSource) -> None:
    if isinstance(prompt, PICTURE_ONLY):
        raise PromptError(f"A {prompt.kind} prompt is for pictures, but the input is sound.")
    length_s = source.frames / source.sample_rate_hz
    if isinstance(prompt, Span | Band | Example | Noise) and prompt.start_s >= length_s:
        raise PromptError(
            f"The {prompt.kind} starts at {prompt.start_s:g} s; the sound ends at {length_s:g} s."
        )
    if isinstance(prompt, Band) and prompt.low_hz >= source.sample_rate_hz / 2:
        raise PromptError(
            f"The band starts at {prompt.low_hz:g} Hz; this sound ends at {source.sample_rate_hz / 2:g} Hz."
        )
    if isinstance(prompt, Pan) and source.channels != 2:
        raise PromptError(
            f"A pan window is for stereo sound; this sound has {_channels(source.channels)}.",
            "Leave it out, or give the stereo recording.",
        )
    if isinstance(prompt, Reference) and not Path(prompt.file).is_file():
        raise PromptError(f"The reference {prompt.file} is not there.", "Name a sound file.")


def _channels(count: int) -> str:
    return "one channel" if count == 1 else f"{count} channels"


def _prompt(item: dict[str, Any]) -> Prompt:
    values = {name: value for name, value in item.items() if name != "kind"}
    kind = KINDS.get(str(item.get("kind")))
    if kind is None:
        raise PromptError(
            f"There is no prompt kind {item.get('kind')!r}.", f"Choose from {', '.join(KINDS)}."
        )
    if kind is MaskHint and isinstance(values.get("mask"), dict):
        values["mask"] = from_rle(values["mask"])
    for name, value in values.items():
        if isinstance(value, list):
            values[name] = tuple(tuple(v) if isinstance(v, list) else v for v in value)
    known = {f.name for f in fields(kind)}
    if unknown := sorted(set(values) - known):
        raise PromptError(
            f"A {kind.kind} prompt has no field {', '.join(unknown)}; it has {', '.join(known)}."
        )
    try:
        return kind(**values)
    except TypeError as error:
        raise PromptError(f"A {kind.kind} prompt is incomplete or of wrong types ({error}).") from None
