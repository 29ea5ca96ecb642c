"""Paint a surface from the photos: the best views count most, and fade into one another."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation.surface import neighbour_mean
from sam_3d.photos.cameras import place, seen
from sam_3d.photos.charts import unfold
from sam_3d.photos.exposure import gains
from sam_3d.seen import seen_share
from shared.media import Image
from shared.mesh import Camera, Mesh
from shared.normals import vertex_normals
from shared.progress import Progress
from shared.raster import rasterise
from shared.render import View

ATLAS_PX = 2048
_DEPTH_PX = 512  # side of the pictures that tell what hides what
_SHARPNESS = 4.0  # how much more a view counts that looks straight at a place
_SPREADING = 3  # rounds that let views fade out towards where they are hidden
_LEAST_SHARE = 0.15  # of the best view's weight; less counts nothing
_FILLING = 60

Weights = NDArray[np.float64]


def bake(
    vertices: NDArray[np.float64],
    faces: NDArray[np.int64],
    views: Sequence[View],
    photos: Sequence[Image],
    masks: Sequence[NDArray[np.bool_]],
    *,
    size_px: int = ATLAS_PX,
    progress: Progress | None = None,
) -> tuple[Mesh, float]:
    """Return the surface with its texture, and the share of it that no photo shows (0..1).

    Args:
        vertices: (V, 3) in the world of the views.
        faces: (F, 3) of a closed surface.
        views: Where the photos were taken from.
        photos: One for each view.
        masks: (H, W) bool outlines; colours outside them are never taken.
        size_px: Side of the square texture.
        progress: Told of the views done; may cancel.

    Places that no photo shows take colours from around them.
    """
    progress = progress or Progress()
    insides = [_inside(mask) for mask in masks]
    weights = _smoothed(_visible(vertices, faces, views, insides, progress), faces)
    sampled = [_sampled(photo.pixels, view, vertices) for photo, view in zip(photos, views, strict=True)]
    factors = gains(sampled, weights)
    colours, known = _vertex_colours(sampled, weights, factors, faces)
    atlas = unfold(vertices, faces, size_px=size_px)
    texels = atlas.texels()
    rows, columns = np.nonzero(texels.face >= 0)
    corners = atlas.source[atlas.faces[texels.face[rows, columns]]]
    inner = texels.weights[rows, columns].astype(np.float64)
    points = np.einsum("nij,ni->nj", vertices[corners], inner)
    shares = _shares(weights, corners, inner)
    total, light = np.zeros(len(points)), np.zeros((len(points), 3))
    for i, (photo, view) in enumerate(zip(photos, views, strict=True)):
        progress.step(i / len(views), "baking the texture")
        mine = np.flatnonzero(shares[i] > 0)
        value = _sampled(photo.pixels, view, points[mine]) * factors[i]
        light[mine] += value * shares[i][mine, None]
        total[mine] += shares[i][mine]
    plain = np.einsum("nij,ni->nj", colours[corners], inner)
    fade = np.clip(total[:, None] / 0.02, 0, 1)  # hardly seen places go over into the made-up colour
    painted = fade * light / np.maximum(total, 1e-12)[:, None] + (1 - fade) * plain
    texture = np.zeros((size_px, size_px, 3), np.uint8)
    texture[rows, columns] = np.clip(painted + 0.5, 0, 255)
    picture = _padded(texture, texels.face >= 0)
    mesh = Mesh(vertices[atlas.source], atlas.faces, atlas.uv, picture, seen=known[atlas.source])
    return mesh, 1.0 - (seen_share(mesh) or 0.0)


def _inside(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return a weight that falls to 0 within a few pixels of a mask's edge: the backdrop bleeds in there."""
    import cv2

    reach = max(2.0, 0.004 * max(mask.shape))
    distance = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    return np.clip((distance - 0.5 * reach) / reach, 0, 1).astype(np.float32)


