"""Choose how the cameras are known: given, by the mat, by structure from motion, or later by a turntable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sam_3d.photos.album import Album, Photo
from sam_3d.photos.cameras import from_json
from sam_3d.photos.lenses import straight_prompts
from sam_3d.photos.mat_cameras import OnMat, find_on_mat
from sam_3d.photos.sfm import FromMotion, find_motion, installed
from sam_3d.photos.tracks import Tracks
from shared.errors import EngineUnavailable, InputError
from shared.mesh import Camera, Scale
from shared.progress import Progress
from shared.prompts import Prompts
from shared.render import View

CAMERAS = ("auto", "known", "turntable", "mat", "sfm")
_SMALL_PX, _ALIKE = (64, 48), 6.0
"""Size at which photos are compared, and how much of 0..255 the most different hundredth differs at least."""
_MOST = 0.75  # of the photos, that structure from motion places where it was not asked for


@dataclass(frozen=True, eq=False)
class Placed:
    """Photos whose cameras are known, or those of a turntable, which are found from the outlines later.

    Args:
        way: "known", "mat", "sfm" or "turntable".
        album: The photos that are left, as their cameras see them.
        prompts: What marks the object in them.
        views: Their cameras; None for a turntable.
        floor: Height of the ground, where it is known.
        tracks: Points of surfaces and which photos show them, where they are known.
        scale: "metric" where the world is in metres.
        notes: What a user should know.
    """

    way: str
    album: Album
    prompts: Mapping[str, Prompts]
    views: tuple[View, ...] | None = None
    floor: float | None = None
    tracks: Tracks | None = None
    scale: Scale = "relative"
    notes: tuple[str, ...] = ()


def place_cameras(
    album: Album,
    prompts: Mapping[str, Prompts],
    *,
    cameras: str,
    ruler_mm: float,
    progress: Progress,
) -> Placed:
    """Find the cameras, and leave out photos that have none.

    Args:
        album: The photos.
        prompts: What marks the object, by photo name.
        cameras: One of CAMERAS; "auto" takes the first of known, mat and sfm that is there, else a turntable.
        ruler_mm: Measured length of the mat's line.
        progress: Told of each stage; may cancel.

    Raises:
        InputError: The cameras cannot be found that way, or no marked photo is left.
        EngineUnavailable: "sfm" without pycolmap.
    """
    if cameras not in CAMERAS:
        raise InputError(f"cameras wants one of {', '.join(CAMERAS)}, but got {cameras!r}.")
    if cameras == "known" and album.cameras is None:
        raise InputError("There is no cameras.json beside the photos.", "Add it, or choose another way.")
    if cameras == "known" or (cameras == "auto" and album.cameras is not None):
        return Placed("known", album, prompts, known_views(album))
    if cameras == "turntable":
        return Placed("turntable", album, prompts, notes=_doubts(album))
    if cameras == "sfm":
        return _by_motion(album, prompts, find_motion(album, progress=progress))
    try:
        return _on_mat(album, prompts, ruler_mm, progress.within(0, 0.3))
    except InputError:
        if cameras == "mat":
            raise
    return _without_mat(album, prompts, progress.within(0.3, 1.0))


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


def _on_mat(album: Album, prompts: Mapping[str, Prompts], ruler_mm: float, progress: Progress) -> Placed:
    found = find_on_mat(album, ruler_mm=ruler_mm, progress=progress)
    prompts = _straightened(album, prompts, found)
    kept, prompts = _kept(found.album, found.places, prompts, "show enough of the mat")
    return Placed("mat", kept, prompts, found.views, 0.0, scale="metric", notes=found.notes)


def _without_mat(album: Album, prompts: Mapping[str, Prompts], progress: Progress) -> Placed:
    """Try structure from motion where it can run, and say why it is a turntable where it is taken as one."""
    if not installed():
        why = "pycolmap, which finds cameras without a mat, is not installed."
    else:
        try:
            found = find_motion(album, progress=progress)
        except (InputError, EngineUnavailable) as error:
            why = error.problem
        else:
            if len(found.places) >= _MOST * len(album.photos):
                return _by_motion(album, prompts, found)
            why = f"Only {len(found.places)} of {len(album.photos)} photos fit together as taken by hand."
    note = f"No mat was found in the photos, so they are taken as turned by equal steps on a turntable. {why}"
    return Placed("turntable", album, prompts, notes=(note, *_doubts(album)))


def _doubts(album: Album) -> tuple[str, ...]:
    """Say what photos of a turntable cannot be: of different proportions, or all alike."""
    shapes = sorted({photo.original_px or photo.size_px for photo in album.photos})
    ratios = [width / height for width, height in shapes]
    notes = []
    if max(ratios) > 1.02 * min(ratios):
        several = ", ".join(f"{width} × {height}" for width, height in shapes[:4])
        notes.append(
            f"The photos have different proportions ({several} pixels): a turntable wants photos of one "
            "camera that stood still, neither cropped nor turned."
        )
    return (*notes, *_alike(album))


def _alike(album: Album) -> tuple[str, ...]:
    import cv2

    small = [
        cv2.resize(photo.image.pixels, _SMALL_PX, interpolation=cv2.INTER_AREA) for photo in album.photos
    ]
    apart = [np.percentile(np.abs(other.astype(float) - small[0]), 99) for other in small[1:]]
    if max(apart, default=_ALIKE) >= _ALIKE:
        return ()
    return (
        "The photos are all alike: nothing seems to turn in them. What comes out is right only for a round "
        "thing without a pattern; else take photos from all around.",
    )


def _by_motion(album: Album, prompts: Mapping[str, Prompts], found: FromMotion) -> Placed:
    straight = _straightened(album, prompts, found)
    kept, straight = _kept(found.album, found.places, straight, "fit together with the others")
    return Placed("sfm", kept, straight, found.views, found.floor, found.tracks, notes=found.notes)


def _straightened(
    album: Album, prompts: Mapping[str, Prompts], found: OnMat | FromMotion
) -> dict[str, Prompts]:
    """Return prompts of photos as they lie in those that were straightened."""
    straight = dict(prompts)
    for number, view, k in zip(found.places, found.views, found.lenses, strict=True):
        photo = album.photos[number]
        if k and photo.name in straight:
            straight[photo.name] = straight_prompts(straight[photo.name], photo, view.camera, k)
    return straight


def _kept(
    album: Album, places: Sequence[int], prompts: Mapping[str, Prompts], lacking: str
) -> tuple[Album, dict[str, Prompts]]:
    """Return the photos that are left and their prompts; one that is marked must be among them."""
    photos = tuple(album.photos[i] for i in places)
    names = [photo.name for photo in photos]
    if prompts and not set(names) & set(prompts):
        name = next(iter(prompts))
        raise InputError(
            f"The photo that is marked, {name}, does not {lacking}.", f"Mark another one, such as {names[0]}."
        )
    left = {name: items for name, items in prompts.items() if name in set(names)}
    return replace(album, photos=photos, prompts={}), left
