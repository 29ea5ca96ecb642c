"""What becomes of a lifted object: its steps, its print check, its files and its facts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from apps import kept_lifts
from apps.task import Work
from sam_3d.printing.printers import ANY, PRINTER_IDS
from shared.exporting import export
from shared.params import Choice, Doc, Range

if TYPE_CHECKING:
    from sam_3d.printing.check import PrintReport
    from sam_3d.types import Reconstruction

FOR_PRINTERS = ("stl", "3mf")


@dataclass(frozen=True)
class PrintOptions:
    """Options of every task whose mesh may be printed; the task adds `height_mm`."""

    print_check: Annotated[
        bool, Doc("Check the object as a print, and hold back STL and 3MF that would not print.")
    ] = True
    printer: Annotated[str, Choice(PRINTER_IDS), Doc("Printer that it has to fit.")] = ANY
    infill_percent: Annotated[
        float, Range(0, 100, "%"), Doc("How much of the inside is printed, for the weight.")
    ] = 15.0


@dataclass(frozen=True)
class ViewOptions:
    """Options of every task that draws one object."""

    previews: Annotated[bool, Doc("Render preview.png, and the other pictures asked for.")] = True
    turntable: Annotated[bool, Doc("Render turntable.gif: one turn.")] = True
    seen: Annotated[bool, Doc("Render seen.png: what the photo shows, and what was made up.")] = False
    walls: Annotated[bool, Doc("Render walls.png: how thick the walls are.")] = False
    wireframe: Annotated[bool, Doc("Render wireframe.png: the triangles.")] = False
    normals: Annotated[bool, Doc("Render normals.png: which way the surface faces.")] = False
    movie: Annotated[bool, Doc("Render turntable.mp4.")] = False


def drawn(
    work: Work, lifted: "Reconstruction", report: "PrintReport | None"
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Draw the pictures that `ViewOptions` asks for.

    Returns:
        Facts ("renderer", where something was drawn), and warnings.
    """
    from sam_3d.preview import write_previews
    from sam_3d.views import VIEWS, draw_views

    options = work.options
    if not options.previews:
        return {}, ()
    share = work.progress.within(0.75, 0.92)
    done = write_previews(lifted, work.folder, gif=options.turntable, movie=options.movie, progress=share)
    names = tuple(name for name in VIEWS if getattr(options, name))
    work.progress.step(0.92, "render views")
    done = done.and_then(draw_views(lifted, work.folder, names, height_mm=options.height_mm, report=report))
    return {"renderer": done.renderer}, done.warnings


def printed(
    work: Work, lifted: "Reconstruction"
) -> "tuple[Reconstruction, PrintReport | None, tuple[str, ...]]":
    """Apply the steps, check the object as a print, and write it in every format asked for.

    STL and 3MF that would not print are held back; `PrintOptions` and `height_mm` say how it is checked.

    Returns:
        The object after its steps, the report (None where no check was wanted), and warnings.

    Raises:
        ExportError: Nothing is left to write: only files for printing were asked for, and they would fail.
    """
    from sam_3d.printing.check import check_print, gate
    from sam_3d.sizing import sized

    options = work.options
    if any(getattr(getattr(step, "step", step), "in_mm", False) for step in work.chain.steps):
        lifted = sized(lifted, options.height_mm)
    lifted = work.chain(lifted)
    report, warnings = None, ()
    if options.print_check:
        work.progress.step(0.6, "check the print")
        report = check_print(
            lifted, options.height_mm, infill_percent=options.infill_percent, printer=options.printer
        )
    held = [suffix for suffix in work.formats if suffix in FOR_PRINTERS and report and not report.printable]
    if report and held:
        if len(held) == len(work.formats):
            gate(report)
        warnings = (_held_back(held, report),)
    for number, suffix in enumerate(work.formats):
        work.progress.step(0.62 + 0.1 * number / len(work.formats), f"write {suffix}")
        if suffix not in held:
            path = work.folder / f"object.{suffix}"
            export(lifted, path, package="sam_3d.export", height_mm=options.height_mm)
    if work.kept:
        kept_lifts.keep(lifted, work.folder)
    return lifted, report, warnings


def _held_back(suffixes: list[str], report: "PrintReport") -> str:
    problem = next(problem for problem in report.problems if problem.fatal)
    kinds = " and ".join(suffix.upper() for suffix in suffixes)
    return f"{kinds} held back, for it would not print: {problem.what} {problem.cure}"


def mesh_facts(lifted: "Reconstruction", report: "PrintReport | None", height_mm: float) -> dict[str, Any]:
    """Return "mesh" (statistics, and how much of it the photo shows) and "print" (the report)."""
    from sam_3d.seen import seen_share
    from sam_3d.statistics import statistics

    mesh = statistics(lifted, height_mm) if report is None else dict(report.statistics)
    share = seen_share(lifted.mesh)
    if share is not None:
        mesh["seen_percent"] = round(100 * share, 1)
    if report is None:
        return {"mesh": mesh}
    told = {name: value for name, value in report.to_json().items() if name not in mesh or name == "bodies"}
    return {"mesh": mesh, "print": told}
