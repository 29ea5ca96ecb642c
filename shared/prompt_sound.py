"""Prompts that point at a place in sound: seconds, hertz, left and right, or another recording."""

from dataclasses import dataclass
from typing import ClassVar

from shared.errors import PromptError
from shared.prompt_fields import Prompt, flag, numbers


@dataclass(frozen=True)
class _Times(Prompt):
    """A time range, seconds, 0 <= start < end."""

    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        numbers(self, "start_s", "end_s")
        if not 0 <= self.start_s < self.end_s:
            found = f"{self.start_s:g} to {self.end_s:g} s"
            raise PromptError(f"A {self.kind} prompt wants 0 <= start < end, but got {found}.")


@dataclass(frozen=True)
class _SignedTimes(_Times):
    """A time range for or against something."""

    keep: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        flag(self)


@dataclass(frozen=True)
class Span(_SignedTimes):
    """A time range to keep or to drop, seconds, 0 <= start < end."""

    kind: ClassVar[str] = "span"


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
        numbers(self, "start_s", "end_s", "low_hz", "high_hz")
        flag(self)
        if not (0 <= self.start_s < self.end_s and 0 <= self.low_hz < self.high_hz):
            raise PromptError(
                "A band wants 0 <= start < end and 0 <= low < high, but got "
                f"{self.start_s} to {self.end_s} s and {self.low_hz} to {self.high_hz} Hz."
            )


@dataclass(frozen=True)
class Pan(Prompt):
    """A window of the stereo field to keep or to drop: −1 (left) <= left < right <= 1 (right)."""

    kind: ClassVar[str] = "pan"
    left: float
    right: float
    keep: bool = True

    def __post_init__(self) -> None:
        numbers(self, "left", "right")
        flag(self)
        if not -1 <= self.left < self.right <= 1:
            raise PromptError(
                f"A pan window wants -1 <= left < right <= 1, but got {self.left:g} to {self.right:g}.",
                "-1 is hard left, 0 the middle, 1 hard right.",
            )


@dataclass(frozen=True)
class Example(_SignedTimes):
    """A time range that holds the sound meant (keep), or one that is not meant; seconds."""

    kind: ClassVar[str] = "example"


@dataclass(frozen=True)
class Noise(_Times):
    """A time range that holds only what is to be dropped everywhere; seconds."""

    kind: ClassVar[str] = "noise"


@dataclass(frozen=True)
class Reference(Prompt):
    """Another recording of the sound to drop, or to keep.

    Args:
        file: Path of a sound file.
        keep: True when its sound is what is wanted.
        sha256: When given, the file must have this sha256 (hex).
    """

    kind: ClassVar[str] = "reference"
    file: str
    keep: bool = False
    sha256: str = ""

    def __post_init__(self) -> None:
        flag(self)
        for name in ("file", "sha256"):
            if not isinstance(getattr(self, name), str):
                raise PromptError(f"A reference wants text for {name}, but got {getattr(self, name)!r}.")
        if not self.file.strip():
            raise PromptError("A reference prompt names no file.", "Give the other recording.")
