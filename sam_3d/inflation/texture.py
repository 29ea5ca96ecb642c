"""Paint an inflated surface: a front chart from the photo, a back chart made up from it, one atlas."""

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation.outline import FloatGrid, Outline
from shared.mesh import Mesh
from shared.normals import weld

Picture = NDArray[np.uint8]
Colours = NDArray[np.float32]

_CHART_PX = (256, 1024)
# Colours are trusted this far inside the mask: photo pixels, and part of the long side, whichever is more.
_EDGE_PX, _EDGE_PART = 2.0, 0.006
# In parts too thin for that: where this much of the texel is object.
_SURE = 0.8
# Blend to the colour of the rim where |n_z| is below this: there the projection would stretch the photo.
_GRAZING = 0.3
_RIM_BLUR_PART = 0.012
# The back is filled from the colours of the outer band of the front, with the front's fine grain on top.
_OUTER_BAND, _HEM_PART = 0.55, 0.1
_GRAIN_BLUR_PART, _GRAIN_LIMIT = 0.008, 5.0


def paint(photo: Picture, mask: NDArray[np.bool_], outline: Outline, normal_z: FloatGrid) -> Picture:
    """Make the atlas: front chart on the left, back chart on the right, both in the grid's own layout.

    Both charts carry the same blurred colour at the rim, so that no seam shows where they meet.

    Args:
        photo: (H, W, 3) uint8 sRGB.
        mask: (H, W) bool, the object.
        outline: The mask on the working grid.
        normal_z: (h, w) |n_z| of the front on that grid: 1 facing the viewer, 0 at the rim and outside.

    Returns:
        (h', 2w', 3) uint8, w' at most 1024.
    """
    import cv2

    filled, inside = _filled(photo, mask, outline)
    height, width = inside.shape
    long_side = max(width, height)
    rim = cv2.GaussianBlur(filled, (0, 0), _RIM_BLUR_PART * long_side)
    facing = cv2.resize(normal_z, (width, height), interpolation=cv2.INTER_LINEAR)
    facing = np.asarray(facing, np.float32)
    weight = _smoothstep(facing / np.float32(_GRAZING))[..., None]
    front = rim + weight * (filled - rim)
    back = rim + weight * (_back(filled, inside, facing) - rim)
    atlas = np.concatenate([front, back], axis=1)
    return np.clip(atlas + 0.5, 0, 255).astype(np.uint8)


def paint_front(photo: Picture, mask: NDArray[np.bool_], outline: Outline) -> Picture:
    """Make one chart of the photo alone, sharp up to the rim, as `paint` lays out its front: (h', w', 3)."""
    return np.clip(_filled(photo, mask, outline)[0] + 0.5, 0, 255).astype(np.uint8)


def _filled(photo: Picture, mask: NDArray[np.bool_], outline: Outline) -> tuple[Colours, NDArray[np.bool_]]:
    """Return the object's colours on the chart, spread over its edge and beyond, and where the object is."""
    long_cells = max(outline.coverage.shape)
    texels = float(np.clip(outline.cell_px, _CHART_PX[0] / long_cells, _CHART_PX[1] / long_cells))
    height, width = (round(n * texels) for n in outline.coverage.shape)
    colours, covered = _chart(photo, mask, outline, (width, height))
    edge = max(_EDGE_PX * texels / outline.cell_px, _EDGE_PART * max(width, height))
    return _spread(colours, _trusted(covered, edge).astype(np.float32)), covered > 0.5


