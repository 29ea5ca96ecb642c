"""A lifted object kept beside its files, so that other pictures of it need no other lift."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from shared.errors import InputError

if TYPE_CHECKING:
    from apps.runner import Result
    from sam_3d.printing.check import PrintReport
    from sam_3d.types import Reconstruction

NAME = ".lifted.npz"
"""Where it is kept; the dot leaves it out of the manifest and the zip."""
TURNTABLE = "turntable"
SEEN, SEEN_MODEL = "seen", "seen.glb"
_ARRAYS = ("vertices", "faces", "uv", "texture", "colors", "seen")


def keep(lifted: "Reconstruction", folder: Path) -> None:
    """Write the mesh of a lifted object, and the camera that it was seen by, into a result's folder."""
    mesh, camera = lifted.mesh, lifted.camera
    arrays: dict[str, Any] = {name: getattr(mesh, name) for name in _ARRAYS}
    np.savez(
        folder / NAME,
        scale=mesh.scale,
        position=lifted.position,
        tilt_rad=lifted.tilt_rad,
        focal_px=camera.focal_px,
        center_px=camera.center_px,
        size_px=camera.size_px,
        **{name: array for name, array in arrays.items() if array is not None},
    )


def kept(folder: Path) -> "Reconstruction":
    """Return the lifted object that `keep` wrote, without the name of its engine.

    Raises:
        InputError: None was kept here.
    """
    from sam_3d.types import Reconstruction
    from shared.mesh import Camera, Mesh

    if not has(folder):
        raise InputError("The mesh of that run is not kept any more.", "Run it again.")
    with np.load(folder / NAME, allow_pickle=False) as found:
        told = {name: found[name] for name in found.files}
    scale: Any = str(told["scale"])
    mesh = Mesh(**{name: told[name] for name in _ARRAYS if name in told}, scale=scale)
    center, size = (tuple(told[name].tolist()) for name in ("center_px", "size_px"))
    camera = Camera(float(told["focal_px"]), center, size)
    return Reconstruction(mesh, camera, told["position"], tilt_rad=float(told["tilt_rad"]))


def has(folder: Path) -> bool:
    """Whether a lifted object is kept in a result's folder."""
    return (folder / NAME).is_file()


def picture(result: "Result", name: str) -> Path:
    """Return a picture of a lifted object, drawn at the first call.

    Args:
        result: Of a lift, or of several photos.
        name: One of `sam_3d.views.VIEWS`, or "turntable".

    Raises:
        InputError: The run kept no mesh, or there is no such picture.
    """
    from sam_3d import preview, views

    if name != TURNTABLE and name not in views.VIEWS:
        raise InputError(f"There is no picture {name!r}.", f"Choose {', '.join((*views.VIEWS, TURNTABLE))}.")
    path = result.folder / f"{name}.{'gif' if name == TURNTABLE else 'png'}"
    if path.is_file():
        return path
    lifted = kept(result.folder)
    if name == TURNTABLE:
        preview.turntable([lifted.mesh], path)
    else:
        views.draw_views(lifted, result.folder, (name,), height_mm=_height_mm(result))
    return path


def tinted_model(result: "Result") -> Path:
    """Return a lifted object as GLB, tinted by what was seen and what was made up; written at the first call.

    Raises:
        InputError: The run kept no mesh.
    """
    from sam_3d.seen import tinted
    from shared.exporting import export

    path = result.folder / SEEN_MODEL
    if not path.is_file():
        lifted = kept(result.folder)
        export(
            lifted.with_mesh(tinted(lifted.mesh)), path, package="sam_3d.export", height_mm=_height_mm(result)
        )
    return path


def check(result: "Result", *, printer: str, infill_percent: float) -> "PrintReport":
    """Check a lifted object as a print on another printer.

    Args:
        result: Of a lift, or of several photos.
        printer: Id of a printer of `sam_3d.printing.printers`, or "any".
        infill_percent: How much of the inside is filled, 0..100.

    Raises:
        InputError: The run kept no mesh.
    """
    from sam_3d.printing.check import check_print

    lifted = kept(result.folder)
    return check_print(lifted, _height_mm(result), infill_percent=infill_percent, printer=printer)


def mending(result: "Result", *, printer: str, infill_percent: float) -> tuple[dict[str, Any], ...]:
    """Return the steps that mend a lifted object for printing, as a chain's JSON.

    Each is tried: what is cut may want a plate below it. Arguments and errors as for `check`.
    """
    from sam_3d.printing.mending import mended

    lifted = kept(result.folder)
    return mended(lifted, _height_mm(result), infill_percent=infill_percent, printer=printer)[2]


def _height_mm(result: "Result") -> float | None:
    return result.manifest["recipe"]["options"].get("height_mm")
