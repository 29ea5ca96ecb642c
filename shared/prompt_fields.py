"""What all prompts have in common, and the checks of their fields."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np

from shared.errors import PromptError
from shared.masks import to_rle

MAX_TEXT = 200


@dataclass(frozen=True)
class Prompt:
    """Base of all prompts."""

    kind: ClassVar[str] = ""

    def to_json(self) -> dict[str, Any]:
        """Return the prompt as a JSON object."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {"kind": self.kind, **{k: _plain(v) for k, v in values.items()}}


def words(text: Any) -> str:
    """Return a text on one line, or refuse it: empty, or longer than `MAX_TEXT`."""
    cleaned = " ".join(str(text).split())
    if not cleaned:
        raise PromptError("The text prompt is empty.", 'Name what you want, such as "speech" or "dog".')
    if len(cleaned) > MAX_TEXT:
        raise PromptError(
            f"The text prompt has {len(cleaned)} characters; at most {MAX_TEXT} are read.",
            "Use a few words for one thing; give several prompts for several things.",
        )
    return cleaned


def numbers(prompt: Prompt, *names: str) -> None:
    """Turn fields into floats, or refuse what is no finite number."""
    for name in names:
        value = getattr(prompt, name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
            raise PromptError(f"A {prompt.kind} prompt wants a number for {name}, but got {value!r}.")
        object.__setattr__(prompt, name, float(value))


def positions(prompt: Any) -> tuple[tuple[float, float], ...]:
    """Return `xy_px` as pairs of floats, or refuse it."""
    try:
        xy = tuple((float(x), float(y)) for x, y in prompt.xy_px)
    except (TypeError, ValueError):
        raise PromptError(f"{prompt.kind} wants pairs of numbers, but got {prompt.xy_px!r}.") from None
    if not np.isfinite(xy).all():
        raise PromptError(f"{prompt.kind} wants finite positions, but got {xy}.")
    return xy


def flag(prompt: Any) -> None:
    """Refuse a `keep` that is not true or false."""
    if not isinstance(prompt.keep, bool):
        raise PromptError(f"A {prompt.kind} prompt wants keep true or false, but got {prompt.keep!r}.")


def checked_object_id(prompt: Any) -> None:
    """Refuse an `object_id` outside 0..255."""
    if isinstance(prompt.object_id, bool) or prompt.object_id not in range(256):
        raise PromptError(f"object_id wants a whole number 0 to 255, but got {prompt.object_id!r}.")


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return to_rle(value)
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return value
