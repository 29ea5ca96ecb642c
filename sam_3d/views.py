"""More pictures of a lifted object than its preview: how it is built, how thick it is, what was seen."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sam_3d.preview import PICTURE_PX, Drawn, front_and_back, three_quarter_view
from sam_3d.printing.check import LEAST_WALL_MM, PrintReport, check_print
from sam_3d.printing.heat_map import wall_colors, wall_map
from sam_3d.seen import MADE_UP_RGB, SEEN_RGB, seen_share, tinted
from sam_3d.types import Reconstruction
from shared.backdrop import compose
from shared.exporting import atomic
from shared.mesh import Mesh
from shared.normals import vertex_normals
from shared.render import render
from shared.wires import wire_mesh

VIEWS = ("seen", "walls", "wireframe", "normals")
_INK = (40, 44, 52)
_LINE_PX = 26


def draw_views(
    result: Reconstruction,
    folder: Path,
    names: tuple[str, ...],
    *,
    height_mm: float | None = None,
    report: PrintReport | None = None,
    timeout_s: float = 90.0,
) -> Drawn:
    """Write `NAME.png` of each view wanted.

    Args:
        result: A lifted object.
        folder: Where they go; it must exist.
        names: Of `VIEWS`: "seen" (front and back; green what the photo shows, orange what was made up),
            "walls" (thickness), "wireframe", "normals" (direction of the surface as colour).
        height_mm: Height for meshes without true size.
        report: The print check, if it was made already.
        timeout_s: Longest time for each with pyrender.
    """
    drawn = Drawn()
    for name in names:
        meshes, legend = _MADE[name](result, height_mm, report)
        # What was made up lies mostly behind.
        views = front_and_back([result.mesh]) if name == "seen" else [three_quarter_view([result.mesh])]
        done = render(meshes, views, timeout_s=timeout_s)
        picture = np.concatenate(compose(done.frames, views, [result.mesh]), axis=1)
        _save(_with_legend(picture, legend), Path(folder) / f"{name}.png")
        drawn = drawn.and_then(Drawn(done.renderer, done.warnings))
    return drawn


Legend = tuple[tuple[tuple[int, int, int], str], ...]
_Made = tuple[list[Mesh], Legend]


def _seen(result: Reconstruction, _: float | None, __: PrintReport | None) -> _Made:
    share = seen_share(result.mesh) or 0.0
    return [tinted(result.mesh)], (
        (SEEN_RGB, f"Seen, {share:.0%}"),
        (MADE_UP_RGB, f"Made up, {1 - share:.0%}"),
    )


def _walls(result: Reconstruction, height_mm: float | None, report: PrintReport | None) -> _Made:
    report = report or check_print(result, height_mm)
    steps = np.array([0.5, 1.0, 1.5, 2.5, 5.0]) * LEAST_WALL_MM
    words = [f"{step:g} mm" for step in steps]
    words[-1] += " and more"
    colors = (tuple(int(v) for v in color) for color in wall_colors(steps))
    return [wall_map(result, report, height_mm)], tuple(zip(colors, words, strict=True))  # type: ignore[arg-type]


def _wireframe(result: Reconstruction, _: float | None, __: PrintReport | None) -> _Made:
    plain = replace(result.mesh, uv=None, texture=None, colors=None)
    return [plain, wire_mesh(result.mesh, _INK)], ((_INK, f"{len(result.mesh.faces):,} triangles"),)


def _normals(result: Reconstruction, _: float | None, __: PrintReport | None) -> _Made:
    mesh = result.mesh
    colors = np.rint((vertex_normals(mesh.vertices, mesh.faces) + 1) * 127.5).astype(np.uint8)
    legend: Legend = (((255, 128, 128), "right"), ((128, 255, 128), "up"), ((128, 128, 255), "to the front"))
    return [replace(mesh, uv=None, texture=None, colors=colors)], legend


_MADE: dict[str, Callable[[Reconstruction, float | None, PrintReport | None], _Made]] = {
    "seen": _seen,
    "walls": _walls,
    "wireframe": _wireframe,
    "normals": _normals,
}


def _with_legend(picture: NDArray[np.uint8], legend: Legend) -> NDArray[np.uint8]:
    """Write what the colours mean into the lower left corner."""
    from PIL import Image, ImageDraw, ImageFont

    canvas = Image.fromarray(picture)
    pen, font = ImageDraw.Draw(canvas), ImageFont.load_default(16)
    top = PICTURE_PX[1] - _LINE_PX * len(legend) - 14
    for number, (color, words) in enumerate(legend):
        y = top + number * _LINE_PX
        pen.rounded_rectangle((16, y, 32, y + 16), 4, fill=color)
        pen.text((42, y - 2), words, fill=_INK, font=font)
    return np.asarray(canvas)


def _save(picture: NDArray[np.uint8], path: Path) -> None:
    from PIL import Image

    with atomic(path) as draft:
        Image.fromarray(picture).save(draft, "PNG")
