"""The prompt that tells how far away the pixels of a picture are."""

from dataclasses import dataclass
from typing import ClassVar

from shared.errors import PromptError
from shared.prompt_fields import Prompt, numbers


@dataclass(frozen=True)
class Depth(Prompt):
    """A depth map of the picture.

    Args:
        file: Path of the map: PNG or TIFF of one channel, NPY, NPZ, EXR or PFM, of the picture's proportions.
        meaning: What larger values mean: "distance" is farther; "disparity" is nearer, as 1 / distance;
            "nearness" is nearer, of unknown scale and zero; "auto" finds out whether larger is farther.
        focal_px: Focal length of the picture's camera in pixels of the picture; 0 when it is not known.
        unit_mm: Millimetres that one step of a distance means: 1 for millimetres, 1000 for metres; 0 when it
            is not known.
        sha256: When given, the file must have this sha256 (hex).
    """

    MEANINGS: ClassVar[tuple[str, ...]] = ("auto", "distance", "disparity", "nearness")
    kind: ClassVar[str] = "depth"
    file: str
    meaning: str = "auto"
    focal_px: float = 0.0
    unit_mm: float = 0.0
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
        numbers(self, "focal_px", "unit_mm")
        for name, value, unit in (("focal length", self.focal_px, "pixels"), ("unit", self.unit_mm, "mm")):
            if not 0 <= value <= 1e6:
                raise PromptError(f"The {name} wants 0 (unknown) to 1e6 {unit}, but got {value:g}.")
        if self.meaning == "nearness" and (self.focal_px or self.unit_mm):
            raise PromptError(
                "Nearness has no scale, so a focal length or a unit says nothing about it.",
                "Leave them out, or say that the values are distances or disparities.",
            )
