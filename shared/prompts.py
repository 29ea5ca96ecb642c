"""Prompts in the media's own units: pixels, seconds, hertz. Only adapters rescale them.

Their JSON form is one object each, told apart by "kind":

    [{"kind": "text", "text": "dog"},
     {"kind": "points", "xy_px": [[310, 200], [40, 60]], "keep": [true, false], "object_id": 0},
     {"kind": "box", "xyxy_px": [20, 30, 400, 380], "keep": true, "object_id": 0},
     {"kind": "span", "start_s": 1.2, "end_s": 3.5, "keep": true}]
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from shared.arrays import frozen
from shared.errors import PromptError
from shared.masks import from_rle, to_rle
from shared.media import AudioSource, Image

MAX_TEXT = 200
MAX_PROMPTS = 256
MAX_POINTS = 1000


@dataclass(frozen=True)
class Prompt:
    """Base of all prompts."""

    kind: ClassVar[str] = ""

    def to_json(self) -> dict[str, Any]:
        """Return the prompt as a JSON object."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {"kind": self.kind, **{k: _plain(v) for k, v in values.items()}}


@dataclass(frozen=True)
class Text(Prompt):
    """Name what to keep, in a few words: 1..200 characters."""

    kind: ClassVar[str] = "text"
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _words(self.text))


@dataclass(frozen=True)
class NotText(Prompt):
    """Name what to drop, in a few words: 1..200 characters."""

    kind: ClassVar[str] = "not_text"
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _words(self.text))


@dataclass(frozen=True)
class Span(Prompt):
    """A time range to keep or to drop, seconds, 0 <= start < end."""

    kind: ClassVar[str] = "span"
    start_s: float
    end_s: float
    keep: bool = True

    def __post_init__(self) -> None:
        _numbers(self, "start_s", "end_s")
        _flag(self)
        if not 0 <= self.start_s < self.end_s:
            raise PromptError(f"A span wants 0 <= start < end, but got {self.start_s} to {self.end_s} s.")


@dataclass(frozen=True)
class Band(Prompt):
    """A time × frequency box on the spectrogram to keep or to drop; seconds and hertz."""

    kind: ClassVar[str] = "band"
    start_s: float
    end_s: float
    low_hz: float
    high_hz: float
    keep: bool = True

    def __post_init__(self) -> None:
        _numbers(self, "start_s", "end_s", "low_hz", "high_hz")
        _flag(self)
        if not (0 <= self.start_s < self.end_s and 0 <= self.low_hz < self.high_hz):
            raise PromptError(
                "A band wants 0 <= start < end and 0 <= low < high, but got "
                f"{self.start_s} to {self.end_s} s and {self.low_hz} to {self.high_hz} Hz."
            )


@dataclass(frozen=True)
class Points(Prompt):
    """Clicks on one object.

    Args:
        xy_px: (column, row) each, in pixels of the original picture.
        keep: True for a click on the object, False for one beside it; as many as points.
        object_id: Which object of the picture they belong to, 0..255.
    """

    kind: ClassVar[str] = "points"
    xy_px: tuple[tuple[float, float], ...]
    keep: tuple[bool, ...]
    object_id: int = 0

    def __post_init__(self) -> None:
        xy, keep = _positions(self), tuple(self.keep)
        if not 1 <= len(xy) <= MAX_POINTS or len(keep) != len(xy):
            raise PromptError(
                f"Points want 1 to {MAX_POINTS} positions with one keep flag each, "
                f"but got {len(xy)} positions and {len(keep)} flags."
            )
        if not all(isinstance(k, bool) for k in keep):
            raise PromptError(f"The keep flags of points want true or false, but got {keep!r}.")
        _object_id(self)
        object.__setattr__(self, "xy_px", xy)
        object.__setattr__(self, "keep", keep)


@dataclass(frozen=True)
class Box(Prompt):
    """A box around an object (keep) or around what is not meant; left, top, right, bottom in pixels."""

    kind: ClassVar[str] = "box"
    xyxy_px: tuple[float, float, float, float]
    keep: bool = True
    object_id: int = 0

    def __post_init__(self) -> None:
        try:
            left, top, right, bottom = (float(v) for v in self.xyxy_px)
        except (TypeError, ValueError):
            raise PromptError(f"A box wants four numbers, but got {self.xyxy_px!r}.") from None
        if not (np.isfinite([left, top, right, bottom]).all() and left < right and top < bottom):
            raise PromptError(
                f"A box wants left < right and top < bottom, but got {left:g},{top:g},{right:g},{bottom:g}."
            )
        _flag(self)
        _object_id(self)
        object.__setattr__(self, "xyxy_px", (left, top, right, bottom))


