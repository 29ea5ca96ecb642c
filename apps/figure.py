"""The printed figure of a body: how tall it is, and whether it stands on a plate."""

from dataclasses import dataclass
from typing import Annotated, Any

from shared.errors import InputError
from shared.params import Doc, Range

LEAST_MM = 1.0


@dataclass(frozen=True)
class FigureOptions:
    """Options of every task that writes a body as a solid for the printer."""

    plate: Annotated[bool, Doc("Stand the STL on a round plate.")] = False
    print_height_mm: Annotated[
        float, Range(0, 2000, "mm"), Doc("Height of the STL, its plate included; 0: life-size.")
    ] = 0.0

    def figure(self) -> dict[str, Any]:
        """Return what `sam_body.export.stl.write_stl` is to be told.

        Raises:
            InputError: The figure would be lower than 1 mm.
        """
        if 0 < self.print_height_mm < LEAST_MM:
            raise InputError(
                f"A figure {self.print_height_mm:g} mm tall cannot be printed.",
                "Give its height in millimetres, such as 150, or 0 for life-size.",
            )
        return {"plate": self.plate, "height_mm": self.print_height_mm or None}
