"""Common printers and how large a thing they can make."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Printer:
    """A printer.

    Args:
        id: Short name for options: "prusa_mk4s".
        name: Maker and model.
        bed_mm: Width, depth and height that it can print.
    """

    id: str
    name: str
    bed_mm: tuple[float, float, float]

    def fits(self, size_mm: tuple[float, float, float]) -> bool:
        """Whether a thing of this width, depth and height fits, turned by a quarter where that helps."""
        width, depth, height = size_mm
        flat = sorted((width, depth))
        return height <= self.bed_mm[2] and all(
            have >= want for have, want in zip(sorted(self.bed_mm[:2]), flat, strict=True)
        )


# Build volumes as their makers state them.
PRINTERS = (
    Printer("bambu_a1_mini", "Bambu Lab A1 mini", (180, 180, 180)),
    Printer("prusa_mini", "Prusa MINI+", (180, 180, 180)),
    Printer("creality_ender_3_v3", "Creality Ender-3 V3", (220, 220, 250)),
    Printer("creality_k1", "Creality K1", (220, 220, 250)),
    Printer("prusa_mk4s", "Prusa MK4S", (250, 210, 220)),
    Printer("prusa_core_one", "Prusa CORE One", (250, 220, 270)),
    Printer("anycubic_kobra_3", "Anycubic Kobra 3", (250, 250, 260)),
    Printer("bambu_p1s", "Bambu Lab P1S / X1C", (256, 256, 256)),
    Printer("creality_k1_max", "Creality K1 Max", (300, 300, 300)),
    Printer("ultimaker_s5", "UltiMaker S5", (330, 240, 300)),
    Printer("elegoo_mars_5", "Elegoo Mars 5 (resin)", (143.43, 89.6, 150)),
    Printer("formlabs_form_4", "Formlabs Form 4 (resin)", (200, 125, 210)),
)
ANY = "any"
PRINTER_IDS = (ANY, *(printer.id for printer in PRINTERS))
