"""Words and times of the audio tab as prompts, and the names that engines offer."""

from shared.errors import PromptError
from shared.prompts import MAX_TEXT, NotText, Prompt, Prompts, Span, Text
from shared.registry import engines

MOST_NAMES = 8
ENGINES = "sam_audio.engines"


def prompts_of(wanted: str, unwanted: str, start_s: float | None, end_s: float | None) -> Prompts:
    """Return prompts from the tab's fields.

    Args:
        wanted: Names, parted by commas.
        unwanted: Names to leave out, parted by commas.
        start_s: Where the sound is heard, from; None or 0 for the start.
        end_s: And to; None or 0 for no limit (a number field that was shown sends 0).

    Raises:
        PromptError: Only one end of the time is given, or a prompt is wrong in itself.
    """
    if start_s and not end_s:
        raise PromptError("A time wants both ends, From and To.", "Fill in both, or leave both empty.")
    span = (Span(start_s or 0.0, end_s),) if end_s else ()
    return (*map(Text, _names(wanted)), *map(NotText, _names(unwanted)), *span)


def _names(text: str) -> list[str]:
    parts = [part for part in (text or "").split(",") if part.strip()]
    # One long text is refused by the prompt itself, which names the limit.
    return parts if len(text or "") <= MAX_TEXT * len(parts) else [text]


def offered_names() -> list[str]:
    """Return names that the engines on this machine can take out, each engine's first ones in turn."""
    lists = [spec.concepts or () for spec in engines(ENGINES) if spec.missing() is None]
    longest = max((len(names) for names in lists), default=0)
    turns = [names[place] for place in range(longest) for names in lists if place < len(names)]
    return list(dict.fromkeys(turns))[:MOST_NAMES]


def takes(kind: type[Prompt]) -> bool:
    """Whether any engine understands prompts of this kind."""
    return any(kind in spec.accepts for spec in engines(ENGINES))
