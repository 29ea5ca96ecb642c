"""What the audio tab's fields say, as prompts, and the names that engines offer."""

from dataclasses import dataclass
from typing import Any

from apps.web.sound_extras import pan_of, references_of
from apps.web.spectrum_board import drawn
from shared.errors import PromptError
from shared.prompts import MAX_TEXT, NotText, Prompts, Text
from shared.registry import engines

ASKED_FOR = (
    "speech", "vocals", "drums", "instrumental", "bass", "guitar", "piano", "birds", "dog", "rain", "wind",
    "background",
)  # fmt: skip
MOST_NAMES = 10  # more would be parted into pages
ENGINES = "sam_audio.engines"


@dataclass(frozen=True)
class Wish:
    """Everything on the tab that says what is meant.

    Args:
        marks: The board's value.
        wanted: Names, parted by commas.
        unwanted: Names to leave out, parted by commas.
        pan: The pan control's value.
        references: The list of other recordings.
    """

    marks: Any = ()
    wanted: str = ""
    unwanted: str = ""
    pan: Any = ()
    references: Any = ()


def prompts_of(wish: Wish, *, some: bool = True) -> Prompts:
    """Return a wish as prompts.

    Args:
        wish: What the tab says.
        some: Refuse a wish that says nothing.

    Raises:
        PromptError: Nothing says what is meant, or a prompt is wrong in itself.
        InputError: A reference was not uploaded here.
    """
    words = (*map(Text, _names(wish.wanted)), *map(NotText, _names(wish.unwanted)))
    found = (*words, *drawn(wish.marks), *pan_of(wish.pan), *references_of(wish.references))
    if some and not found:
        raise PromptError(
            "Nothing says what to separate yet.",
            "Name a sound, draw a box on the spectrogram, mark a time, or add a recording of the sound.",
        )
    return found


def _names(text: str) -> list[str]:
    parts = [part for part in (text or "").split(",") if part.strip()]
    # One long text is refused by the prompt itself, which names the limit.
    return parts if not parts or len(text) <= MAX_TEXT * len(parts) else [text]


def offered_names() -> list[str]:
    """Return names that engines on this machine can take out: those asked for most often first."""
    able = [spec.concepts or () for spec in engines(ENGINES) if spec.missing() is None]
    every = dict.fromkeys(name for names in able for name in names)
    return sorted(every, key=lambda name: ASKED_FOR.index(name) if name in ASKED_FOR else len(ASKED_FOR))[
        :MOST_NAMES
    ]