def _visible(
    vertices: NDArray[np.float64],
    faces: NDArray[np.int64],
    views: Sequence[View],
    insides: Sequence[NDArray[np.float32]],
    progress: Progress,
) -> Weights:
    """Return (N, V): how well each view sees each vertex, from 0 (hidden) to 1 (straight ahead, large)."""
    normals = vertex_normals(vertices, faces)
    normals = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    size = float(np.ptp(vertices, axis=0).max())
    found = np.zeros((len(views), len(vertices)))
    for i, (view, inside) in enumerate(zip(views, insides, strict=True)):
        progress.step(0.0, "finding what each photo sees")
        away = place(view) - vertices
        cosine = np.einsum("ij,ij->i", normals, away / np.linalg.norm(away, axis=1, keepdims=True))
        small = _smaller(view)
        turned = vertices @ view.camera_from_world[:3, :3].T + view.camera_from_world[:3, 3]
        nearest = rasterise(turned, faces, small.camera).depth
        spots, depth = seen(small, vertices)
        column, row = spots[:, 0].astype(int), spots[:, 1].astype(int)
        width, height = small.camera.size_px
        there = (column >= 1) & (column < width - 1) & (row >= 1) & (row < height - 1) & (depth > 0)
        at = np.flatnonzero(there)
        around = np.stack([nearest[row[at] + y, column[at] + x] for y in (-1, 0, 1) for x in (-1, 0, 1)])
        open_ = depth[at] < np.where(np.isfinite(around), around, 0).max(0) + 0.01 * size
        hidden = depth[at] > around.min(0) + 0.03 * size
        edge = _sampled(inside[..., None], view, vertices[at])[:, 0]
        nearness = (float(np.median(depth[at])) / depth[at]) if len(at) else 1.0
        found[i, at] = np.clip(cosine[at], 0, 1) ** _SHARPNESS * (open_ & ~hidden) * edge * nearness
    return found


def _smaller(view: View) -> View:
    camera = view.camera
    scale = min(1.0, _DEPTH_PX / max(camera.size_px))
    width, height = (max(1, round(side * scale)) for side in camera.size_px)
    x, y = camera.center_px
    return View(
        Camera(camera.focal_px * scale, (x * scale, y * scale), (width, height)), view.camera_from_world
    )


def _smoothed(weights: Weights, faces: NDArray[np.int64]) -> Weights:
    """Let each view fade out before it is hidden: the lesser of its weight and its neighbours' mean."""
    average = neighbour_mean(faces, weights.shape[1])
    done = weights
    for _ in range(_SPREADING):
        done = np.minimum(weights, (average @ done.T).T)
    return done


def _sampled(pixels: NDArray, view: View, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (N, C) values of a (H, W, C) picture where a view sees (N, 3) points."""
    import cv2

    spots = (seen(view, points)[0] - 0.5).astype(np.float32)
    parts = [
        cv2.remap(pixels, spots[i : i + 32_000, None, 0], spots[i : i + 32_000, None, 1], cv2.INTER_LINEAR)
        for i in range(0, len(points), 32_000)
    ]
    if not parts:
        return np.zeros((0, pixels.shape[2]))
    return np.concatenate(parts).reshape(len(points), -1).astype(np.float64)


def _shares(weights: Weights, corners: NDArray[np.int64], inner: Weights) -> NDArray[np.float32]:
    """Return (N, texels) weights of the views at each texel; those far below the best one are 0."""
    found = np.stack([np.einsum("ij,ij->i", row[corners], inner) for row in weights]).astype(np.float32)
    best = found.max(0)
    return np.maximum(found - _LEAST_SHARE * best, 0) * (found > 0)


def _vertex_colours(
    sampled: Sequence[NDArray[np.float64]], weights: Weights, factors: NDArray, faces: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return (V, 3) colours, spread from those that are seen to those that are not, and who is seen."""
    total = weights.sum(0)
    light = sum(c * f * w[:, None] for c, f, w in zip(sampled, factors, weights, strict=True))
    known = total > 1e-3
    colours = np.where(known[:, None], np.asarray(light) / np.maximum(total, 1e-12)[:, None], 0.0)
    filled, average = known.astype(np.float64), neighbour_mean(faces, len(total))
    for _ in range(_FILLING):
        around, count = average @ (colours * filled[:, None]), average @ filled
        new = ~known & (count > 0)
        colours[new] = around[new] / count[new, None]
        filled[new] = 1.0
    lonely = filled == 0
    if known.any():
        colours[lonely] = colours[known].mean(0)
    return colours, known


def _padded(texture: NDArray[np.uint8], filled: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Fill the gaps between charts with the nearest colour, for filters that look beyond an edge."""
    from scipy import ndimage

    nearest = ndimage.distance_transform_edt(~filled, return_distances=False, return_indices=True)
    row, column = np.asarray(nearest)
    return texture[row, column]
