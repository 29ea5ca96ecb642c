"""Prompts as command-line flags."""

import argparse
from typing import Any

from shared.errors import PromptError
from shared.prompts import Box, MaskHint, NotText, Points, Prompts, Span, Text

SIGNS = {"+": True, "-": False}


def add_prompt_flags(parser: argparse.ArgumentParser, media: str) -> None:
    """Add the prompt flags that fit this kind of media: "sound" or "picture"."""
    flag = parser.add_argument
    flag("--text", action="append", default=[], help="name what you want; repeat for several")
    flag("--not", action="append", default=[], dest="not_text", metavar="TEXT", help="name what to drop")
    if media == "sound":
        flag("--span", action="append", default=[], metavar="[+|-]START:END", help="seconds to keep or drop")
        return
    flag("--point", action="append", default=[], metavar="X,Y[,+|-[,ID]]", help="a click, pixels")
    flag("--box", action="append", default=[], metavar="X0,Y0,X1,Y1[,+|-[,ID]]", help="a box, pixels")
    flag("--mask", metavar="FILE", help="a mask picture of the same size")


def prompts_from(parsed: argparse.Namespace) -> Prompts:
    """Return the prompts of parsed flags.

    Raises:
        PromptError: A flag cannot be read.
        InputError: The mask file cannot be used.
    """
    prompts: list[Any] = [Text(text) for text in parsed.text] + [NotText(text) for text in parsed.not_text]
    prompts += [_span(text) for text in getattr(parsed, "span", [])]
    prompts += _points(getattr(parsed, "point", []))
    boxes = getattr(parsed, "box", [])
    prompts += [_box(text, number) for number, text in enumerate(boxes)]
    if getattr(parsed, "mask", None):
        prompts.append(_mask(parsed))
    return tuple(prompts)


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


def _span(text: str) -> Span:
    keep = not text.startswith("-")
    try:
        start, end = (float(part) for part in text.lstrip("+-").split(":"))
    except ValueError:
        raise PromptError(
            f"Cannot read the span {text!r}.", "Write it as +START:END or -START:END."
        ) from None
    return Span(start, end, keep)


def _mask(parsed: argparse.Namespace) -> MaskHint:
    from shared.loading import load_image, load_mask

    return load_mask(parsed.mask, load_image(parsed.input))
