"""The things of a scene judged as prints, one by one, since its ZIP has an STL of each."""

from dataclasses import replace

import numpy as np

from sam_3d.printing.check import PrintReport, check_print
from sam_3d.types import Reconstruction
from shared.errors import ExportError
from shared.mesh import Camera
from shared.scene import Scene

_NO_CAMERA = Camera(1.0, (0.5, 0.5), (1, 1))


def check_scene(scene: Scene, *, infill_percent: float, printer: str) -> dict[str, PrintReport]:
    """Check each thing of a scene in its true size.

    Args:
        scene: In metres.
        infill_percent: As for `check_print`.
        printer: As for `check_print`.

    Returns:
        The reports by name, in the scene's order.
    """
    return {
        node.name: check_print(
            Reconstruction(replace(node.mesh, scale="metric"), _NO_CAMERA, np.zeros(3)),
            infill_percent=infill_percent,
            printer=printer,
        )
        for node in scene.nodes
    }


def printable_scene(scene: Scene, reports: dict[str, PrintReport]) -> tuple[Scene, tuple[str, ...]]:
    """Return the things that slicers will read as solids, and a warning for each of the others.

    Raises:
        ExportError: None of them would print.
    """
    kept = tuple(node for node in scene.nodes if reports[node.name].printable)
    held = []
    for name, report in reports.items():
        if not report.printable:
            problem = next(problem for problem in report.problems if problem.fatal)
            held.append(f"{name} left out of the ZIP, for it would not print: {problem.what} {problem.cure}")
    if not kept:
        raise ExportError(
            f"None of the {len(reports)} things would print. {held[0]}",
            "Make the scene larger with tallest_mm, or switch the print check off.",
        )
    return Scene(kept), tuple(held)
