"""Find the chessboard corners of the marker mat in a photo, also from low above the table.

The markers that are read tell roughly where the flat mat lies; then the photo is straightened to the mat,
where every printed corner is looked for in its place, however slantwise the photo shows it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.mat import COLUMNS, MARKER_MM, PAPERS, SQUARE_MM, Paper, dictionary

_READ_PX = 1100  # markers are first read in a picture no longer than this
_ENOUGH_MARKERS = 12
_LEAST_MARKERS = 2
_SHARPNESS_PX = 2.6  # half a window, in pixels of the photo; no less than these mm on the mat
_WINDOW_MM = (1.3, 4.5)
_FINEST_PX_MM, _COARSEST_PX_MM = 8.0, 3.0
_LEAST_CONTRAST = 18.0  # of 255, between the light and the dark squares around a corner
_APART = (0.006, 0.003, 0.002)  # of the picture's longer side: how far from a flat mat, in each round

Spots = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Corners:
    """What a photo shows of a mat.

    Args:
        paper: Which mat.
        on_board: (N, 2) places in mm from the board's upper left corner, right and down.
        pixels: (N, 2) column and row, whole numbers at the middles of pixels.
    """

    paper: Paper
    on_board: Spots
    pixels: Spots


def find_corners(gray: NDArray[np.uint8]) -> Corners | None:
    """Return the corners in a (H, W) picture; None where no two markers of one mat are read."""
    markers = _read(gray)
    wanted = max(PAPERS, key=lambda paper: len(set(markers) & set(paper.markers())))
    places = wanted.markers()
    known = [number for number in markers if number in places]
    if len(known) < _LEAST_MARKERS:
        return None
    on_board = np.concatenate([_marker_corners(places[number]) for number in known])
    matrix = _homography(on_board, np.concatenate([markers[number] for number in known]), 4.0)[0]
    if matrix is None:
        return None
    grid = _all_corners(wanted)
    found = grid[:0], grid[:0]
    for apart in np.multiply(_APART, max(gray.shape)):
        found = _looked_for(gray, matrix, grid)
        if len(found[0]) < 6:
            return None
        again, good = _homography(*found, apart)
        if again is None:
            return None
        matrix, found = again, (found[0][good], found[1][good])
    return Corners(wanted, *found)


def _read(gray: NDArray[np.uint8]) -> dict[int, Spots]:
    """Return the four corners (pixels) of each marker; in the picture's full size where few are read."""
    import cv2
    from cv2 import aruco

    detector = aruco.ArucoDetector(dictionary(), aruco.DetectorParameters())
    factor = min(1.0, _READ_PX / max(gray.shape))
    found: dict[int, Spots] = {}
    for scale in sorted({factor, 1.0}):
        small = (
            cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else gray
        )
        corners, ids, _ = detector.detectMarkers(small)
        if ids is not None:
            for number, spots in zip(np.ravel(ids), corners, strict=True):
                found[int(number)] = (np.reshape(spots, (4, 2)) + 0.5) / scale - 0.5
        if len(found) >= _ENOUGH_MARKERS:
            break
    return found


def _marker_corners(place: tuple[int, int]) -> Spots:
    row, column = place
    rim = (SQUARE_MM - MARKER_MM) / 2
    left, top = column * SQUARE_MM + rim, row * SQUARE_MM + rim
    right, bottom = left + MARKER_MM, top + MARKER_MM
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def _all_corners(wanted: Paper) -> Spots:
    numbers = wanted.corners()
    row, column = np.divmod(numbers, COLUMNS - 1)
    return (np.stack([column + 1, row + 1], axis=1) * SQUARE_MM).astype(np.float32)


def _homography(on_board: Spots, pixels: Spots, apart_px: float) -> tuple[Any, NDArray[np.bool_]]:
    import cv2

    matrix, good = cv2.findHomography(on_board, pixels, cv2.RANSAC, apart_px)
    good = np.zeros(len(pixels), bool) if good is None else np.ravel(good) > 0
    return matrix if matrix is not None and good.sum() >= 4 else None, good


