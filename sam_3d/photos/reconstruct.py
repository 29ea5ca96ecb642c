"""The verb of several photos: outlines and cameras in, one closed and textured mesh out."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.advice import badly_framed, missing_views
from sam_3d.photos.album import Album
from sam_3d.photos.baking import ATLAS_PX, bake
from sam_3d.photos.cameras import place
from sam_3d.photos.carving import FINEST_CELLS, Field, Grid, bounds, carve, outline
from sam_3d.photos.covering import covering
from sam_3d.photos.fusing import carved_on
from sam_3d.photos.judging import judged
from sam_3d.photos.levels import Contacts, contacts, levels
from sam_3d.photos.sides import reached, side_limits
from sam_3d.photos.surface import closed_surface
from sam_3d.photos.sweeping import depths, glance, highest
from sam_3d.types import Reconstruction
from shared.errors import InputError
from shared.media import Image
from shared.mesh import Scale
from shared.progress import Progress
from shared.prompts import MaskHint
from shared.registry import Chosen, EngineSpec
from shared.render import View

CELLS_RANGE = (32, FINEST_CELLS)
_SPEC = EngineSpec(
    id="carving",
    task="lift",
    tier="embedded",
    title="Space carving",
    summary="Keeps what lies inside the outlines of all photos, and paints it from the best views.",
    accepts=frozenset({MaskHint}),
    licence="Apache-2.0",
    version="1",
    load=lambda device: reconstruct,
)


def reconstruct(
    album: Album,
    masks: Sequence[NDArray[np.bool_]],
    views: Sequence[View],
    *,
    scale: Scale = "relative",
    floor: float | None = None,
    cells: int = FINEST_CELLS,
    atlas_px: int = ATLAS_PX,
    progress: Progress | None = None,
) -> Reconstruction:
    """Make one object of several photos.

    Args:
        album: The photos.
        masks: (H, W) bool outline of the object in each photo.
        views: Where each photo was taken from; the world has y up.
        scale: "metric" where the world is in metres, else "relative".
        floor: Height (y) of the ground that the object stands on; None where it is not known.
        cells: Points along the longest edge of the carved block, 32 to 256.
        atlas_px: Side of the square texture.
        progress: Told of each stage; may cancel.

    Returns:
        The object, its front towards the first photo's camera; its longest edge is 1 where the scale is
        relative. Its warnings name photos that contradict the others, gaps, and what no photo shows.

    Raises:
        InputError: Numbers do not match, a mask is empty or of another size, or the outlines leave nothing.
        Cancelled: The run was cancelled.
    """
    progress = progress or Progress()
    _check(album, masks, views, cells)
    outlines = [outline(view, mask) for view, mask in zip(views, masks, strict=True)]
    box = bounds(views, masks, floor=floor)
    touched = contacts(outlines, box)
    foot, top = levels(touched)
    floor = foot if floor is None and np.isfinite(foot) else floor
    box[0][1] = box[0][1] if floor is None else max(box[0][1], floor)
    names = [photo.name for photo in album.photos]
    notes = badly_framed(names, masks) + judged(names, outlines, masks, box, floor=floor)
    field, grid = carve(outlines, box, cells=cells, floor=floor, progress=progress.within(0.05, 0.4))
    progress.step(0.4, "meshing")
    photos = [photo.image for photo in album.photos]
    vertices, faces = _deepened(field, grid, (top, touched), views, photos, masks, progress.within(0.4, 0.6))
    mesh, unseen = bake(
        vertices, faces, views, photos, masks, size_px=atlas_px, progress=progress.within(0.6, 1.0)
    )
    if unseen > 0.02:
        notes += (f"No photo shows {unseen:.0%} of the surface; its colours are taken from around it.",)
    low, high = vertices.min(0), vertices.max(0)
    notes += missing_views(views, (low + high) / 2)
    progress.step(1.0, "done")
    mesh = replace(mesh, scale=scale)
    chosen = Chosen(_SPEC, f"several photos ({len(views)}) are carved from their outlines")
    return _facing(Reconstruction(mesh, views[0].camera, np.zeros(3), notes, 0.0, chosen), views[0])


def _deepened(
    field: Field,
    grid: Grid,
    forced: tuple[float, Sequence[Contacts]],
    views: Sequence[View],
    photos: Sequence[Image],
    masks: Sequence[NDArray[np.bool_]],
    progress: Progress,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the surface, carved on under what outlines leave where the photos agree on it.

    What outlines leave above the top that they force is a roof, unless photos agree on a place up there; so
    are ridges between photos over flat sides.
    """
    top, touched = forced
    vertices, faces = closed_surface(field, grid)
    extent = float(np.ptp(vertices, axis=0).max())
    glances = [glance(*item, vertices, faces) for item in zip(views, photos, masks, strict=True)]
    told = depths(glances, extent, progress.within(0, 0.8))
    deeper = carved_on(field, grid, told, extent, progress.within(0.8, 1.0))
    deeper = covering(field, deeper, grid, glances)
    if np.isfinite(top):
        heights = grid.low[1] + grid.step * np.arange(field.shape[1])
        taken = reached(touched, np.array([0.0, 1.0, 0.0]), float(vertices[:, 1].max()))
        limit = max(top, taken, highest(told)) - heights
        np.minimum(deeper, limit.astype(np.float32)[None, :, None], out=deeper)
    sides = side_limits(touched, vertices, grid, extent)
    if sides is not None:
        np.minimum(deeper, sides[:, None, :], out=deeper)
    return closed_surface(deeper, grid)


