"""Check a mesh file or a result for printing, and mend it: for every face."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared.errors import InputError

if TYPE_CHECKING:
    from sam_3d.printing.check import PrintReport
    from sam_3d.types import Reconstruction

# Of several meshes in a result the one that is nearest to a print.
_PREFERRED = (".stl", ".3mf", ".glb", ".ply", ".obj")


@dataclass(frozen=True, eq=False)
class Checked:
    """A mesh file's check.

    Args:
        path: The file.
        mesh: What is in it; after mending, if that was wanted.
        report: Its report.
        steps: Mesh operations that mended it, as a chain's JSON; empty where none was needed or wanted.
    """

    path: Path
    mesh: "Reconstruction"
    report: "PrintReport"
    steps: tuple[dict[str, Any], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the file's name, the steps taken, and the report."""
        return {"file": self.path.name, "mended_by": list(self.steps), **self.report.to_json()}

    def as_text(self) -> str:
        """Return lines for a terminal."""
        facts = self.report.facts
        lines = [f"{self.path.name}: {self.report.verdict}"]
        lines += [f"mended   {step['id']}" for step in self.steps]
        for problem in self.report.problems:
            lines.append(f"{'wrong' if problem.fatal else 'care':8} {problem.what} {problem.cure}")
        lines += [f"{name.replace('_', ' '):18} {_words(value)}" for name, value in facts.items()]
        return "\n".join(lines)


def check_file(
    path: str | Path, *, mend: bool = False, height_mm: float | None = None, **options: Any
) -> Checked:
    """Check a mesh file, or the mesh in a result folder.

    Args:
        path: STL, 3MF, OBJ, PLY, GLB or OFF; or a folder that `segstudio 3d lift` wrote.
        mend: Apply the steps that mend what can be mended.
        height_mm: Scale it to that height first; None keeps the file's size.
        options: As for `sam_3d.printing.check.check_print`.

    Raises:
        InputError: There is no mesh, it cannot be read, or a step cannot be applied.
    """
    from sam_3d.ops.scale import ScaleToHeight
    from sam_3d.printing.check import check_print
    from sam_3d.printing.mending import mended
    from sam_3d.printing.reading import read_mesh

    file = _mesh_in(Path(path)) if Path(path).is_dir() else Path(path)
    found = read_mesh(file)
    if height_mm is not None:
        found = ScaleToHeight(height_mm=height_mm)(found)
    if mend:
        done, report, steps = mended(found, **options)
        return Checked(file, done, report, steps)
    return Checked(file, found, check_print(found, **options))


def write_heat_map(checked: Checked, path: str | Path) -> None:
    """Draw the wall thickness of what was checked as a PNG with a legend."""
    from shared.exporting import staged_folder

    path = Path(path)
    with staged_folder(path.parent) as draft:
        from sam_3d.views import draw_views

        draw_views(checked.mesh, draft, ("walls",), report=checked.report)
        (draft / "walls.png").rename(draft / path.name)


def _mesh_in(folder: Path) -> Path:
    for suffix in _PREFERRED:
        for file in sorted(folder.glob(f"*{suffix}")):
            return file
    raise InputError(f"There is no mesh in {folder}.", "Give a mesh file, or the folder of a lift.")


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_words(part) for part in value) or "none"
    return "unknown" if value is None else str(value)
