"""A closed body whose front follows a depth map and whose back is inflated."""

import numpy as np
from numpy.typing import NDArray

from sam_3d.depth.cleaning import front_under
from sam_3d.depth.depth_map import DepthMap
from sam_3d.inflation import field, outline, placing, texture
from sam_3d.inflation.outline import FloatGrid
from sam_3d.sheets.solid import body_between
from sam_3d.types import Shape
from shared.media import Image
from shared.mesh import Mesh
from shared.progress import Progress

# How much the middle of a fitted front stands out, as a part of what an inflated one does.
_BULGE = 1.0
_MOST_DEPTH = 3.0  # long sides of the outline, front to back of the front alone
_INVERTED = -0.3
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
    away = front_under(depth, traced, (image.width, image.height))
    half = np.sqrt(np.maximum(field.squared_height(coverage), 0))
    front, notes = fitted(away, half, coverage > 0.5, depth, traced.cell_px)
    progress.step(0.6, "meshing")
    body = body_between(coverage, front, front + 2 * np.float32(thickness) * half)
    points, faces = body.surface()
    progress.step(0.85, "painting")
    atlas = texture.paint(image.pixels, mask, traced, body.normal_z())
    rows, columns = coverage.shape
    source, faces, uv = texture.unwrap(points, faces, (rows, columns), rim=body.middle)
    camera = placing.assumed_camera(image)
    vertices, position = placing.placed(points, traced, camera)
    mesh = Mesh(vertices[source], faces, uv=uv, texture=atlas)
    return Shape(mesh, camera, position, (NOTE, *depth.notes, *notes, *placing.notes(traced)))


def fitted(
    away: FloatGrid, half: FloatGrid, inside: NDArray[np.bool_], depth: DepthMap, cell_px: float
) -> tuple[FloatGrid, tuple[str, ...]]:
    """Bring a front to cells of the working grid.

    With a focal length f (pixels) a depth difference of d at the distance z covers f·d/z pixels. Without one,
    what the front has beyond a plane is made to stand out as much as the inflated front does, and the
    plane's slant comes with it.

    Args:
        away: (h, w) front in the map's unit, growing away from the viewer.
        half: (h, w) height of the inflated front in cells, 0 outside.
        inside: (h, w) bool, the object.
        depth: Where `away` comes from.
        cell_px: Side of a cell in pixels of the photo.

    Returns:
        (h, w) float32 front in cells around 0; and what a user should know.
    """
    middle = float(np.median(away[inside]))
    away = away - np.float32(middle)
    bulge, bump = _beyond_plane(-half, inside), _beyond_plane(away, inside)
    likeness = float((bulge * bump).mean() / max(float(bulge.std() * bump.std()), 1e-12))
    notes = []
    if likeness < _INVERTED:
        notes.append(
            "By the depth map the middle of the object is farther away than its rim. If that is wrong, say "
            "what its values mean: distance (large is far), disparity or nearness (large is near)."
        )
    if depth.true_to_scale:
        front = away * np.float32(depth.focal_px / middle / cell_px)
    else:
        spread = max(float(bump.std()), 1e-6 * float(np.abs(away[inside]).max()))
        front = away * np.float32(_BULGE * float(bulge.std()) / spread)
    most = _MOST_DEPTH * max(inside.shape)
    if float(np.ptp(front[inside])) > most:
        front = front * np.float32(most / np.ptp(front[inside]))
        notes.append("By the depth map the object is far deeper than wide; its depth was limited.")
    return np.asarray(front, np.float32), tuple(notes)


def _beyond_plane(values: FloatGrid, inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return values (N,) inside, less the plane that fits them best."""
    rows, columns = np.nonzero(inside)
    terms = np.stack([rows, columns, np.ones(len(rows))], axis=1) / max(inside.shape)
    wanted = values[inside].astype(np.float64)
    return wanted - terms @ np.linalg.lstsq(terms, wanted, rcond=None)[0]
