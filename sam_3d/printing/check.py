"""Judge an object as it would be printed: closed, thick enough, standing, within a bed."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.printing.printers import PRINTERS
from sam_3d.printing.walls import Walls, walls
from sam_3d.sizing import sized_mm
from sam_3d.statistics import statistics
from sam_3d.types import Reconstruction
from shared.errors import ExportError
from shared.normals import weld

PLA_G_PER_CM3 = 1.24
LEAST_WALL_MM = 0.8  # two lines of a 0.4 mm nozzle
_SHELL_MM, _INFILL = 0.8, 0.15  # what slicers print as a rule: two lines of wall, 15 % inside
_MUCH_OVERHANG_PERCENT = 15.0
_RESTS_MM = 0.3
_LEAST_FOOT_PERCENT = 3.0


@dataclass(frozen=True)
class Problem:
    """One thing in the way of a print.

    Args:
        what: A sentence with the number that was measured.
        cure: What helps.
        fatal: Whether slicers refuse or misread the object.
        step: Mesh operation that mends it, as JSON for a chain; None where none does.
    """

    what: str
    cure: str
    fatal: bool = False
    step: dict[str, Any] | None = None


@dataclass(frozen=True, eq=False)
class PrintReport:
    """What is known of an object as a print.

    Args:
        facts: Numbers and names (JSON): those of `sam_3d.statistics`, and manifold, weight_solid_g and
            weight_printed_g in PLA, wall_p1_mm, wall_p5_mm, foot_percent, fits (names of printers).
        problems: The gravest first; empty when nothing is in the way.
        walls: Thickness in millimetres over the surface, in the frame of `sized_mm`.
    """

    facts: dict[str, Any]
    problems: tuple[Problem, ...]
    walls: Walls

    @property
    def printable(self) -> bool:
        """Whether slicers will read it as a solid."""
        return not any(problem.fatal for problem in self.problems)

    def to_json(self) -> dict[str, Any]:
        """Return verdict, problems and facts."""
        problems = [asdict(problem) for problem in self.problems]
        return {"printable": self.printable, "problems": problems, **self.facts}

    def mending(self) -> tuple[dict[str, Any], ...]:
        """Return the chain of operations that mends what can be mended, as JSON."""
        return tuple(problem.step for problem in self.problems if problem.step)


def check_print(result: Reconstruction, height_mm: float | None = None) -> PrintReport:
    """Check an object at its printed size.

    Args:
        result: A lifted object.
        height_mm: Height for a mesh that has no true size; 100 when None.

    Raises:
        ExportError: The height is not a positive number.
    """
    points = sized_mm(result, height_mm)
    return checked(points, result.mesh.faces, statistics(result, height_mm))


def checked(points: NDArray[np.float64], faces: NDArray[np.int64], facts: dict[str, Any]) -> PrintReport:
    """Check points (V, 3) in millimetres, y up and standing on y = 0, whose statistics are known."""
    closed = facts["watertight"] and facts["winding_consistent"] and facts["volume_cm3"] > 0
    measured = walls(points, faces) if closed else Walls(np.zeros((0, 3)), np.zeros(0))
    width, height, depth = facts["size_mm"]
    known = {
        **facts,
        "manifold": closed and _manifold(points, faces),
        "weight_solid_g": round(facts["volume_cm3"] * PLA_G_PER_CM3, 1) if closed else None,
        "weight_printed_g": _printed_g(facts) if closed else None,
        "wall_p1_mm": round(measured.percentile(1), 2) if closed else None,
        "wall_p5_mm": round(measured.percentile(5), 2) if closed else None,
        "foot_percent": round(_foot(points, faces), 1),
        "fits": [printer.name for printer in PRINTERS if printer.fits((width, depth, height))],
    }
    return PrintReport(known, tuple(_problems(known)), measured)


def gate(report: PrintReport) -> None:
    """Refuse to hand out a file for printing that slicers will not read as a solid.

    Raises:
        ExportError: Says the gravest problem and its cure.
    """
    for problem in report.problems:
        if problem.fatal:
            raise ExportError(
                f"The object would not print: {problem.what}",
                f"{problem.cure} Or switch the print check off to get the file as it is.",
            )


def _problems(facts: dict[str, Any]) -> list[Problem]:
    found = []
    close = {"id": "fill_holes"}
    if not facts["watertight"]:
        found.append(
            Problem("The surface has open edges.", "Close it with the step fill_holes.", True, close)
        )
    elif not facts["winding_consistent"] or facts["volume_cm3"] <= 0:
        found.append(
            Problem(
                "Parts of the surface are inside out.", "Turn them with the step fill_holes.", True, close
            )
        )
    elif not facts["manifold"]:
        found.append(
            Problem(
                "Parts of the surface touch in single edges or points.",
                "Use the step fill_holes.",
                True,
                close,
            )
        )
    if facts["bodies"] > 1:
        found.append(
            Problem(
                f"It has {facts['bodies']} separate bodies; loose ones fall off.",
                "Set all on one base plate, or lift them one by one.",
                step={"id": "base_plate"},
            )
        )
    wall = facts["wall_p1_mm"]
    if wall is not None and wall < LEAST_WALL_MM:
        tall = facts["size_mm"][1] * LEAST_WALL_MM / max(wall, 0.05)
        found.append(
            Problem(
                f"1 % of the walls are thinner than {wall} mm; a 0.4 mm nozzle wants {LEAST_WALL_MM} mm.",
                f"Print it {np.ceil(tall):.0f} mm tall, make it thicker, or use a finer nozzle or resin.",
            )
        )
    if facts["foot_percent"] < _LEAST_FOOT_PERCENT:
        found.append(
            Problem(
                f"Only {facts['foot_percent']} % of its outline from above rests on the bed.",
                "Cut its foot flat, or set it on a base plate.",
                step={"id": "flat_cut"},
            )
        )
    if facts["overhang_percent"] > _MUCH_OVERHANG_PERCENT:
        found.append(
            Problem(
                f"{facts['overhang_percent']} % of the surface hangs over by more than 45°.",
                "Print with supports, or lay it down with the step orient.",
            )
        )
    if not facts["fits"]:
        found.append(Problem("It fits none of the common printers.", "Print it smaller, or cut it up."))
    return found


def _printed_g(facts: dict[str, Any]) -> float:
    """Estimate the weight of a print with two lines of wall and 15 % infill."""
    shell = min(facts["area_cm2"] * _SHELL_MM / 10, facts["volume_cm3"])
    return round((shell + _INFILL * (facts["volume_cm3"] - shell)) * PLA_G_PER_CM3, 1)


def _manifold(points: NDArray[np.float64], faces: NDArray[np.int64]) -> bool:
    import manifold3d

    first, place = weld(points)
    solid = manifold3d.Manifold(manifold3d.Mesh64(points[first], place[faces].astype(np.uint64)))
    return bool(solid.status() == manifold3d.Error.NoError)


def _foot(points: NDArray[np.float64], faces: NDArray[np.int64]) -> float:
    """Return the area that rests on the bed, in percent of the outline's box seen from above."""
    corners = points[faces]
    resting = corners[..., 1].max(1) < _RESTS_MM
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    width, _, depth = np.ptp(points, axis=0)
    return float(100 * np.abs(across[resting, 1]).sum() / 2 / max(width * depth, 1e-9))
