"""Cameras of photos without a mat: structure from motion by COLMAP, in a process of its own."""

import importlib.util
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos import sfm_worker
from sam_3d.photos.album import Album, Photo
from sam_3d.photos.cameras import FLIP, place, usual_focal_px
from sam_3d.photos.lenses import shift_px, straight_photo
from sam_3d.photos.sfm_worker import MASKS, PHOTOS, PROGRESS, REPLY, REQUEST
from sam_3d.photos.tracks import Tracks
from sam_3d.photos.upright import upright
from shared.errors import EngineUnavailable, InputError
from shared.mesh import Camera
from shared.progress import Progress
from shared.render import View
from shared.worker_process import run_module

LEAST_PHOTOS = 3
_LEAST_FEATURES = 60
_ALL_PAIRS, _NEIGHBOURS = 40, 12
_THREADS = 4
_LEAST_SHIFT_PX = 0.5  # at the corners, from which on photos are straightened
_SAME_PLACE_DEG = 6.0
_FOCAL_STEP = 0.02  # of the focal length, within which files tell the same
_GROWN = 0.02  # of a picture's side, that a mask is grown by before features are sought in it


@dataclass(frozen=True, eq=False)
class FromMotion:
    """What the photos tell.

    Args:
        album: All photos, those that were placed straightened.
        places: Which photos were placed, by their number.
        views: Their cameras; y up, the first one on the side of +z, at about distance 1; no true size.
        lenses: Radial term of each placed photo's lens where it was straightened, else 0.
        tracks: Points of surfaces, and which of the placed photos show them.
        floor: Height of the ground where one was found.
        notes: What a user should know.
    """

    album: Album
    places: tuple[int, ...]
    views: tuple[View, ...]
    lenses: tuple[float, ...]
    tracks: Tracks
    floor: float | None
    notes: tuple[str, ...]


def installed() -> bool:
    """Whether pycolmap is there, without importing it."""
    return importlib.util.find_spec("pycolmap") is not None


def find_motion(album: Album, *, progress: Progress | None = None) -> FromMotion:
    """Find where each photo was taken from, by what several of them show.

    Where all photos came with masks and not all fit together as they are, features are sought inside the
    masks only, so that an object which was turned before a still and patterned background is found too.

    Args:
        album: Photos that overlap; at most about 25° between neighbours.
        progress: Told of each stage; may cancel.

    Raises:
        EngineUnavailable: pycolmap is not installed, or its process died.
        InputError: Too few photos fit together, or all were taken from one place.
        Cancelled: The run was cancelled.
    """
    if not installed():
        raise EngineUnavailable(
            "Cameras without a mat need pycolmap, which is not installed.",
            'Run `pip install "segment-studio[photos]"`, or use the marker mat or a turntable.',
        )
    progress = progress or Progress()
    groups = _groups(album)
    best: dict[str, Any] = {}
    ways = (False, True) if all(photo.mask is not None for photo in album.photos) else (False,)
    for number, masked in enumerate(ways):
        share = progress.within(number / len(ways), (number + 1) / len(ways))
        reply = _answer(album, groups, masked=masked, progress=share)
        if not best or len(reply.get("places", ())) > len(best.get("places", ())):
            best = reply
        if len(best.get("places", ())) == len(album.photos):
            break
    _refuse_unplaced(album, best)
    return _found(album, best)


def _groups(album: Album) -> list[dict[str, Any]]:
    """Return photos of one size and focal length together: they were taken by one camera."""
    found: list[dict[str, Any]] = []
    for number, photo in enumerate(album.photos):
        for group in found:
            near = abs(np.log((photo.focal_px or 1) / group["focal_px"])) < _FOCAL_STEP
            same = near if photo.focal_px and group["told"] else group["told"] == bool(photo.focal_px)
            if same and group["size_px"] == photo.size_px:
                group["members"].append(number)
                break
        else:
            focal = float(photo.focal_px or usual_focal_px(photo.size_px))
            told = bool(photo.focal_px)
            found.append({"size_px": photo.size_px, "focal_px": focal, "told": told, "members": [number]})
    return found


def _pairs(count: int) -> list[tuple[int, int]]:
    """Return which photos are compared: all, or of many each one's neighbours around the object."""
    every = [(a, b) for a in range(count) for b in range(a + 1, count)]
    if count <= _ALL_PAIRS:
        return every
    return [(a, b) for a, b in every if min(b - a, count - b + a) <= _NEIGHBOURS or (a + b) % 7 == 0]


def _answer(
    album: Album, groups: list[dict[str, Any]], *, masked: bool, progress: Progress
) -> dict[str, Any]:
    """Return the arrays that the process wrote."""
    names = [f"{i:04}.png" for i in range(len(album.photos))]
    with tempfile.TemporaryDirectory(prefix="segstudio-sfm-") as home:
        folder = Path(home)
        progress.step(0.0, "preparing the photos")
        _write(folder, names, album, masked=masked)
        request = {
            "names": names,
            "groups": groups,
            "pairs": _pairs(len(names)),
            "threads": max(1, min(_THREADS, os.cpu_count() or 1)),
            "longest_px": max(max(photo.size_px) for photo in album.photos),
            "masked": masked,
        }
        (folder / REQUEST).write_text(json.dumps(request), "utf8")
        told = folder / PROGRESS
        status = run_module(sfm_worker.__name__, [str(folder)], lambda: progress.step(*_told(told)))
        if not (folder / REPLY).is_file():
            raise EngineUnavailable(
                f"COLMAP's process ended early (status {status}).",
                "It may lack memory: close other programs, or give fewer photos.",
            )
        with np.load(folder / REPLY, allow_pickle=False) as held:
            return {name: held[name] for name in held.files}