def _check(album: Album, masks: Sequence[NDArray[np.bool_]], views: Sequence[View], cells: int) -> None:
    if not len(album.photos) == len(masks) == len(views):
        raise InputError(
            f"Each photo wants a mask and a camera, but {len(album.photos)} photos came with {len(masks)} "
            f"masks and {len(views)} cameras."
        )
    if not CELLS_RANGE[0] <= cells <= CELLS_RANGE[1]:
        raise InputError(f"cells wants {CELLS_RANGE[0]} to {CELLS_RANGE[1]}, but got {cells!r}.")
    for photo, mask, view in zip(album.photos, masks, views, strict=True):
        width, height = photo.size_px
        if mask.shape != (height, width) or view.camera.size_px != (width, height):
            raise InputError(f"The mask and the camera of {photo.name!r} want its size, {width} x {height}.")
    if empty := [p.name for p, mask in zip(album.photos, masks, strict=True) if not mask.any()]:
        raise InputError(
            f"The mask of {empty[0]!r} is empty" + (f", and {len(empty) - 1} more." if empty[1:] else "."),
            "Mark the object there, or leave the photo out.",
        )


def _facing(made: Reconstruction, view: View) -> Reconstruction:
    """Turn an object about the vertical so that its front is what one view sees, around its own middle.

    A roll of the camera is taken out: the object's place is told as if the photo had been held level.
    """
    points = made.mesh.vertices
    low, high = points.min(0), points.max(0)
    middle = (low + high) / 2
    turn = view.camera_from_world[:3, :3]
    back = turn[2]  # the world direction from the object to the camera
    azimuth, tilt = np.arctan2(back[0], back[2]), np.arcsin(np.clip(back[1], -1, 1))
    cosine, sine = np.cos(azimuth), np.sin(azimuth)
    around = np.array([[cosine, 0, -sine], [0, 1, 0], [sine, 0, cosine]])
    turned = (points - middle) @ around.T
    shift = (turned.min(0) + turned.max(0)) / 2
    down = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    position = down @ (around @ (middle - place(view)) + shift)
    mesh = replace(made.mesh, vertices=turned - shift)
    done = replace(made, mesh=mesh, position=position, tilt_rad=float(tilt))
    return done if mesh.scale == "metric" else done.scaled(1 / float(np.ptp(turned, axis=0).max()))
