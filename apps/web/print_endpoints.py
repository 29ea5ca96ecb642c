"""The print check as a named endpoint."""

from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api
from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder

from apps import prints
from apps.web.errors import shown_error
from apps.web.result_files import file_data
from apps.web.uploads import uploaded
from shared.errors import InputError, StudioError
from shared.exporting import export, staged_folder


def listen() -> None:
    """Register the endpoint on the page being built."""
    api(print_check, api_name="print_check", concurrency_id="endpoints")


def print_check(mesh: gr.FileData, options: dict | None = None) -> tuple[list[gr.FileData], dict[str, Any]]:
    """Check a mesh for printing, and mend it.

    Args:
        mesh: STL or 3MF (millimetres, z up), OBJ, PLY, GLB or OFF (metres, y up).
        options: Such as {"height_mm": 80, "printer": "prusa_mk4s", "infill_percent": 20, "fix": true}; with
            "fix" the steps that mend what can be mended are applied.

    Returns:
        A picture of the wall thickness and, with fix, mended.stl; and the report: verdict, problems with
        their cures, the steps that mend it, and facts.
    """
    try:
        given = _checked(options or {})
        fix = bool(given.pop("fix", False))
        found = prints.check_file(uploaded(mesh), mend=fix, **given)
        folder = Path(get_upload_folder())
        with staged_folder(folder / "prints") as draft:
            prints.write_heat_map(found, draft / "walls.png")
            made = [draft / "walls.png"]
            if fix:
                made.append(export(found.mesh, draft / "mended.stl", package="sam_3d.export"))
            kept = [save_bytes_to_cache(path.read_bytes(), path.name, str(folder)) for path in made]
            for path in made:
                path.unlink()
    except StudioError as error:
        raise shown_error(error) from error
    files: Any = [file_data(Path(path)) for path in kept]
    return files, found.to_json()


def _checked(options: dict[str, Any]) -> dict[str, Any]:
    from sam_3d.printing.printers import PRINTER_IDS

    unknown = sorted(set(options) - {"height_mm", "printer", "infill_percent", "fix"})
    if unknown:
        raise InputError(
            f"There is no option {', '.join(unknown)}.",
            "Known are height_mm, printer, infill_percent, fix.",
        )
    if options.get("printer", PRINTER_IDS[0]) not in PRINTER_IDS:
        raise InputError(
            f"There is no printer {options['printer']!r}.", f"Choose from {', '.join(PRINTER_IDS)}."
        )
    if not 0 <= float(options.get("infill_percent", 15)) <= 100:
        raise InputError(f"infill_percent wants 0 to 100, but got {options['infill_percent']}.")
    return dict(options)
