"""A closed body whose front follows a depth map and whose back is inflated."""

import numpy as np
from numpy.typing import NDArray

from sam_3d.depth.cleaning import front_under
from sam_3d.depth.depth_map import AUTO, DISTANCE, NEARNESS, DepthMap
from sam_3d.depth.meaning import beyond_plane, understood
from sam_3d.inflation import field, outline
from sam_3d.inflation.cladding import clad_sheets
from sam_3d.inflation.outline import FloatGrid
from sam_3d.sheets.solid import body_between
from sam_3d.types import Shape
from shared.media import Image
from shared.progress import Progress

# A front of unknown scale stands out beyond its plane as much as one that is inflated by this factor.
_BULGE = 1.3
# A front of unknown scale is at most this deep, and any front, in long sides of the outline.
_MOST_FITTED, _MOST_DEPTH = 1.0, 3.0
NOTE = "The front follows the depth map; the back is made up from the outline."


def lifted_by_depth(
    image: Image, mask: NDArray[np.bool_], depth: DepthMap, *, thickness: float, progress: Progress
) -> Shape:
    """Lift an object whose front is known from a depth map.

    Args:
        image: The photo.
        mask: (H, W) bool of the object.
        depth: Of this photo.
        thickness: Factor on the inflated distance from front to back.
        progress: Told of each stage; may cancel.

    Raises:
        InputError: The map does not fit the photo or says next to nothing of the object.
    """
    progress.step(0.3, "tracing the outline")
    traced = outline.trace(mask)
    coverage = traced.coverage
    progress.step(0.4, "reading the depth under the mask")
    said = front_under(depth, traced, (image.width, image.height))
    half = np.sqrt(np.maximum(field.squared_height(coverage), 0))
    inside = coverage > 0.5
    turned = depth.meaning == AUTO
    depth = understood(depth, said, half, inside)
    away = -said.away if turned and depth.meaning == NEARNESS else said.away
    front, notes = fitted(away, half, inside, depth, traced.cell_px)
    progress.step(0.6, "meshing")
    body = body_between(coverage, front, front + 2 * np.float32(thickness) * half)
    points, faces = body.surface()
    progress.step(0.85, "painting")
    told = (NOTE, *depth.notes, *notes)
    facing, rim = body.normal_z(), body.middle
    return clad_sheets(points, faces, traced, image, mask, facing=facing, rim=rim, warnings=told)


def fitted(
    away: FloatGrid, half: FloatGrid, inside: NDArray[np.bool_], depth: DepthMap, cell_px: float
) -> tuple[FloatGrid, tuple[str, ...]]:
    """Bring a front to cells of the working grid.

    With a focal length f (pixels) a depth difference of d at the distance z covers f·d/z pixels. Without one,
    what the front has beyond a plane is made to stand out as much as an inflated front does, and the
    plane's slant comes with it.

    Args:
        away: (h, w) front in the map's unit, growing away from the viewer.
        half: (h, w) height of the inflated front in cells, 0 outside.
        inside: (h, w) bool, the object.
        depth: Where `away` comes from; its meaning is known.
        cell_px: Side of a cell in pixels of the photo.

    Returns:
        (h, w) float32 front in cells around 0; and what a user should know.
    """
    middle = float(np.median(away[inside]))
    away = away - np.float32(middle)
    long_side = max(int(np.ptp(cells)) + 1 for cells in np.nonzero(inside))
    notes: list[str] = []
    if depth.true_to_scale:
        front, most = away * np.float32(depth.focal_px / middle / cell_px), _MOST_DEPTH * long_side
        if depth.unit_mm and depth.meaning == DISTANCE:
            height = int(np.ptp(np.nonzero(inside)[0])) + 1
            notes.append(
                _true_size(height * cell_px * middle / depth.focal_px * depth.unit_mm, middle * depth.unit_mm)
            )
    else:
        bulge, bump = beyond_plane(-half, inside), beyond_plane(away, inside)
        spread = max(float(bump.std()), 1e-6 * float(np.abs(away[inside]).max()))
        front, most = away * np.float32(_BULGE * float(bulge.std()) / spread), _MOST_FITTED * long_side
        notes.append(
            "The map does not say how deep the object is for its width; that was taken from its outline."
        )
    deep = float(np.ptp(front[inside]))
    if deep > most:
        front = front * np.float32(most / deep)
        if depth.true_to_scale:
            notes.append("By the depth map the object is far deeper than wide; its depth was limited.")
    return np.asarray(front, np.float32), tuple(notes)


def _true_size(height_mm: float, distance_mm: float) -> str:
    return (
        f"By the depth map and the focal length the object is about {height_mm:.3g} mm high, "
        f"{distance_mm:.3g} mm away from the camera."
    )
