"""Common printers and how large a thing they can make."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Printer:
    """A printer.

    Args:
        name: Maker and model.
        bed_mm: Width, depth and height that it can print.
    """

    name: str
    bed_mm: tuple[float, float, float]

    def fits(self, size_mm: tuple[float, float, float]) -> bool:
        """Whether a thing of this width, depth and height fits, turned about the vertical as one likes."""
        width, depth, height = size_mm
        flat = sorted((width, depth))
        return height <= self.bed_mm[2] and all(
            have >= want for have, want in zip(sorted(self.bed_mm[:2]), flat, strict=True)
        )


# Build volumes as their makers state them.
PRINTERS = (
    Printer("Bambu Lab A1 mini", (180, 180, 180)),
    Printer("Prusa MINI+", (180, 180, 180)),
    Printer("Creality Ender-3 V3", (220, 220, 250)),
    Printer("Prusa MK4S", (250, 210, 220)),
    Printer("Bambu Lab P1S / X1C", (256, 256, 256)),
    Printer("UltiMaker S5", (330, 240, 300)),
    Printer("Elegoo Mars 5 (resin)", (143.43, 89.6, 150)),
)