@dataclass(frozen=True, eq=False)
class MaskHint(Prompt):
    """An earlier or hand-made mask of an object: (H, W) bool, of the picture's own size."""

    kind: ClassVar[str] = "mask"
    mask: NDArray[np.bool_]
    object_id: int = 0

    def __post_init__(self) -> None:
        mask = frozen("The mask", self.mask, np.bool_, (None, None))
        if not mask.any():
            raise PromptError("The mask is empty.", "Mark at least one pixel of the object.")
        _object_id(self)
        object.__setattr__(self, "mask", mask)


@dataclass(frozen=True)
class Keypoints(Prompt):
    """Named body joints that the user has placed: name and (column, row) in pixels."""

    kind: ClassVar[str] = "keypoints"
    names: tuple[str, ...]
    xy_px: tuple[tuple[float, float], ...]
    object_id: int = 0

    def __post_init__(self) -> None:
        xy = _positions(self)
        if not self.names or len(self.names) != len(xy):
            raise PromptError(
                f"Keypoints want one position a name, but got {len(self.names)} names "
                f"and {len(xy)} positions."
            )
        _object_id(self)
        object.__setattr__(self, "names", tuple(self.names))
        object.__setattr__(self, "xy_px", xy)


Prompts = tuple[Prompt, ...]
KINDS: dict[str, type[Prompt]] = {
    kind.kind: kind for kind in (Text, NotText, Span, Band, Points, Box, MaskHint, Keypoints)
}


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
    if isinstance(prompt, Span | Band):
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


def _check_on_audio(prompt: Prompt, source: AudioSource) -> None:
    if isinstance(prompt, Points | Box | MaskHint | Keypoints):
        raise PromptError(f"A {prompt.kind} prompt is for pictures, but the input is sound.")
    length_s = source.frames / source.sample_rate_hz
    if isinstance(prompt, Span | Band) and prompt.start_s >= length_s:
        raise PromptError(
            f"The {prompt.kind} starts at {prompt.start_s:g} s; the sound ends at {length_s:g} s."
        )
    if isinstance(prompt, Band) and prompt.low_hz >= source.sample_rate_hz / 2:
        raise PromptError(
            f"The band starts at {prompt.low_hz:g} Hz; this sound ends at {source.sample_rate_hz / 2:g} Hz."
        )


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


def _words(text: Any) -> str:
    cleaned = " ".join(str(text).split())
    if not cleaned:
        raise PromptError("The text prompt is empty.", 'Name what you want, such as "speech" or "dog".')
    if len(cleaned) > MAX_TEXT:
        raise PromptError(
            f"The text prompt has {len(cleaned)} characters; at most {MAX_TEXT} are read.",
            "Use a few words for one thing; give several prompts for several things.",
        )
    return cleaned


def _numbers(prompt: Prompt, *names: str) -> None:
    for name in names:
        value = getattr(prompt, name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
            raise PromptError(f"A {prompt.kind} prompt wants a number for {name}, but got {value!r}.")
        object.__setattr__(prompt, name, float(value))


def _positions(prompt: Any) -> tuple[tuple[float, float], ...]:
    try:
        xy = tuple((float(x), float(y)) for x, y in prompt.xy_px)
    except (TypeError, ValueError):
        raise PromptError(f"{prompt.kind} wants pairs of numbers, but got {prompt.xy_px!r}.") from None
    if not np.isfinite(xy).all():
        raise PromptError(f"{prompt.kind} wants finite positions, but got {xy}.")
    return xy


def _flag(prompt: Any) -> None:
    if not isinstance(prompt.keep, bool):
        raise PromptError(f"A {prompt.kind} prompt wants keep true or false, but got {prompt.keep!r}.")


def _object_id(prompt: Any) -> None:
    if isinstance(prompt.object_id, bool) or prompt.object_id not in range(256):
        raise PromptError(f"object_id wants a whole number 0 to 255, but got {prompt.object_id!r}.")


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return to_rle(value)
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return value
