"""Prompts as command-line flags."""

import argparse
from collections.abc import Callable
from typing import Any

from shared.errors import PromptError
from shared.media import Image
from shared.prompt_file import read_prompts
from shared.prompts import (
    Band,
    Box,
    Choice,
    Depth,
    Everything,
    Example,
    MaskHint,
    Noise,
    NotText,
    Pan,
    Points,
    Prompt,
    Prompts,
    Reference,
    Span,
    Text,
)

SIGNS = {"+": True, "-": False}


def add_prompt_flags(parser: argparse.ArgumentParser, media: str, *, masks: bool = True) -> None:
    """Add the prompt flags that fit a command.

    Args:
        parser: Of the command.
        media: "sound", "video", or pictures.
        masks: Of pictures: whether words and all objects are understood, which people's bodies are not.
    """
    flag = parser.add_argument
    if media == "video":
        flag("--point", action="append", default=[], metavar="X,Y", help="a point on a person, see --at-s")
        flag("--box", action="append", default=[], metavar="X0,Y0,X1,Y1", help="a box around a person")
        return
    if masks:
        flag("--text", action="append", default=[], help="name what you want; repeat for several")
        flag("--not", action="append", default=[], dest="not_text", metavar="TEXT", help="name what to drop")
    if media == "sound":
        _add_sound_flags(flag)
        return
    flag("--point", action="append", default=[], metavar="X,Y[,+|-[,ID]]", help="a click, pixels")
    flag("--box", action="append", default=[], metavar="X0,Y0,X1,Y1[,+|-[,ID]]", help="a box, pixels")
    flag("--mask", metavar="FILE", help="a mask picture of the same size")
    flag("--prompts", metavar="FILE", help="prompts of an earlier run: prompts.json, recipe or manifest")
    if not masks:
        return
    flag("--everything", action="store_true", help="all objects that can be found")
    flag("--keep-masks", metavar="N,N", help="of the masks found, keep these; the first one is 0")
    flag("--least-score", type=float, metavar="0..1", help="of the masks found, keep those of this score")