def _looked_for(gray: NDArray[np.uint8], matrix: NDArray[np.float64], grid: Spots) -> tuple[Spots, Spots]:
    """Return the corners (mm) that are there, and their pixels, near where a homography expects them."""
    import cv2

    expected, scales = _projected(matrix, grid)
    height, width = gray.shape
    seen = ((expected > 3) & (expected < (width - 4, height - 4))).all(1) & (scales[:, 1] > 0)
    grid, scales = grid[seen], scales[seen]
    if not len(grid):
        return grid, grid
    fine = float(np.clip(np.percentile(scales[:, 0], 75), _COARSEST_PX_MM, _FINEST_PX_MM))
    low, high = grid.min(0) - 8, grid.max(0) + 8
    to_canvas = np.array([[fine, 0, -fine * low[0]], [0, fine, -fine * low[1]], [0, 0, 1]])
    size = np.ceil((high - low) * fine).astype(int)
    straightened = cv2.warpPerspective(
        gray, to_canvas @ np.linalg.inv(matrix), (int(size[0]), int(size[1])), flags=cv2.INTER_LINEAR
    )
    flat = np.asarray(straightened, np.uint8)
    reach_mm = np.clip(_SHARPNESS_PX / scales[:, 1], *_WINDOW_MM)
    start = ((grid - low) * fine).astype(np.float32)
    spots = start.copy()
    steps = np.round(reach_mm * fine).astype(int)
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_MAX_ITER, 20, 0.02)
    for step in np.unique(steps):
        mine = steps == step
        spots[mine] = cv2.cornerSubPix(
            flat, start[mine].reshape(-1, 1, 2).copy(), (int(step), int(step)), (-1, -1), stop
        )[:, 0]
    good = (np.linalg.norm(spots - start, axis=1) < 1.5 * steps) & _checkered(flat, spots, grid, steps)
    back = matrix @ np.linalg.inv(to_canvas)
    pixels = cv2.perspectiveTransform(spots[good].reshape(-1, 1, 2).copy(), back)
    return grid[good], np.reshape(pixels, (-1, 2)).astype(np.float32)


def _projected(matrix: NDArray[np.float64], grid: Spots) -> tuple[Spots, Spots]:
    """Return (N, 2) pixels, and the larger and the smaller pixels per mm there (0 behind the camera)."""
    points = np.concatenate([grid, np.ones((len(grid), 1))], axis=1) @ matrix.T
    sign = np.sign(np.median(points[:, 2]))
    ahead = points[:, 2] * sign > 1e-9
    pixels = points[:, :2] / np.where(ahead, points[:, 2], np.nan)[:, None]
    bends = (matrix[None, :2, :2] - pixels[:, :, None] * matrix[None, 2:, :2]) / points[:, 2, None, None]
    scales = np.zeros((len(grid), 2))
    scales[ahead] = np.linalg.svd(bends[ahead], compute_uv=False)
    return np.nan_to_num(pixels, nan=-1e6).astype(np.float32), scales.astype(np.float32)


def _checkered(
    flat: NDArray[np.uint8], spots: Spots, grid: Spots, steps: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether the squares around corners are dark and light as they are printed, and not hidden."""
    import cv2

    away = np.maximum(0.6 * steps, 1.0)[:, None]
    values = []
    for side in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        where = (spots + away * side).astype(np.float32)
        values.append(cv2.remap(flat, where[:, None, 0], where[:, None, 1], cv2.INTER_LINEAR)[:, 0])
    quarters = np.stack(values, axis=1).astype(np.float64)
    column, row = np.round(grid / SQUARE_MM).astype(int).T
    # The square up left of a corner is dark where row + column is even (see `Paper.markers`).
    dark_first = (row + column) % 2 == 0
    dark = np.where(dark_first[:, None], quarters[:, [0, 2]], quarters[:, [1, 3]])
    light = np.where(dark_first[:, None], quarters[:, [1, 3]], quarters[:, [0, 2]])
    return light.min(1) - dark.max(1) > _LEAST_CONTRAST
