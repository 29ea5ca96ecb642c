"""Cameras from the marker mat that the photos show, in true metres."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.album import Album
from sam_3d.photos.cameras import from_opencv, usual_focal_px
from sam_3d.photos.lenses import bent, shift_px, straight_photo
from sam_3d.photos.mat import PAPERS, RULER_MM, Paper, paper
from sam_3d.photos.mat_corners import find_corners
from sam_3d.photos.mat_lens import LEAST_PHOTOS, Lens, find_lens
from shared.errors import InputError
from shared.progress import Progress
from shared.render import View

LEAST_CORNERS = 8
_LARGEST_ERROR = 0.004  # of the picture's longer side
Size = tuple[int, int]
_BOARD_FROM_WORLD = np.array([[1.0, 0, 0], [0, 0, 1.0], [0, -1.0, 0]])  # world: y up off the paper


@dataclass(frozen=True, eq=False)
class OnMat:
    """What the mat tells.

    Args:
        album: All photos, those that show it straightened where their lens bends lines.
        places: Which photos show it well enough, by their number.
        views: Their cameras; the world's origin is the disc's middle, y up, metres.
        lenses: Radial term of each of these photos' lenses where it was straightened, else 0.
        paper: The mat that was found.
        error_px: Root mean square distance of found and computed corners.
        notes: What a user should know.
    """

    album: Album
    places: tuple[int, ...]
    views: tuple[View, ...]
    lenses: tuple[float, ...]
    paper: Paper
    error_px: float
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Found:
    place: int
    on_board: NDArray[np.float32]
    pixels: NDArray[np.float32]


def find_on_mat(album: Album, *, ruler_mm: float = RULER_MM, progress: Progress | None = None) -> OnMat:
    """Find where each photo was taken from, and straighten photos of a lens that bends lines.

    Args:
        album: Photos of an object on the mat.
        ruler_mm: Measured length of the line printed below the mat; other than 100 where the printer scaled.
        progress: Told of each photo; may cancel.

    Raises:
        InputError: The mat is seen in fewer than three photos, or it does not lie flat.
    """
    progress = progress or Progress()
    wanted, found = _detected(album, {}, progress.within(0, 0.6))
    lenses = _lenses(album, found)
    bending = {size: lens for size, lens in lenses.items() if lens.k}
    if bending:  # in straight photos more corners are where a flat mat has them
        wanted, found = _detected(album, bending, progress.within(0.6, 0.9))
        lenses = _lenses(album, found)
    if len(found) < LEAST_PHOTOS:
        raise InputError(
            f"The marker mat was found in {len(found)} of {len(album.photos)} photos; three are wanted.",
            "Print it by `segstudio 3d mat`, lay it flat, and show most of it, sharp, in every photo.",
        )
    progress.step(0.9, "computing the cameras")
    chosen = [lenses[album.photos[item.place].size_px] for item in found]
    placed = [_camera(wanted, *item, ruler_mm / RULER_MM) for item in zip(found, chosen, strict=True)]
    views, errors = [view for view, _ in placed], [error for _, error in placed]
    error = float(np.sqrt(np.mean(np.square(errors))))
    _refuse_bent(album, found, errors)
    photos = list(album.photos)
    for item, lens in zip(found, chosen, strict=True):
        if lens.k:
            photos[item.place] = straight_photo(photos[item.place], lens.camera, lens.k)
    return OnMat(
        replace(album, photos=tuple(photos)),
        tuple(item.place for item in found),
        tuple(views),
        tuple(lens.k for lens in chosen),
        wanted,
        error,
        _notes(album, wanted, found, chosen, error),
    )


def _notes(
    album: Album, wanted: Paper, found: Sequence[_Found], lenses: Sequence[Lens], error: float
) -> tuple[str, ...]:
    missing = [p.name for i, p in enumerate(album.photos) if i not in {f.place for f in found}]
    notes = (
        f"Mat: {wanted.name.upper()} found in {len(found)} of {len(album.photos)} photos, corners agree to "
        f"{error:.1f} pixels; lengths are true millimetres.",
    )
    most = max(shift_px(lens.camera, lens.k) for lens in lenses)
    if most:
        notes += (f"The photos were straightened for their lens, by up to {most:.1f} pixels at the corners.",)
    if missing:
        notes += (f"The mat is not seen well enough in {', '.join(missing[:6])}; left out.",)
    return notes


def _refuse_bent(album: Album, found: Sequence[_Found], errors: Sequence[float]) -> None:
    long = max(max(album.photos[f.place].size_px) for f in found)
    if float(np.median(errors)) > _LARGEST_ERROR * long:
        raise InputError(
            f"The mat's corners are {np.median(errors):.0f} pixels from where a flat mat has them.",
            "Lay it flat, fixed to the table, and do not move the object on it.",
        )


def _detected(album: Album, lenses: Mapping[Size, Lens], progress: Progress) -> tuple[Paper, list[_Found]]:
    """Return the mat that most photos show, and its corners (metres) in those that show it well enough.

    Corners are looked for in photos made straight by lenses (by size), and told as the bent ones show them.
    """
    import cv2

    papers: dict[str, list[_Found]] = {}
    for i, photo in enumerate(album.photos):
        progress.step(i / len(album.photos), f"looking for the mat in {photo.name}")
        lens = lenses.get(photo.size_px)
        straight = photo if lens is None else straight_photo(photo, lens.camera, lens.k)
        gray = np.asarray(cv2.cvtColor(straight.image.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
        corners = find_corners(gray)
        if corners is not None and len(corners.pixels) >= LEAST_CORNERS and _spread(corners.on_board):
            flat = np.pad(corners.on_board / 1000, ((0, 0), (0, 1))).astype(np.float32)
            pixels = corners.pixels
            if lens is not None:
                pixels = bent(pixels.astype(np.float64) + 0.5, lens.camera, lens.k) - 0.5
            item = _Found(i, flat, pixels.astype(np.float32))
            papers.setdefault(corners.paper.name, []).append(item)
    name = max(papers, key=lambda name: len(papers[name]), default=PAPERS[0].name)
    return paper(name), papers.get(name, [])


def _spread(points: NDArray[np.float32]) -> bool:
    """Whether corners do not all lie on one line, from which no place can be told."""
    values = np.linalg.svd(points[:, :2] - points[:, :2].mean(0), compute_uv=False)
    return bool(values[1] > 0.15 * values[0])


def _camera(wanted: Paper, item: _Found, lens: Lens, scale: float) -> tuple[View, float]:
    """Return the view of a straightened photo in which the mat was found, and the corners' error (pixels)."""
    import cv2

    middle = np.append(wanted.middle_mm / 1000, 0.0)
    _, turn, shift = cv2.solvePnP(item.on_board, item.pixels, lens.matrix, lens.terms)
    again, _ = cv2.projectPoints(item.on_board, turn, shift, lens.matrix, lens.terms)
    distance = np.linalg.norm(again.reshape(-1, 2) - item.pixels, axis=1)
    rotation = np.asarray(cv2.Rodrigues(turn)[0], np.float64)
    origin = rotation @ middle + np.ravel(shift).astype(np.float64)
    view = from_opencv(lens.camera, rotation @ _BOARD_FROM_WORLD, origin * scale)
    return view, float(np.sqrt((distance**2).mean()))


def _lenses(album: Album, found: Sequence[_Found]) -> dict[Size, Lens]:
    """Return the lens of photos of each size; of one or two what their files tell, or the usual."""
    groups: dict[Size, list[_Found]] = {}
    for item in found:
        groups.setdefault(album.photos[item.place].size_px, []).append(item)
    lenses = {}
    for size, group in groups.items():
        told = [focal for item in group if (focal := album.photos[item.place].focal_px)]
        guess = float(np.median(told)) if told else usual_focal_px(size)
        boards, pixels = [item.on_board for item in group], [item.pixels for item in group]
        lenses[size] = find_lens(boards, pixels, size, guess)
    return lenses
