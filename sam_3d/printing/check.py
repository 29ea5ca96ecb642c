"""Judge an object as it would be printed: closed, thick enough, standing, within a bed."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.printing.islands import islands_mm
from sam_3d.printing.printers import ANY, PRINTERS
from sam_3d.printing.walls import Walls, walls
from sam_3d.sizing import sized_mm, z_up
from sam_3d.statistics import statistics
from sam_3d.types import Reconstruction
from shared.errors import ExportError
from shared.normals import weld

PLA_G_PER_CM3 = 1.24
INFILL_PERCENT = 15.0  # what slicers print as a rule
LEAST_WALL_MM = 0.8  # two lines of a 0.4 mm nozzle
_NO_WALL_MM = 0.25  # what no nozzle draws: slicers leave it out
_SHELL_MM = 0.8  # two lines of wall
_MUCH_OVERHANG_PERCENT = 15.0
_RESTS_MM = 0.3
_LEAST_FOOT_PERCENT, _NO_FOOT_PERCENT = 3.0, 1.5
_MOST_HEIGHT_MM = 2000


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
        facts: Numbers and names (JSON): those of `sam_3d.statistics` (bodies are those that could fall
            apart), and manifold, cavities (closed ones), weight_solid_g and weight_printed_g in PLA,
            wall_p1_mm and wall_p5_mm (1 and 5 % of the surface have thinner walls), foot_percent, islands_mm
            (heights at which parts begin in mid-air), fits (names of printers).
        problems: The gravest first; empty when nothing is in the way.
        walls: Thickness in millimetres over the surface, in the frame of `sized_mm`.
        statistics: What `sam_3d.statistics` says of the mesh; its bodies are the connected parts.
    """

    facts: dict[str, Any]
    problems: tuple[Problem, ...]
    walls: Walls
    statistics: dict[str, Any]

    @property
    def printable(self) -> bool:
        """Whether slicers will read it as a solid."""
        return not any(problem.fatal for problem in self.problems)

    @property
    def verdict(self) -> str:
        """Return what to make of it, in a few words."""
        if not self.printable:
            return "not printable"
        return "printable with care" if self.problems else "ready to print"

    def to_json(self) -> dict[str, Any]:
        """Return verdict, problems and facts."""
        problems = [asdict(problem) for problem in self.problems]
        return {
            "verdict": self.verdict,
            "printable": self.printable,
            "problems": problems,
            "mending": list(self.mending()),
            **self.facts,
        }

    def mending(self) -> tuple[dict[str, Any], ...]:
        """Return the chain of operations that mends what can be mended, as JSON."""
        steps: list[dict[str, Any]] = []
        for problem in self.problems:
            if problem.step and problem.step not in steps:
                steps.append(problem.step)
        return tuple(steps)


def check_print(
    result: Reconstruction,
    height_mm: float | None = None,
    *,
    infill_percent: float = INFILL_PERCENT,
    printer: str = ANY,
) -> PrintReport:
    """Check an object at its printed size.

    Args:
        result: A lifted object.
        height_mm: Height for a mesh that has no true size; 100 when None.
        infill_percent: How much of the inside is filled, 0..100, for the weight.
        printer: Id of a printer of `sam_3d.printing.printers` that it has to fit, or "any".

    Raises:
        ExportError: The height is not a positive number.
    """
    points, faces = sized_mm(result, height_mm), result.mesh.faces
    facts = statistics(result, height_mm)
    solid = _solid(points, faces) if facts["watertight"] and facts["winding_consistent"] else None
    parts = [part.volume() for part in solid.decompose()] if solid is not None else []
    # Not the fact, which is rounded: a speck is a solid too.
    closed = bool(parts) and sum(parts) > 0
    measured = walls(points, faces) if closed else Walls(np.zeros((0, 3)), np.zeros(0))
    width, height, depth = facts["size_mm"]
    fitting = [known for known in PRINTERS if known.fits((width, depth, height))]
    known = {
        **facts,
        "bodies": sum(volume > 0 for volume in parts) if closed else facts["bodies"],
        "cavities": sum(volume < 0 for volume in parts) if closed else None,
        "manifold": closed,
        "weight_solid_g": round(facts["volume_cm3"] * PLA_G_PER_CM3, 1) if closed else None,
        "weight_printed_g": _printed_g(facts, infill_percent / 100) if closed else None,
        "wall_p1_mm": round(measured.percentile(1), 2) if closed else None,
        "wall_p5_mm": round(measured.percentile(5), 2) if closed else None,
        "foot_percent": round(_foot(points, faces), 1),
        "islands_mm": islands_mm(solid) if closed else None,
        "fits": [known.name for known in fitting],
    }
    problems = [*_broken(known), *_weak(known), *_too_large(known, printer)]
    return PrintReport(known, tuple(sorted(problems, key=lambda problem: not problem.fatal)), measured, facts)


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


