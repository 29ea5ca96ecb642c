"""Write on the object."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np

from sam_3d.lettering import word_shape
from sam_3d.sizing import sized
from sam_3d.solid import painted, riders_near, to_mesh, to_solid
from sam_3d.types import Reconstruction
from shared.errors import InputError
from shared.params import Choice, Doc, Range, validated

# Turns (about x, y, z in degrees) that bring the side to be written on to face +z, read upright.
_TURNS = {"front": (0, 0, 0), "back": (0, 180, 0), "underside": (-90, 0, 0)}
_HALVINGS = 10
_MARGIN = 1.2  # sides slope where an object ends
_INSIDE = 0.98  # of the line's box lies on the object, so that no letter hangs over
_LEAST_M = 2e-4


@dataclass(frozen=True)
class Text:
    """Raise or engrave one line of text on a side; it follows the curve of the surface."""

    id: ClassVar[str] = "text"
    title: ClassVar[str] = "Text"
    in_mm: ClassVar[bool] = True
    text: Annotated[str, Doc("One line; letters from A to Z, digits and signs.")] = "SAM"
    side: Annotated[str, Choice(tuple(_TURNS)), Doc("Side that is written on.")] = "front"
    style: Annotated[str, Choice(("raised", "engraved")), Doc("Out of the surface, or into it.")] = "raised"
    letter_mm: Annotated[
        float, Range(2, 100, "mm"), Doc("Height of capital letters; less where they would not fit.")
    ] = 10.0
    depth_mm: Annotated[float, Range(0.2, 5, "mm"), Doc("How far letters stand out or go in.")] = 1.0
    up_percent: Annotated[
        float, Range(0, 100, "%"), Doc("Where the line stands: 0 at the lower edge, 100 at the upper.")
    ] = 35.0

    def __post_init__(self) -> None:
        validated(self)

    def __call__(self, value: Reconstruction) -> Reconstruction:
        """Return the object with the text on it.

        Raises:
            InputError: The typeface lacks a letter, or that side is too narrow to write on.
        """
        value = sized(value)
        mesh, depth = value.mesh, self.depth_mm / 1000
        turn = _TURNS[self.side]
        solid = to_solid(mesh).rotate(turn)
        letters, place = self._placed(solid, word_shape(self.text))
        _, _, low, _, _, high = solid.bounding_box()
        middle = (low + high) / 2
        # A block through the front half, cut off where the surface is, moved out or in along z.
        block = letters.extrude(high + 2 * depth - middle).translate((0, 0, middle))
        turned = to_mesh(solid, mesh)
        block = painted(block, riders_near(turned, np.array([*place, high])))
        if self.style == "raised":
            done = solid + (block ^ solid.translate((0, 0, depth)))
        else:
            done = solid - (block - solid.translate((0, 0, -depth)))
        return value.with_mesh(to_mesh(done.rotate(tuple(-angle for angle in turn)), mesh))

    def _placed(self, solid: Any, word: Any) -> tuple[Any, tuple[float, float]]:
        """Scale the word to the side's room at its height, and set it there; tell its middle too."""
        import manifold3d

        outline = solid.project()
        left, bottom, right, top = outline.bounds()
        width, height = _extent(word)
        largest = min(self.letter_mm / 1000, (top - bottom) / height)
        low, high, found = 0.0, 2 * largest, None
        for _ in range(_HALVINGS):
            size = (low + high) / 2
            half = size * height / 2
            y = bottom + half + (top - bottom - 2 * half) * self.up_percent / 100
            row = manifold3d.CrossSection.square((right - left, 0.1 * half)).translate(
                (left, y - 0.05 * half)
            )
            start, _, end, _ = max((row ^ outline).decompose(), key=lambda part: part.area()).bounds()
            x = (start + end) / 2
            field = manifold3d.CrossSection.square((_MARGIN * size * width, 2 * half), center=True).translate(
                (x, y)
            )
            fits = size <= largest and (field ^ outline).area() >= _INSIDE * field.area()
            if fits:
                low, found = size, (word.scale((size, size)).translate((x, y)), (x, y))
            else:
                high = size
        if found is None or low < _LEAST_M:
            raise InputError(
                f"There is no room for {self.text!r} on this side.", "Move it up or down, or write less."
            )
        return found


def _extent(shape: Any) -> tuple[float, float]:
    left, bottom, right, top = shape.bounds()
    return right - left, top - bottom


OPS = (Text,)
