"""Give any closed surface on the outline's grid its texture, and its place before the camera."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation import placing, texture
from sam_3d.inflation.outline import FloatGrid, Outline
from sam_3d.types import Shape
from shared.media import Image
from shared.mesh import Camera, Mesh
from shared.normals import vertex_normals
from shared.raster import rasterise

_FAR_CELLS = 1e6
# A triangle this many cells behind what the viewer sees at its place is hidden.
_HIDDEN_CELLS = 2.0
# Which old vertex each new one is (U,), new faces (F, 3), uv (U, 2), and the atlas.
Charts = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.uint8]]


@dataclass(frozen=True, eq=False)
class FrontView:
    """What the viewer sees of a surface, one value a cell.

    Args:
        facing: (h, w) float32 |n_z|: 1 facing the viewer, 0 where there is nothing.
        depth: (h, w) float64 depth in cells, infinity where there is nothing.
    """

    facing: FloatGrid
    depth: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Elsewhere:
    """Triangles whose colours the photo shows at another place than their own.

    Args:
        faces: (F,) bool: which triangles.
        places: (V, 2) column and row of the cell with the colour of each vertex.
    """

    faces: NDArray[np.bool_]
    places: NDArray[np.float64]


def front_view(cells: NDArray[np.float64], faces: NDArray[np.int64], shape: tuple[int, int]) -> FrontView:
    """Look at a surface from the front, without perspective.

    Args:
        cells: (V, 3) column, row, depth away from the viewer.
        faces: (F, 3), counter-clockwise seen from outside.
        shape: (h, w) of the grid.
    """
    far = np.stack([cells[:, 0] + 0.5, -(cells[:, 1] + 0.5), -(_FAR_CELLS + cells[:, 2])], axis=1)
    seen = rasterise(far, faces, Camera(_FAR_CELLS, (0.0, 0.0), (shape[1], shape[0])))
    hit = seen.face >= 0
    corners, weights = faces[seen.face[hit]], seen.weights[hit]
    normals = vertex_normals(cells, faces)
    facing = np.zeros(shape, np.float32)
    depth = np.full(shape, np.inf)
    facing[hit] = np.abs(np.einsum("ij,ij->i", normals[corners, 2], weights))
    depth[hit] = np.einsum("ij,ij->i", cells[corners, 2], weights)
    return FrontView(facing, depth)


def unseen(cells: NDArray[np.float64], faces: NDArray[np.int64], view: FrontView) -> NDArray[np.bool_]:
    """Return (F,) whether each triangle faces away from the viewer or stands behind another part."""
    a, b, c = (cells[faces[:, i]] for i in range(3))
    away = np.cross(b - a, c - a)[:, 2] > 0
    middle = (a + b + c) / 3
    spot = np.rint(middle[:, :2]).astype(int)
    row, column = (np.clip(spot[:, 1 - i], 0, view.depth.shape[i] - 1) for i in (0, 1))
    front = view.depth[row, column]
    return away | (np.isfinite(front) & (middle[:, 2] > front + _HIDDEN_CELLS))


def clad(
    cells: NDArray[np.float64],
    faces: NDArray[np.int64],
    traced: Outline,
    image: Image,
    mask: NDArray[np.bool_],
    *,
    warnings: tuple[str, ...] = (),
    lookup: NDArray[np.float64] | None = None,
    elsewhere: tuple[Elsewhere, ...] = (),
) -> Shape:
    """Paint a surface, the seen side from the photo and the unseen made up, and put it on the camera's rays.

    Args:
        cells: (V, 3) column, row, depth away from the viewer, on the grid of `traced`.
        faces: (F, 3), counter-clockwise seen from outside, closed.
        traced: The outline.
        image: The photo.
        mask: (H, W) bool: where its colours are the object's own.
        warnings: What a user should know about this shape.
        lookup: (V, 2) column and row of the cell whose colour each vertex has, where the shape knows that for
            its unseen side too; None for its own place, with the back made up.
        elsewhere: Sets of unseen triangles, disjoint, whose colours the photo shows at other places.
    """
    if lookup is None:
        charted = charts(cells, faces, traced, image.pixels, mask, elsewhere)
        return _placed(cells, charted, traced, image, warnings)
    height, width = traced.coverage.shape
    uv = np.clip((lookup + 0.5) / (width, height), 0, 1) * (1, -1) + (0, 1)
    charted = (np.arange(len(cells)), faces, uv, texture.paint_front(image.pixels, mask, traced))
    return _placed(cells, charted, traced, image, warnings)


def clad_sheets(
    cells: NDArray[np.float64],
    faces: NDArray[np.int64],
    traced: Outline,
    image: Image,
    mask: NDArray[np.bool_],
    *,
    facing: FloatGrid,
    rim: FloatGrid | None = None,
    warnings: tuple[str, ...] = (),
) -> Shape:
    """Do the same for a front and a back sheet that meet at the outline: one chart each, split at the rim.

    Args:
        cells, faces, traced, image, mask, warnings: As in `clad`.
        facing: (h, w) |n_z| of the front.
        rim: (h, w) depth that parts front from back, in cells; 0 when None.
    """
    height, width = traced.coverage.shape
    unwrapped = texture.unwrap(cells, faces, (height, width), rim=rim)
    charted = (*unwrapped, texture.paint(image.pixels, mask, traced, facing))
    return _placed(cells, charted, traced, image, warnings)


def _placed(
    cells: NDArray[np.float64], charted: Charts, traced: Outline, image: Image, warnings: tuple[str, ...]
) -> Shape:
    """Put a painted surface on the camera's rays."""
    source, faces, uv, atlas = charted
    camera = placing.assumed_camera(image)
    vertices, position = placing.placed(cells, traced, camera)
    mesh = Mesh(vertices[source], faces, uv=uv, texture=atlas)
    return Shape(mesh, camera, position, (*warnings, *placing.notes(traced)))


def charts(
    cells: NDArray[np.float64],
    faces: NDArray[np.int64],
    traced: Outline,
    pixels: NDArray[np.uint8],
    mask: NDArray[np.bool_],
    elsewhere: tuple[Elsewhere, ...] = (),
) -> Charts:
    """Unwrap a surface by what the viewer sees of it, and paint its atlas; see `clad`."""
    shape = (traced.coverage.shape[0], traced.coverage.shape[1])
    view = front_view(cells, faces, shape)
    atlas = texture.paint(pixels, mask, traced, view.facing)
    back, places = unseen(cells, faces, view), cells
    for number, other in enumerate(elsewhere, start=1):
        moved = back & other.faces
        places = np.concatenate([places, np.column_stack([other.places, cells[:, 2]])])
        back, faces = back & ~moved, np.where(moved[:, None], faces + number * len(cells), faces)
    source, faces, uv = texture.charted(places, faces, shape, back)
    return source % len(cells), faces, uv, atlas