def _broken(facts: dict[str, Any]) -> list[Problem]:
    """Return what keeps slicers from reading the mesh as one solid."""
    found, close = [], {"id": "fill_holes"}
    if not facts["watertight"]:
        found.append(
            Problem("The surface has open edges.", "Close it with the step fill_holes.", True, close)
        )
    elif not facts["winding_consistent"] or (facts["volume_cm3"] <= 0 and not facts["manifold"]):
        cure = "Turn them with the step fill_holes."
        found.append(Problem("Parts of the surface are inside out.", cure, True, close))
    elif not facts["manifold"]:
        cure = "Use the step fill_holes."
        found.append(Problem("Parts of the surface touch in single edges or points.", cure, True, close))
    if facts["bodies"] > 1:
        what = f"It has {facts['bodies']} separate bodies; loose ones fall off."
        cure = "Keep the largest body, or lift them one by one."
        found.append(Problem(what, cure, step={"id": "largest_body"}))
    return found


def _weak(facts: dict[str, Any]) -> list[Problem]:
    """Return what makes a print fail half-way."""
    found, wall, most = [], facts["wall_p1_mm"], facts["wall_p5_mm"]
    if wall is not None and most < _NO_WALL_MM:
        what = f"5 % of the walls are thinner than {most} mm, which no nozzle draws."
        found.append(Problem(what, f"Print it {_taller(facts, most)} mm tall, or make it thicker.", True))
    elif wall is not None and wall < LEAST_WALL_MM:
        what = f"1 % of the walls are thinner than {wall} mm; a 0.4 mm nozzle wants {LEAST_WALL_MM} mm."
        cure = f"Print it {_taller(facts, wall)} mm tall, make it thicker, or use a finer nozzle or resin."
        found.append(Problem(what, cure))
    if facts["foot_percent"] < _LEAST_FOOT_PERCENT:
        what = f"Only {facts['foot_percent']} % of its outline from above rests on the bed."
        cure = "Cut its foot flat, or set it on a base plate."
        # A foot that was cut already and is still small wants a plate.
        rounded = facts["foot_percent"] < _NO_FOOT_PERCENT
        step = {"id": "flat_cut", "cut_percent": 4.0} if rounded else {"id": "base_plate"}
        found.append(Problem(what, cure, step=step))
    if facts["overhang_percent"] > _MUCH_OVERHANG_PERCENT:
        what = f"{facts['overhang_percent']} % of the surface hangs over by more than 45°."
        found.append(Problem(what, "Print with supports, or lay it down with the step orient."))
    if facts["islands_mm"]:
        heights = ", ".join(f"{height:g}" for height in facts["islands_mm"][:4])
        count = len(facts["islands_mm"])
        words = "1 part begins" if count == 1 else f"{count} parts begin"
        what = f"{words} in mid-air, {heights} mm above the bed."
        found.append(Problem(what, "Print with supports, or turn it with the step orient."))
    if facts["cavities"]:
        words = "A closed cavity" if facts["cavities"] == 1 else f"{facts['cavities']} closed cavities"
        what = f"{words} would keep resin or powder inside."
        found.append(Problem(what, "For resin, hollow it with a drain hole; filament may stay."))
    return found


def _too_large(facts: dict[str, Any], wanted: str) -> list[Problem]:
    """Return whether it is too large for the printer wanted, or for all."""
    width, height, depth = facts["size_mm"]
    asked = next((printer for printer in PRINTERS if printer.id == wanted), None)
    if asked is not None and asked.name not in facts["fits"]:
        beds = (sorted(asked.bed_mm[:2]), sorted((width, depth)))
        room = min(asked.bed_mm[2] / height, *(have / want for have, want in zip(*beds, strict=True)))
        smaller = {"id": "scale_to_height", "height_mm": float(max(np.floor(height * room), 1))}
        what = f"It is too large for the {asked.name} ({asked.bed_mm[0]:g} × {asked.bed_mm[1]:g} × "
        cure = f"Print it {smaller['height_mm']:g} mm tall, or cut it up."
        return [Problem(f"{what}{asked.bed_mm[2]:g} mm).", cure, step=smaller)]
    if not facts["fits"]:
        return [Problem("It fits none of the common printers.", "Print it smaller, or cut it up.")]
    return []


def _taller(facts: dict[str, Any], wall: float) -> str:
    """Return the height in mm at which a wall would be thick enough."""
    tall = float(np.ceil(facts["size_mm"][1] * LEAST_WALL_MM / max(wall, 0.05)))
    return f"{min(tall, _MOST_HEIGHT_MM):.0f}"


def _printed_g(facts: dict[str, Any], infill: float) -> float:
    """Estimate the weight of a print with two lines of wall and that share of infill."""
    shell = min(facts["area_cm2"] * _SHELL_MM / 10, facts["volume_cm3"])
    return round((shell + infill * (facts["volume_cm3"] - shell)) * PLA_G_PER_CM3, 1)


def _solid(points: NDArray[np.float64], faces: NDArray[np.int64]) -> Any:
    """Return points in the frame of `sized_mm` as a solid with z up; None where they are none."""
    import manifold3d

    first, place = weld(points)
    upright = np.ascontiguousarray(z_up(points[first]))
    solid = manifold3d.Manifold(manifold3d.Mesh64(upright, place[faces].astype(np.uint64)))
    return solid if solid.status() == manifold3d.Error.NoError else None


def _foot(points: NDArray[np.float64], faces: NDArray[np.int64]) -> float:
    """Return the area that rests on the bed, in percent of the outline's box seen from above."""
    corners = points[faces]
    resting = corners[..., 1].max(1) < _RESTS_MM
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    width, _, depth = np.ptp(points, axis=0)
    return float(100 * np.abs(across[resting, 1]).sum() / 2 / max(width * depth, 1e-9))
