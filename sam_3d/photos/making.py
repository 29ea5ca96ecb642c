"""From an album to an object: outlines, cameras, carving; what every face calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.advice import blurred, repeated
from sam_3d.photos.agreeing import marks_that_agree
from sam_3d.photos.album import Album
from sam_3d.photos.carving import FINEST_CELLS
from sam_3d.photos.marking import FAILED, OWN, Marks, mark
from sam_3d.photos.mat import REACH as MAT_REACH
from sam_3d.photos.mat import RULER_MM
from sam_3d.photos.placing import Placed, place_cameras
from sam_3d.photos.reconstruct import reconstruct
from sam_3d.photos.turning import turned
from sam_3d.types import Reconstruction
from shared.errors import InputError
from shared.progress import Progress
from shared.prompts import Prompts
from shared.render import View


@dataclass(frozen=True, eq=False)
class Made:
    """An object and what it was made of.

    Args:
        object: The object; its warnings tell all that a user should know.
        album: The photos that were looked at.
        marks: Their outlines.
        used: Numbers of the photos that the object was made of.
        views: Their cameras.
        cameras: How the cameras were known: "known", "turntable", "mat" or "sfm".
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
        cameras: "known" (the album's cameras.json), "turntable", "mat", "sfm" (structure from motion), or
            "auto": the first of known, mat, sfm (where pycolmap is installed and places most photos) and
            turntable that is there.
        angles_deg: Of a turntable, which "auto" then takes it for; None for equal steps of one whole turn.
        direction: Which way the object turned on it: "left" or "right", or "auto".
        engine: Mask engine, or "auto".
        ruler_mm: Measured length of the mat's line.
        cells: Points along the longest edge of the carved block.
        atlas_px: Side of the texture.
        progress: Told of each stage; may cancel.

    Raises:
        InputError: The cameras cannot be found, or the outlines leave nothing.
        PromptError: The object is not marked.
        EngineUnavailable: "sfm" without pycolmap.
        Cancelled: The run was cancelled.
    """
    progress = progress or Progress()
    names, pictures = [p.name for p in album.photos], [p.image for p in album.photos]
    notes = album.warnings + repeated(names, pictures) + blurred(names, pictures)
    if cameras == "auto" and (angles_deg is not None or direction != "auto"):
        cameras = "turntable"
    placed = place_cameras(
        album, prompts, cameras=cameras, ruler_mm=ruler_mm, progress=progress.within(0, 0.15)
    )
    album, views, notes = placed.album, placed.views, notes + placed.notes
    marks = _marked(placed, engine, progress)
    used = _enough(marks)
    chosen = replace(album, photos=tuple(album.photos[i] for i in used), prompts={})
    if views is None:
        angles = _angles(len(album.photos), angles_deg)[list(used)].tolist()
        part = Marks(tuple(marks.masks[i] for i in used), tuple(marks.ways[i] for i in used))
        how = {"angles_deg": angles, "direction": direction, "engine": engine}
        found, outlines = turned(chosen, placed.prompts, part, **how, progress=progress.within(0.45, 0.6))
        marks = _with_masks(marks, used, outlines)
        views_used, notes = found.views, notes + found.notes
    else:
        views_used = tuple(views[i] for i in used)
    made = reconstruct(
        chosen,
        [marks.masks[i] for i in used],
        views_used,
        scale=placed.scale,
        floor=placed.floor,
        cells=cells,
        atlas_px=atlas_px,
        progress=progress.within(0.6, 1.0),
    )
    told = tuple(dict.fromkeys(notes + marks.warnings + made.warnings))
    return Made(replace(made, warnings=told), album, marks, used, views_used, placed.way)


def _marked(placed: Placed, engine: str, progress: Progress) -> Marks:
    """Return the outlines; where cameras are known without a mat, cut so that they agree."""
    album, views = placed.album, placed.views
    marks = mark(
        album,
        placed.prompts,
        views=views,
        floor=placed.floor,
        tracks=placed.tracks,
        reach=MAT_REACH if placed.way == "mat" else None,
        engine=engine,
        progress=progress.within(0.15, 0.45),
    )
    if placed.way in ("known", "sfm") and views is not None and set(marks.ways) != {OWN}:
        pictures, share = [photo.image for photo in album.photos], progress.within(0.45, 0.6)
        marks = marks_that_agree(marks, pictures, views, floor=placed.floor, progress=share)
    return marks


def _enough(marks: Marks) -> tuple[int, ...]:
    """Return the numbers of the photos in which the object was found."""
    used = tuple(i for i in marks.good if marks.ways[i] != FAILED)
    if len(used) < 3:
        raise InputError(
            f"The object was found in {len(used)} of {len(marks.ways)} photos; three are wanted.",
            "Mark it in more of them.",
        )
    return used


def _with_masks(marks: Marks, used: Sequence[int], outlines: Sequence[NDArray[np.bool_]]) -> Marks:
    masks = list(marks.masks)
    for place, mask in zip(used, outlines, strict=True):
        masks[place] = mask
    return replace(marks, masks=tuple(masks))


def _angles(count: int, angles_deg: Sequence[float] | None) -> NDArray[np.float64]:
    if angles_deg is None:
        return np.arange(count) * 360.0 / count
    if len(angles_deg) != count:
        raise InputError(f"{count} photos want {count} angles, but got {len(angles_deg)}.")
    return np.asarray(angles_deg, np.float64)