def add_depth_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of a depth map of the picture."""
    flag = parser.add_argument
    flag("--depth", metavar="FILE", help="a depth map of the photo: PNG, TIFF, NPY, NPZ, EXR or PFM")
    flag("--depth-meaning", choices=Depth.MEANINGS, default="auto", help="what larger values mean (auto)")
    flag("--depth-focal-px", type=float, default=0.0, metavar="PX", help="focal length of the photo, pixels")
    flag("--depth-unit-mm", type=float, default=0.0, metavar="MM", help="millimetres of one step of depth")


def _add_sound_flags(flag: Callable[..., Any]) -> None:
    times = "[+|-]START:END"
    flag("--span", action="append", default=[], metavar=times, help="seconds to keep or drop")
    flag("--band", action="append", default=[], metavar=f"{times},LOW:HIGH", help="a box: seconds, hertz")
    flag(
        "--pan", action="append", default=[], metavar="LEFT:RIGHT[,+|-]", help="a window, -1 left to 1 right"
    )
    flag("--like", action="append", default=[], metavar=times, help="seconds that hold the sound meant")
    flag("--noise", action="append", default=[], metavar="START:END", help="seconds of nothing but noise")
    flag("--reference", action="append", default=[], metavar="FILE", help="another recording of what to drop")
    flag("--keep-reference", action="append", default=[], metavar="FILE", help="... of what to keep")


def prompts_from(parsed: argparse.Namespace) -> Prompts:
    """Return the prompts of parsed flags.

    Raises:
        PromptError: A flag cannot be read.
        InputError: The file of a mask or of prompts cannot be used.
    """
    prompts: list[Any] = [Text(text) for text in getattr(parsed, "text", [])]
    prompts += [NotText(text) for text in getattr(parsed, "not_text", [])]
    prompts += _sound_prompts(parsed) if hasattr(parsed, "span") else []
    prompts += _points(getattr(parsed, "point", []))
    boxes = getattr(parsed, "box", [])
    prompts += [_box(text, number) for number, text in enumerate(boxes)]
    if getattr(parsed, "mask", None):
        prompts.append(_mask(parsed))
    if getattr(parsed, "prompts", None):
        prompts += read_prompts(parsed.prompts, _picture(parsed))
    if getattr(parsed, "everything", False):
        prompts.append(Everything())
    if getattr(parsed, "depth", None):
        prompts.append(Depth(parsed.depth, parsed.depth_meaning, parsed.depth_focal_px, parsed.depth_unit_mm))
    return (*prompts, *_choice(getattr(parsed, "keep_masks", None), getattr(parsed, "least_score", None)))


def _choice(numbers: str | None, least_score: float | None) -> tuple[Choice, ...]:
    if numbers is None and least_score is None:
        return ()
    try:
        kept = None if numbers is None else tuple(int(n) for n in numbers.split(","))
    except ValueError:
        raise PromptError(f"Cannot read the masks {numbers!r}.", "Write --keep-masks 0,2.") from None
    return (Choice(kept, least_score or 0.0),)


def _points(texts: list[str]) -> list[Points]:
    clicks: dict[int, list[tuple[tuple[float, float], bool]]] = {}
    for text in texts:
        (x, y), keep, object_id = _numbers(text, 2, "--point X,Y[,+|-[,ID]]", 0)
        clicks.setdefault(object_id, []).append(((x, y), keep))
    return [Points(tuple(xy for xy, _ in c), tuple(k for _, k in c), i) for i, c in sorted(clicks.items())]


def _box(text: str, number: int) -> Box:
    (left, top, right, bottom), keep, object_id = _numbers(text, 4, "--box X0,Y0,X1,Y1[,+|-[,ID]]", number)
    return Box((left, top, right, bottom), keep, object_id)


def _numbers(text: str, count: int, form: str, object_id: int) -> tuple[list[float], bool, int]:
    parts = [part.strip() for part in text.split(",")]
    try:
        values = [float(part) for part in parts[:count]]
        sign, number = (*parts[count:], *("+", str(object_id))[len(parts) - count :])
        if len(values) != count or len(parts) > count + 2:
            raise ValueError
        return values, SIGNS[sign], int(number)
    except (ValueError, KeyError):
        raise PromptError(f"Cannot read {text!r}.", f"Write it as {form}.") from None


def _sound_prompts(parsed: argparse.Namespace) -> list[Prompt]:
    prompts: list[Prompt] = [Span(*_range(text, "span"), _kept(text)) for text in parsed.span]
    prompts += [_band(text) for text in parsed.band]
    prompts += [_pan(text) for text in parsed.pan]
    prompts += [Example(*_range(text, "like"), _kept(text)) for text in parsed.like]
    prompts += [Noise(*_range(text, "noise")) for text in parsed.noise]
    prompts += [Reference(path) for path in parsed.reference]
    return prompts + [Reference(path, True) for path in parsed.keep_reference]


def _kept(text: str) -> bool:
    return not text.startswith("-")


def _range(text: str, name: str, form: str = "") -> tuple[float, float]:
    """Read START:END, with or without a sign before it."""
    try:
        start, end = (float(part) for part in text.strip().lstrip("+-").split(":"))
    except ValueError:
        signed = "START:END" if name == "noise" else "+START:END or -START:END"
        raise PromptError(
            f"Cannot read the {name} {text!r}.", f"Write it as --{name} {form or signed}."
        ) from None
    return start, end


def _band(text: str) -> Band:
    times, _, hertz = text.partition(",")
    form = "[+|-]START:END,LOW:HIGH, such as 1.2:3.5,400:8000"
    start, end = _range(times, "band", form)
    low, high = _range(hertz, "band", form)
    return Band(start, end, low, high, _kept(text))


def _pan(text: str) -> Pan:
    sides, _, sign = text.partition(",")
    try:
        left, right = (float(part) for part in sides.split(":"))
        return Pan(left, right, SIGNS[sign.strip() or "+"])
    except (ValueError, KeyError):
        form = "LEFT:RIGHT or LEFT:RIGHT,-, such as -1:-0.3"
        raise PromptError(f"Cannot read the pan window {text!r}.", f"Write it as --pan {form}.") from None


def _mask(parsed: argparse.Namespace) -> MaskHint:
    from shared.loading import load_mask

    return load_mask(parsed.mask, _picture(parsed))


def _picture(parsed: argparse.Namespace) -> Image:
    from shared.loading import load_image

    shrink = str(getattr(parsed, "shrink", None) or 1)
    return load_image(parsed.input, shrink=int(shrink) if shrink.isdigit() else 1)
