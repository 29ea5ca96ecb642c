"""Prompts in words, for sound and pictures alike, and the one that needs none."""

from dataclasses import dataclass
from typing import ClassVar

from shared.prompt_fields import Prompt, words


@dataclass(frozen=True)
class Text(Prompt):
    """Name what to keep, in a few words: 1..200 characters."""

    kind: ClassVar[str] = "text"
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", words(self.text))


@dataclass(frozen=True)
class NotText(Prompt):
    """Name what to drop, in a few words: 1..200 characters."""

    kind: ClassVar[str] = "not_text"
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", words(self.text))


@dataclass(frozen=True)
class Everything(Prompt):
    """Ask for all objects of a picture, named or not."""

    kind: ClassVar[str] = "everything"
