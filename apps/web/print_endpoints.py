"""The print check as a named endpoint."""

from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api
from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder

from apps import prints
from apps.task import task
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
        options: Such as {"height_mm": 80, "printer": "prusa_mk4s", "infill_percent": 20, "fix": true,
            "formats": ["stl", "3mf"]}; with "fix" the steps that mend what can be mended are applied, and the
            mesh is written in these formats: stl (usual), 3mf, obj, ply, glb, usdz or fbx.

    Returns:
        A picture of the wall thickness and, with fix, the mended mesh in each format; and the report:
        verdict, problems with their cures, the steps that mend it, and facts.
    """
    try:
        given = _checked(options or {})
        fix, formats = bool(given.pop("fix", False)), given.pop("formats", ["stl"])
        found = prints.check_file(uploaded(mesh), mend=fix, **given)
        folder = Path(get_upload_folder())
        with staged_folder(folder / "prints") as draft:
            prints.write_heat_map(found, draft / "walls.png")
            made = [draft / "walls.png"]
            for suffix in formats if fix else ():
                export(found.mesh, draft / f"mended.{suffix}", package="sam_3d.export")
            made += sorted(path for path in draft.iterdir() if path not in made)
            kept = [save_bytes_to_cache(path.read_bytes(), path.name, str(folder)) for path in made]
            for path in made:
                path.unlink()
    except StudioError as error:
        raise shown_error(error) from error
    files: Any = [file_data(Path(path)) for path in kept]
    return files, found.to_json()


def _checked(options: dict[str, Any]) -> dict[str, Any]:
    from sam_3d.printing.printers import PRINTER_IDS

    unknown = sorted(set(options) - {"height_mm", "printer", "infill_percent", "fix", "formats"})
    if unknown:
        raise InputError(
            f"There is no option {', '.join(unknown)}.",
            "Known are height_mm, printer, infill_percent, fix, formats.",
        )
    if options.get("printer", PRINTER_IDS[0]) not in PRINTER_IDS:
        raise InputError(
            f"There is no printer {options['printer']!r}.", f"Choose from {', '.join(PRINTER_IDS)}."
        )
    if not 0 <= float(options.get("infill_percent", 15)) <= 100:
        raise InputError(f"infill_percent wants 0 to 100, but got {options['infill_percent']}.")
    if "formats" in options:
        named = options["formats"]
        named = named.split(",") if isinstance(named, str) else [str(name) for name in named]
        options = {**options, "formats": list(task("lift").chosen_formats(tuple(named)))}
    return dict(options)
