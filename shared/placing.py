"""Where in time a step of a chain acts: spans in seconds, as JSON and as on the command line."""

import math
from collections.abc import Sequence
from typing import Any

from shared.errors import InputError

Spans = tuple[tuple[float, float], ...]
MAX_SPANS = 256


def parse_spans(value: Any, owner: str) -> Spans:
    """Check the spans of a step; they are sorted, and those that touch become one.

    Args:
        value: [[start, end], …] in seconds, end after start.
        owner: Id of the step, for messages.

    Raises:
        InputError: Not such a list, none or too many, or a span that is no span.
    """
    if not isinstance(value, Sequence) or isinstance(value, str) or not 0 < len(value) <= MAX_SPANS:
        raise InputError(
            f"{owner}: spans want 1 to {MAX_SPANS} pairs [start, end] in seconds, but got {_short(value)}.",
            "Leave them out for the whole sound.",
        )
    merged: list[tuple[float, float]] = []
    for start_s, end_s in sorted(_span(item, owner) for item in value):
        if merged and start_s <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end_s, merged[-1][1]))
        else:
            merged.append((start_s, end_s))
    return tuple(merged)


def _span(item: Any, owner: str) -> tuple[float, float]:
    pair = item if isinstance(item, Sequence) and not isinstance(item, str) else ()
    numbers = [v for v in pair if isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v)]
    if len(pair) != 2 or len(numbers) != 2:
        raise InputError(f"{owner}: a span wants [start, end] in seconds, but got {_short(item)}.")
    if not 0 <= numbers[0] < numbers[1]:
        raise InputError(
            f"{owner}: a span wants its end after its start, both from 0 s on, "
            f"but got {numbers[0]:g} to {numbers[1]:g} s."
        )
    return float(numbers[0]), float(numbers[1])


def spans_of_text(text: str, owner: str) -> list[list[float]]:
    """Read the command-line form `3-5+8-9.5`.

    Raises:
        InputError: Not of that form; whether the spans make sense is checked by `parse_spans`.
    """
    try:
        return [[float(edge) for edge in part.split("-", 1)] for part in text.split("+")]
    except ValueError:
        raise InputError(
            f"{owner}: cannot read the spans {_short(text)}.", "Write them as @3-5+8-9.5, in seconds."
        ) from None


def spans_as_text(spans: Sequence[Sequence[float]]) -> str:
    """Return the command-line form of spans: `3-5+8-9.5`."""
    return "+".join(f"{start_s:.10g}-{end_s:.10g}" for start_s, end_s in spans)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
