"""Mend an object for printing: the steps that its check names, as often as a new check names more."""

from typing import Any

from sam_3d.printing.check import PrintReport, check_print
from sam_3d.sizing import sized
from sam_3d.types import Reconstruction
from shared.chain import parse_chain
from shared.discovery import declared

_ROUNDS = 3
_NEXT: dict[str, dict[str, Any]] = {"flat_cut": {"id": "base_plate"}}
"""What is done where a step did not suffice: a tip that was cut is still a tip."""


def mended(
    result: Reconstruction, height_mm: float | None = None, **options: Any
) -> tuple[Reconstruction, PrintReport, tuple[dict[str, Any], ...]]:
    """Apply the steps that mend an object.

    Args:
        result: A lifted object, or one that was read from a file.
        height_mm: Height for a mesh without true size; 100 when None. It is kept from then on.
        options: As for `check_print`.

    Returns:
        The object, its new report, and the steps that were taken as a chain's JSON.
    """
    result = sized(result, height_mm)
    report, taken = check_print(result, **options), []
    for _ in range(_ROUNDS):
        wanted = [_NEXT.get(step["id"], step) if step in taken else step for step in report.mending()]
        steps = [step for step in wanted if step not in taken]
        if not steps:
            break
        # A body is chosen and a foot is cut only from what is closed: the gravest first, then a new look.
        step = steps[0]
        result = parse_chain([step], declared("sam_3d.ops", "OPS"), what="operation")(result)
        taken.append(step)
        report = check_print(result, **options)
    return result, report, tuple(taken)