def _told(path: Path) -> tuple[float, str]:
    if not path.is_file():
        return 0.0, "finding features"
    fraction, stage = json.loads(path.read_text("utf8"))
    return fraction, stage


def _write(folder: Path, names: Sequence[str], album: Album, *, masked: bool) -> None:
    import cv2

    (folder / PHOTOS).mkdir()
    (folder / MASKS).mkdir()
    quick = [cv2.IMWRITE_PNG_COMPRESSION, 1]
    for name, photo in zip(names, album.photos, strict=True):
        cv2.imwrite(str(folder / PHOTOS / name), cv2.cvtColor(photo.image.pixels, cv2.COLOR_RGB2BGR), quick)
        if masked and photo.mask is not None:
            reach = 2 * max(1, round(_GROWN * max(photo.size_px) / 2)) + 1
            grown = cv2.dilate(photo.mask.astype(np.uint8) * 255, np.ones((reach, reach), np.uint8))
            cv2.imwrite(str(folder / MASKS / f"{name}.png"), grown, quick)


def _refuse_unplaced(album: Album, reply: dict[str, Any]) -> None:
    placed, count = len(reply.get("places", ())), len(album.photos)
    if placed >= max(LEAST_PHOTOS, count / 3) and len(reply["points"]):
        return
    features = reply["features"]
    plain = [photo.name for photo, n in zip(album.photos, features, strict=True) if n < _LEAST_FEATURES]
    if len(plain) > count / 2:
        raise InputError(
            f"{len(plain)} of {count} photos show too little texture ({', '.join(plain[:3])}).",
            "Lay printed paper, such as a newspaper, under the object, or use the marker mat or a turntable.",
        )
    raise InputError(
        f"Only {placed} of {count} photos could be fitted together.",
        "Take more, at most 20° apart, with a patterned and still surrounding; or use the marker mat or, "
        "where the camera stood still, a turntable.",
    )


def _found(album: Album, reply: dict[str, Any]) -> FromMotion:
    places = [int(i) for i in reply["places"]]
    raw, terms = [], []
    for number, pose, lens in zip(places, reply["poses"], reply["lenses"], strict=True):
        focal, x, y, k = (float(value) for value in lens)
        camera = Camera(focal, (x, y), album.photos[number].size_px)
        whole = np.eye(4)
        whole[:3] = FLIP @ pose
        raw.append(View(camera, whole))
        terms.append(k if shift_px(camera, k) > _LEAST_SHIFT_PX else 0.0)
    stood = upright(raw, reply["points"])
    _refuse_one_place(stood.views, stood.points)
    photos: list[Photo] = list(album.photos)
    for number, view, k in zip(places, stood.views, terms, strict=True):
        if k:
            photos[number] = straight_photo(photos[number], view.camera, k)
    return FromMotion(
        replace(album, photos=tuple(photos)),
        tuple(places),
        stood.views,
        tuple(terms),
        Tracks(stood.points, reply["seen_in"]),
        stood.floor,
        _notes(album, reply, stood.floor, [view.camera for view in stood.views], terms),
    )


def _refuse_one_place(views: Sequence[View], points: NDArray[np.float64]) -> None:
    away = np.stack([place(view) for view in views]) - np.median(points, axis=0)
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    widest = float(np.degrees(np.arccos(np.clip((away @ away.T).min(), -1, 1))))
    if widest < _SAME_PLACE_DEG:
        raise InputError(
            f"All photos were taken from nearly one place (within {widest:.0f}°).",
            "Walk around the object; where it was turned before a still camera, choose the turntable.",
        )


def _notes(
    album: Album,
    reply: dict[str, Any],
    floor: float | None,
    cameras: Sequence[Camera],
    terms: Sequence[float],
) -> tuple[str, ...]:
    placed = {int(i) for i in reply["places"]}
    notes = [
        f"Structure from motion: {len(placed)} of {len(album.photos)} photos were placed, by "
        f"{len(reply['points'])} points that agree to {float(reply['error_px']):.1f} pixels; it has no true "
        "size."
    ]
    if missing := [p.name for i, p in enumerate(album.photos) if i not in placed]:
        more = f" and {len(missing) - 6} more" if len(missing) > 6 else ""
        notes.append(f"Not placed, and left out: {', '.join(missing[:6])}{more}.")
    if (reply["sizes"][1:] >= max(LEAST_PHOTOS, len(placed) / 3)).any():
        notes.append(
            "The photos fall into groups that do not overlap, and the largest is used; take some between."
        )
    if any(terms):
        most = max(shift_px(camera, k) for camera, k in zip(cameras, terms, strict=True))
        notes.append(
            f"The photos were straightened for their lens, by up to {most:.1f} pixels at the corners."
        )
    if floor is None:
        notes.append(
            "No ground was found among the points; up is as the photos were held; turn it if it leans."
        )
    return tuple(notes)
