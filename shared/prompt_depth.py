"""The prompt that tells how far away the pixels of a picture are."""

from dataclasses import dataclass
from typing import ClassVar

from shared.errors import PromptError
from shared.prompt_fields import Prompt, numbers


@dataclass(frozen=True)
class Depth(Prompt):
    """A depth map of the picture.

    Args:
        file: Path of the map: PNG or TIFF of one channel, NPY or EXR, of the picture's proportions.
        meaning: What larger values mean: "distance" is farther; "disparity" is nearer, as 1 / distance;
            "nearness" is nearer, of unknown scale and zero.
        focal_px: Focal length of the picture's camera in pixels of the picture; 0 when it is not known.
        sha256: When given, the file must have this sha256 (hex).
    """

    MEANINGS: ClassVar[tuple[str, ...]] = ("distance", "disparity", "nearness")
    kind: ClassVar[str] = "depth"
    file: str
    meaning: str = "distance"
    focal_px: float = 0.0
    sha256: str = ""

    def __post_init__(self) -> None:
        for name in ("file", "sha256"):
            if not isinstance(getattr(self, name), str):
                raise PromptError(f"A depth prompt wants text for {name}, but got {getattr(self, name)!r}.")
        if not self.file.strip():
            raise PromptError("A depth prompt names no file.", "Give the depth map.")
        if self.meaning not in self.MEANINGS:
            raise PromptError(
                f"A depth map's values mean one of {', '.join(self.MEANINGS)}, but got {self.meaning!r}."
            )
        numbers(self, "focal_px")
        if not 0 <= self.focal_px <= 1e6:
            raise PromptError(f"The focal length wants 0 (unknown) to 1e6 pixels, but got {self.focal_px:g}.")
        if self.focal_px and self.meaning == "nearness":
            raise PromptError(
                "Nearness has no scale, so a focal length says nothing about it.",
                "Leave the focal length out, or say that the values are distances or disparities.",
            )