def unwrap(
    vertices: NDArray[np.float64],
    faces: NDArray[np.int64],
    shape: tuple[int, int],
    *,
    rim: FloatGrid | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Lay faces nearer to the viewer than the rim on the front chart, all others on the back chart.

    Args:
        vertices: (V, 3) in cells: column, row, depth away from the viewer.
        faces: (F, 3).
        shape: (h, w) of the grid.
        rim: (h, w) depth of the middle between front and back; 0 when None.

    Returns:
        Which old vertex each new vertex is (U,), new faces (F, 3), and uv (U, 2) with the origin at the lower
        left. Vertices are doubled along the seam only.
    """
    behind = vertices[:, 2] if rim is None else vertices[:, 2] - _at(rim, vertices)
    return charted(vertices, faces, shape, behind[faces].mean(axis=1) > 0)


def charted(
    vertices: NDArray[np.float64], faces: NDArray[np.int64], shape: tuple[int, int], back: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Lay the faces marked in `back` (F,) on the back chart, all others on the front chart; see `unwrap`."""
    offset = np.where(back, len(vertices), 0)
    used, new_faces = np.unique((faces + offset[:, None]).ravel(), return_inverse=True)
    source, is_back = used % len(vertices), used >= len(vertices)
    column, row = (vertices[source, 0] + 0.5) / shape[1], (vertices[source, 1] + 0.5) / shape[0]
    uv = np.stack([(column + is_back) / 2, 1 - row], axis=1)
    return source, new_faces.reshape(-1, 3).astype(np.int64), uv


def mirrored_back(atlas: Picture) -> Picture:
    """Return an atlas whose back chart shows what the front does, as if seen through."""
    half = atlas.shape[1] // 2
    return np.concatenate([atlas[:, :half], atlas[:, :half]], axis=1)


def has_two_charts(mesh: Mesh) -> bool:
    """Whether a mesh is painted by `paint`: its doubled vertices have one place on each half of the atlas."""
    if mesh.texture is None or mesh.uv is None:
        return False
    first, place = weld(mesh.vertices)
    twin = first[place]
    doubled = twin != np.arange(len(twin))
    apart = mesh.uv[doubled] - mesh.uv[twin[doubled]]
    return bool(doubled.any() and np.allclose(np.abs(apart), (0.5, 0.0), atol=1e-6))


def _at(grid: FloatGrid, vertices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a grid's value (V,) at vertices, bilinear."""
    from scipy import ndimage

    return ndimage.map_coordinates(grid, vertices[:, 1::-1].T, np.float64, order=1, mode="nearest")


def _chart(
    photo: Picture, mask: NDArray[np.bool_], outline: Outline, size: tuple[int, int]
) -> tuple[Colours, FloatGrid]:
    """Sample photo and mask on the chart; averaging first where the photo is much finer."""
    import cv2

    width, height = size
    rows, columns = outline.coverage.shape
    step = np.array([columns / width, rows / height]) * outline.cell_px
    start = np.asarray(outline.origin_px) - 0.5 * outline.cell_px
    low = np.maximum(np.floor(start).astype(int), 0)
    high = np.minimum(np.ceil(start + step * size).astype(int), photo.shape[1::-1])
    crop, inside = (a[low[1] : high[1], low[0] : high[0]] for a in (photo, mask.astype(np.float32)))
    shrink = float(max(step.max(), 1.0))
    if shrink > 1.2:
        reduced = tuple(max(1, round(n / shrink)) for n in crop.shape[1::-1])
        crop, inside = (cv2.resize(a, reduced, interpolation=cv2.INTER_AREA) for a in (crop, inside))
    ratio = np.array(crop.shape[1::-1]) / (high - low)
    x, y = (
        ((start[i] + (np.arange(size[i]) + 0.5) * step[i] - low[i]) * ratio[i] - 0.5).astype(np.float32)
        for i in (0, 1)
    )
    grid_x, grid_y = np.meshgrid(x, y)
    colours = cv2.remap(crop, grid_x, grid_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    covered = cv2.remap(inside, grid_x, grid_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return colours.astype(np.float32), covered.astype(np.float32)


def _trusted(covered: FloatGrid, edge: float) -> NDArray[np.bool_]:
    """Find the object's own colours: away from the mask's edge, or in parts too thin to have an inside."""
    from scipy import ndimage

    inside = covered > 0.5
    framed = np.pad(inside, 1, mode="edge")
    core = np.asarray(ndimage.distance_transform_edt(framed))[1:-1, 1:-1] > edge
    reached = np.zeros_like(core)
    if core.any():
        reached = np.asarray(ndimage.distance_transform_edt(~core)) <= 1.5 * edge + 1
    found = core | ((covered > _SURE) & ~reached)
    return found if found.any() else inside


def _spread(colours: Colours, weight: FloatGrid) -> Colours:
    """Fill texels of weight 0 from their surroundings, coarse to fine (pull-push on an image pyramid)."""
    import cv2

    if min(weight.shape) <= 2 or weight.min() > 0.999:
        mean = (colours * weight[..., None]).sum((0, 1)) / max(float(weight.sum()), 1e-6)
        return weight[..., None] * colours + (1 - weight[..., None]) * mean.astype(np.float32)
    small_weight = cv2.pyrDown(weight)
    small = cv2.pyrDown(colours * weight[..., None]) / np.maximum(small_weight, 1e-6)[..., None]
    coarse = _spread(small.astype(np.float32), np.minimum(small_weight * 2, 1).astype(np.float32))
    size = (weight.shape[1], weight.shape[0])
    return colours * weight[..., None] + cv2.pyrUp(coarse, dstsize=size) * (1 - weight[..., None])


def _back(filled: Colours, inside: NDArray[np.bool_], facing: FloatGrid) -> Colours:
    """Make up the unseen side: the outer band's colours grow inwards, so that no face looks out."""
    import cv2

    long_side = max(inside.shape)
    hem = cv2.distanceTransform(np.pad(inside, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    band = (inside & (facing < _OUTER_BAND) & (hem < _HEM_PART * long_side)).astype(np.float32)
    ground = cv2.GaussianBlur(_spread(filled, band), (0, 0), 2 * _RIM_BLUR_PART * long_side)
    grain = filled - cv2.GaussianBlur(filled, (0, 0), _GRAIN_BLUR_PART * long_side)
    # Fine grain (fur, cloth, wood) belongs on the back too; strong edges are features, and are left out.
    strength = cv2.GaussianBlur(np.abs(grain).max(axis=2), (0, 0), 1.5 * _RIM_BLUR_PART * long_side)
    return ground + grain / (1 + (strength[..., None] / _GRAIN_LIMIT) ** 3)


def _smoothstep(value: FloatGrid) -> FloatGrid:
    t = np.clip(value, 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)
