"""From an album to an object: outlines, cameras, carving; what every face calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.album import Album, Photo
from sam_3d.photos.cameras import from_json
from sam_3d.photos.carving import FINEST_CELLS
from sam_3d.photos.judging import blurred
from sam_3d.photos.marking import FAILED, Marks, mark
from sam_3d.photos.mat import RULER_MM
from sam_3d.photos.mat_cameras import OnMat, find_on_mat
from sam_3d.photos.reconstruct import reconstruct
from sam_3d.photos.turntable import find_turntable
from sam_3d.types import Reconstruction
from shared.errors import InputError
from shared.mesh import Camera
from shared.progress import Progress
from shared.prompts import Prompts
from shared.render import View

CAMERAS = ("auto", "known", "turntable", "mat")


@dataclass(frozen=True, eq=False)
class Made:
    """An object and what it was made of.

    Args:
        object: The object; its warnings tell all that a user should know.
        album: The photos that were looked at.
        marks: Their outlines.
        used: Numbers of the photos that the object was made of.
        views: Their cameras.
        cameras: How the cameras were known: "known", "turntable" or "mat".
    """

    object: Reconstruction
    album: Album
    marks: Marks
    used: tuple[int, ...]
    views: tuple[View, ...]
    cameras: str


def make(
    album: Album,
    prompts: Mapping[str, Prompts],
    *,
    cameras: str = "auto",
    angles_deg: Sequence[float] | None = None,
    direction: str = "auto",
    engine: str = "auto",
    ruler_mm: float = RULER_MM,
    cells: int = FINEST_CELLS,
    atlas_px: int = 2048,
    progress: Progress | None = None,
) -> Made:
    """Make one object of an album.

    Args:
        album: The photos, in order around the object.
        prompts: What marks the object, by photo name, in pixels of the photo's file; one photo is enough.
        cameras: "known" (the album's cameras.json), "turntable", "mat", or "auto": the first of known, mat
            and turntable that is there.
        angles_deg: Of a turntable; None for equal steps of one whole turn.
        direction: Which way the object turned: "left", "right", or "auto".
        engine: Mask engine, or "auto".
        ruler_mm: Measured length of the mat's line.
        cells: Points along the longest edge of the carved block.
        atlas_px: Side of the texture.
        progress: Told of each stage; may cancel.

    Raises:
        InputError: The cameras cannot be found, or the outlines leave nothing.
        PromptError: The object is not marked.
        Cancelled: The run was cancelled.
    """
    progress = progress or Progress()
    notes = album.warnings + blurred([p.name for p in album.photos], [p.image for p in album.photos])
    way, on_mat = _way(album, cameras, ruler_mm, progress.within(0, 0.15))
    views: tuple[View, ...] | None = None
    floor = None
    if on_mat is not None:
        # A photo that is marked but does not show the mat would be lost, and its marks with it.
        _refuse_lost(album, on_mat, prompts)
        album = replace(album, photos=tuple(album.photos[i] for i in on_mat.places), prompts={})
        names = {photo.name for photo in album.photos}
        prompts = {name: items for name, items in prompts.items() if name in names}
        views, floor, notes = on_mat.views, 0.0, notes + on_mat.notes
    elif way == "known":
        views = known_views(album)
    marks = mark(
        album, prompts, views=views, floor=floor, engine=engine, progress=progress.within(0.15, 0.45)
    )
    used = tuple(i for i in marks.good if marks.ways[i] != FAILED)
    if len(used) < 3:
        raise InputError(
            f"The object was found in {len(used)} of {len(album.photos)} photos; three are wanted.",
            "Mark it in more of them.",
        )
    chosen = replace(album, photos=tuple(album.photos[i] for i in used), prompts={})
    masks = [marks.masks[i] for i in used]
    if views is None:
        angles = _angles(len(album.photos), angles_deg)[list(used)].tolist()
        found = find_turntable(
            chosen, masks, angles_deg=angles, direction=direction, progress=progress.within(0.45, 0.6)
        )
        views_used, notes = found.views, notes + found.notes
    else:
        views_used = tuple(views[i] for i in used)
    made = reconstruct(
        chosen,
        masks,
        views_used,
        scale="metric" if on_mat is not None else "relative",
        floor=floor,
        cells=cells,
        atlas_px=atlas_px,
        progress=progress.within(0.6, 1.0),
    )
    told = tuple(dict.fromkeys(notes + marks.warnings + made.warnings))
    return Made(replace(made, warnings=told), album, marks, used, views_used, way)


def _way(album: Album, cameras: str, ruler_mm: float, progress: Progress) -> tuple[str, OnMat | None]:
    if cameras not in CAMERAS:
        raise InputError(f"cameras wants one of {', '.join(CAMERAS)}, but got {cameras!r}.")
    if cameras == "known" and album.cameras is None:
        raise InputError("There is no cameras.json beside the photos.", "Add it, or choose another way.")
    if cameras == "known" or (cameras == "auto" and album.cameras is not None):
        return "known", None
    if cameras == "turntable":
        return "turntable", None
    try:
        return "mat", find_on_mat(album, ruler_mm=ruler_mm, progress=progress)
    except InputError:
        if cameras == "mat":
            raise
    return "turntable", None


def _refuse_lost(album: Album, on_mat: OnMat, prompts: Mapping[str, Prompts]) -> None:
    kept = {album.photos[i].name for i in on_mat.places}
    if prompts and not kept & set(prompts):
        name = next(iter(prompts))
        raise InputError(
            f"The photo that is marked, {name}, does not show enough of the mat.",
            f"Mark another one, such as {sorted(kept)[0]}.",
        )


def known_views(album: Album) -> tuple[View, ...]:
    """Return the cameras of the album's cameras.json, for its pictures.

    Raises:
        InputError: There are none, or one is wrong.
    """
    sizes = [photo.original_px or photo.size_px for photo in album.photos]
    views = from_json(album.cameras, [photo.name for photo in album.photos], sizes)
    return tuple(_for_picture(view, photo) for view, photo in zip(views, album.photos, strict=True))


def _for_picture(view: View, photo: Photo) -> View:
    factor, camera = photo.factor, view.camera
    x, y = camera.center_px
    return View(
        Camera(camera.focal_px * factor, (x * factor, y * factor), photo.size_px), view.camera_from_world
    )


def _angles(count: int, angles_deg: Sequence[float] | None) -> NDArray[np.float64]:
    if angles_deg is None:
        return np.arange(count) * 360.0 / count
    if len(angles_deg) != count:
        raise InputError(f"{count} photos want {count} angles, but got {len(angles_deg)}.")
    return np.asarray(angles_deg, np.float64)
