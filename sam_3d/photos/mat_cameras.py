"""Cameras from the marker mat that the photos show, in true metres."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.album import Album, Photo
from sam_3d.photos.cameras import from_opencv, usual_focal_px
from sam_3d.photos.mat import PAPERS, RULER_MM, Paper, paper
from sam_3d.photos.mat_corners import find_corners
from shared.errors import InputError
from shared.mesh import Camera
from shared.progress import Progress
from shared.render import View

LEAST_CORNERS = 8
_LEAST_PHOTOS = 3
_LARGEST_ERROR = 0.004  # of the picture's longer side
_BOARD_FROM_WORLD = np.array([[1.0, 0, 0], [0, 0, 1.0], [0, -1.0, 0]])  # world: y up off the paper


@dataclass(frozen=True, eq=False)
class OnMat:
    """What the mat tells.

    Args:
        places: Which photos show it well enough, by their number.
        views: Their cameras; the world's origin is the disc's middle, y up, metres.
        paper: The mat that was found.
        error_px: Root mean square distance of found and computed corners.
        notes: What a user should know.
    """

    places: tuple[int, ...]
    views: tuple[View, ...]
    paper: Paper
    error_px: float
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Found:
    place: int
    on_board: NDArray[np.float32]
    pixels: NDArray[np.float32]


def find_on_mat(album: Album, *, ruler_mm: float = RULER_MM, progress: Progress | None = None) -> OnMat:
    """Find where each photo was taken from.

    Args:
        album: Photos of an object on the mat.
        ruler_mm: Measured length of the line printed below the mat; other than 100 where the printer scaled.
        progress: Told of each photo; may cancel.

    Raises:
        InputError: The mat is seen in fewer than three photos, or it does not lie flat.
    """
    progress = progress or Progress()
    wanted, found = _detected(album, progress.within(0, 0.9))
    if len(found) < _LEAST_PHOTOS:
        raise InputError(
            f"The marker mat was found in {len(found)} of {len(album.photos)} photos; three are wanted.",
            "Print it by `segstudio 3d mat`, lay it flat, and show most of it, sharp, in every photo.",
        )
    progress.step(0.9, "computing the cameras")
    views, errors = _cameras(album, wanted, found, ruler_mm / RULER_MM)
    error = float(np.sqrt(np.mean(np.square(errors))))
    _refuse_bent(album, found, errors)
    missing = [p.name for i, p in enumerate(album.photos) if i not in {f.place for f in found}]
    notes = (
        f"Mat: {wanted.name.upper()} found in {len(found)} of {len(album.photos)} photos, corners agree to "
        f"{error:.1f} pixels; lengths are true millimetres.",
    )
    if missing:
        notes += (f"The mat is not seen well enough in {', '.join(missing[:6])}; left out.",)
    return OnMat(tuple(f.place for f in found), tuple(views), wanted, error, notes)


def _refuse_bent(album: Album, found: Sequence[_Found], errors: Sequence[float]) -> None:
    long = max(max(album.photos[f.place].size_px) for f in found)
    if float(np.median(errors)) > _LARGEST_ERROR * long:
        raise InputError(
            f"The mat's corners are {np.median(errors):.0f} pixels from where a flat mat has them.",
            "Lay it flat, fixed to the table, and do not move the object on it.",
        )


def _detected(album: Album, progress: Progress) -> tuple[Paper, list[_Found]]:
    """Return the mat that most photos show, and its corners (metres) in those that show it well enough."""
    import cv2

    papers: dict[str, list[_Found]] = {}
    for i, photo in enumerate(album.photos):
        progress.step(i / len(album.photos), f"looking for the mat in {photo.name}")
        gray = np.asarray(cv2.cvtColor(photo.image.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
        corners = find_corners(gray)
        if corners is not None and len(corners.pixels) >= LEAST_CORNERS and _spread(corners.on_board):
            flat = np.pad(corners.on_board / 1000, ((0, 0), (0, 1))).astype(np.float32)
            papers.setdefault(corners.paper.name, []).append(_Found(i, flat, corners.pixels))
    name = max(papers, key=lambda name: len(papers[name]), default=PAPERS[0].name)
    return paper(name), papers.get(name, [])


def _spread(points: NDArray[np.float32]) -> bool:
    """Whether corners do not all lie on one line, from which no place can be told."""
    values = np.linalg.svd(points[:, :2] - points[:, :2].mean(0), compute_uv=False)
    return bool(values[1] > 0.15 * values[0])


def _cameras(
    album: Album, wanted: Paper, found: Sequence[_Found], scale: float
) -> tuple[list[View], list[float]]:
    """Return the view and the error (pixels) of each photo in which the mat was found."""
    import cv2

    focal = {size: _focal(album, group) for size, group in _by_size(album, found).items()}
    middle = np.append(wanted.middle_mm / 1000, 0.0)
    views, errors = [], []
    for item in found:
        size = album.photos[item.place].size_px
        matrix = _matrix(focal[size], size)
        _, turn, shift = cv2.solvePnP(item.on_board, item.pixels, matrix, np.zeros(4))
        again, _ = cv2.projectPoints(item.on_board, turn, shift, matrix, np.zeros(4))
        distance = np.linalg.norm(again.reshape(-1, 2) - item.pixels, axis=1)
        errors.append(float(np.sqrt((distance**2).mean())))
        rotation = np.asarray(cv2.Rodrigues(turn)[0], np.float64)
        origin = rotation @ middle + np.ravel(shift).astype(np.float64)
        # OpenCV tells pixels by their middles, cameras here by their corners.
        camera = Camera(focal[size], (size[0] / 2, size[1] / 2), size)
        views.append(from_opencv(camera, rotation @ _BOARD_FROM_WORLD, origin * scale))
    return views, errors


def _matrix(focal: float, size: tuple[int, int]) -> NDArray[np.float64]:
    return np.array([[focal, 0, (size[0] - 1) / 2], [0, focal, (size[1] - 1) / 2], [0, 0, 1.0]])


def _by_size(album: Album, found: Sequence[_Found]) -> dict[tuple[int, int], list[_Found]]:
    groups: dict[tuple[int, int], list[_Found]] = {}
    for item in found:
        groups.setdefault(album.photos[item.place].size_px, []).append(item)
    return groups


def _focal(album: Album, group: Sequence[_Found]) -> float:
    """Return the focal length of photos of one size; of one or two what their files tell, or the usual."""
    import cv2

    photos: list[Photo] = [album.photos[item.place] for item in group]
    told = [photo.focal_px for photo in photos if photo.focal_px]
    size = photos[0].size_px
    guess = float(np.median(told)) if told else usual_focal_px(size)
    if len(group) < _LEAST_PHOTOS:
        return guess
    flags: Any = (
        cv2.CALIB_USE_INTRINSIC_GUESS
        | cv2.CALIB_FIX_PRINCIPAL_POINT
        | cv2.CALIB_FIX_ASPECT_RATIO
        | cv2.CALIB_ZERO_TANGENT_DIST
        | cv2.CALIB_FIX_K1
        | cv2.CALIB_FIX_K2
        | cv2.CALIB_FIX_K3
    )
    points, pixels = [item.on_board for item in group], [item.pixels for item in group]
    _, matrix, _, _, _ = cv2.calibrateCamera(
        points, pixels, size, _matrix(guess, size), np.zeros(5), flags=flags
    )
    return float(matrix[0, 0])
