"""Turntables: angles are known; the outlines tell how high the camera stood and where the axis was."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.album import Album
from sam_3d.photos.cameras import place, rays, turntable_view, usual_focal_px
from sam_3d.photos.carving import bounds, outline
from shared.errors import InputError
from shared.mesh import Camera
from shared.progress import Progress
from shared.render import View

DIRECTIONS = ("auto", "left", "right")
_USED = 12  # photos that are looked at
_SMALL_PX = 240
_ELEVATIONS_DEG = (2.0, 12.0, 24.0, 38.0, 54.0)
_CLEAR = 1.5  # how many times worse the other direction must agree for this one to be sure
_LARGEST = 0.06  # error that is no turntable any more
_WORST = 10.0
_LONGEST = 1.2  # logarithm of how many times longer than a phone's a focal length may be, or shorter
_DEPTHS, _EDGE_POINTS = 48, 40


@dataclass(frozen=True, eq=False)
class Turntable:
    """What was found.

    Args:
        views: One for each photo, at distance 1 from the axis (the y axis).
        error: How far the outlines are from touching their common shape, in parts of its size.
        notes: What was found and how sure it is.
        values: Elevation, aside, roll and the logarithm of a factor of the focal length.
        sign: Which way the object was turned, 1 or -1; 0 where it is not sure.
    """

    views: tuple[View, ...]
    error: float
    notes: tuple[str, ...]
    values: NDArray[np.float64]
    sign: float


def find_turntable(
    album: Album,
    masks: Sequence[NDArray[np.bool_]],
    *,
    angles_deg: Sequence[float] | None = None,
    direction: str = "auto",
    near: Turntable | None = None,
    progress: Progress | None = None,
) -> Turntable:
    """Find the cameras of photos of an object that was turned before a camera that stood still.

    Args:
        album: The photos, in order.
        masks: (H, W) bool outline in each.
        angles_deg: How far the object was turned at each photo; None for equal steps of one whole turn.
        direction: Whether the object's front moves to the "left" or to the "right"; "auto" finds out.
        near: Found before, by nearly the same outlines: the search starts there.
        progress: Told of the trials; may cancel.

    Raises:
        InputError: Angles do not match, or the outlines fit no turntable.
    """
    progress = progress or Progress()
    count = len(album.photos)
    if angles_deg is not None and len(angles_deg) != count:
        raise InputError(f"{count} photos want {count} angles, but got {len(angles_deg)}.")
    if direction not in DIRECTIONS:
        raise InputError(f"direction wants one of {', '.join(DIRECTIONS)}, but got {direction!r}.")
    angles = np.radians(np.arange(count) * 360 / count if angles_deg is None else angles_deg)
    cameras, told = _cameras(album)
    trial = _Trial.of(cameras, masks, angles, told=told)
    signs = {"left": (1.0,), "right": (-1.0,), "auto": (1.0, -1.0)}[direction]
    start = near.values if near is not None and near.sign in signs else None
    signs = signs if near is None or start is None else (near.sign,)
    found = {}
    for number, sign in enumerate(signs):
        share = progress.within(number / len(signs), (number + 1) / len(signs))
        found[sign] = trial.best(sign, share, start)
    sign = min(found, key=lambda s: found[s][1])
    values, error = found[sign]
    if error > _LARGEST:
        raise InputError(
            "The outlines fit no turntable: the camera moved, the angles are wrong, or masks are.",
            "Check the masks, give the angles, or use the marker mat, which needs no still camera.",
        )
    views = tuple(trial.view(camera, a, values, sign) for camera, a in zip(cameras, angles, strict=True))
    note = (
        "The focal length is the one that the photos tell."
        if told
        else f"The focal length ({np.exp(values[3]) * cameras[0].focal_px:.0f} pixels) is guessed from the "
        "outlines; the object's depth may be off by some percent."
    )
    notes = (
        f"Turntable: the camera looks down by {np.degrees(values[0]):.0f}°; the outlines agree to "
        f"{error:.1%} of the object's size. {note}",
    )
    other = found.get(-sign)
    sure = other is None or other[1] >= _CLEAR * error
    if not sure:
        notes += (
            "It is not sure which way the object was turned; if the shape looks wrong, give the direction.",
        )
    return Turntable(views, error, notes, values, sign if sure else 0.0)


def _edge(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return (N, 2) points on the outline of a mask, column and row, inside the picture's border."""
    from skimage import measure

    lines = measure.find_contours(np.pad(mask, 1).astype(np.float64), 0.5)
    points = np.concatenate(lines)[:, ::-1] - 0.5
    height, width = mask.shape
    inner = ((points > 1) & (points < (width - 1, height - 1))).all(1)
    points = points[inner] if inner.any() else points
    return points[np.linspace(0, len(points) - 1, min(_EDGE_POINTS, len(points))).astype(int)]


def _cameras(album: Album) -> tuple[list[Camera], bool]:
    """Return cameras of the focal lengths that files tell, else of a phone's, and whether they tell any."""
    told = [photo.focal_px for photo in album.photos if photo.focal_px]
    cameras = []
    for photo in album.photos:
        width, height = photo.size_px
        focal = photo.focal_px or usual_focal_px(photo.size_px)
        cameras.append(Camera(focal, (width / 2, height / 2), (width, height)))
    return cameras, bool(told)


@dataclass(frozen=True, eq=False)
class _Trial:
    """Small outlines of some of the photos, against which values are tried."""

    cameras: list[Camera]
    masks: list[NDArray[np.bool_]]
    angles: NDArray[np.float64]
    edges: list[NDArray[np.float64]]
    told: bool

    @classmethod
    def of(
        cls,
        cameras: list[Camera],
        masks: Sequence[NDArray[np.bool_]],
        angles: NDArray[np.float64],
        *,
        told: bool,
    ) -> "_Trial":
        import cv2

        used = np.unique(np.linspace(0, len(cameras) - 1, min(_USED, len(cameras))).round().astype(int))
        small_cameras, small_masks = [], []
        for i in used:
            camera, mask = cameras[i], masks[i]
            factor = min(1.0, _SMALL_PX / max(mask.shape))
            size = (max(8, round(mask.shape[1] * factor)), max(8, round(mask.shape[0] * factor)))
            shrunk = cv2.resize(mask.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA) > 127
            if not shrunk.any():
                raise InputError("A mask is empty, or shows next to nothing.", "Mark the object there.")
            small_masks.append(shrunk)
            x, y = camera.center_px
            small_cameras.append(Camera(camera.focal_px * factor, (x * factor, y * factor), size))
        return cls(small_cameras, small_masks, angles[used], [_edge(mask) for mask in small_masks], told)

    def view(self, camera: Camera, angle: float, values: NDArray[np.float64], sign: float) -> View:
        """Return the view of elevation, aside, roll and the logarithm of a factor of the focal length."""
        elevation, aside, roll, longer = (float(v) for v in values)
        camera = replace(camera, focal_px=camera.focal_px * float(np.exp(longer)))
        return turntable_view(camera, sign * float(angle), elevation=elevation, aside=aside, roll=roll)

    def error(self, values: NDArray[np.float64], sign: float) -> float:
        """Return how far the outlines are from touching their common shape, in parts of its size.

        A ray through an outline's edge touches the object, so that somewhere on it no other outline is left.
        """
        views = [self.view(c, a, values, sign) for c, a in zip(self.cameras, self.angles, strict=True)]
        try:
            low, high = bounds(views, self.masks)
        except InputError:
            return _WORST
        middle, reach = (low + high) / 2, float((high - low).max()) / 3
        outlines = [outline(view, mask) for view, mask in zip(views, self.masks, strict=True)]
        errors = []
        for i, (view, edge) in enumerate(zip(views, self.edges, strict=True)):
            start = place(view)
            away = float(np.linalg.norm(middle - start))
            along = np.linspace(away - 1.2 * reach, away + 1.2 * reach, _DEPTHS)
            points = start + along[None, :, None] * rays(view, edge)[:, None]
            left = np.full(points.shape[0] * _DEPTHS, np.inf, np.float32)
            for item in outlines[:i] + outlines[i + 1 :]:
                np.minimum(left, item.at(points.reshape(-1, 3)), out=left)
            errors.append(np.maximum(-left.reshape(-1, _DEPTHS).max(1), 0).mean())
        return min(float(np.mean(errors)) / reach, _WORST)

    def start(self, sign: float, progress: Progress) -> NDArray[np.float64]:
        """Return values, as `view` takes them, near which the outlines may agree."""
        middles = [np.flatnonzero(m.any(0))[[0, -1]].mean() + 0.5 for m in self.masks]
        # All turned positions together lie evenly around the axis.
        aside = float(
            np.mean([(m - c.center_px[0]) / c.focal_px for m, c in zip(middles, self.cameras, strict=True)])
        )
        starts = []
        for number, degrees in enumerate(_ELEVATIONS_DEG):
            progress.step(0.5 * number / len(_ELEVATIONS_DEG), "finding the turntable's axis")
            values = np.array([np.radians(degrees), aside, 0.0, 0.0])
            starts.append((self.error(values, sign), values))
        return min(starts, key=lambda item: item[0])[1]

    def best(
        self, sign: float, progress: Progress, start: NDArray[np.float64] | None = None
    ) -> tuple[NDArray[np.float64], float]:
        """Return the values, as `view` takes them, that agree best, and their error; from a start, or all."""
        from scipy.optimize import minimize

        steps = np.diag([0.09, 0.012, 0.02, 0.15])[: 3 if self.told else 4] / (1 if start is None else 2)
        start = self.start(sign, progress) if start is None else start
        steps = np.vstack([np.zeros(4), steps])

        def cost(values: NDArray[np.float64]) -> float:
            progress.step(0.6, "finding the turntable's axis")
            values = np.pad(values, (0, 4 - len(values)))
            inside = 0 <= values[0] <= 1.4 and abs(values[2]) < 0.35 and abs(values[3]) < _LONGEST
            return self.error(values, sign) if inside else _WORST

        free = len(steps) - 1
        done = minimize(
            cost,
            start[:free],
            method="Nelder-Mead",
            options={
                "initial_simplex": (start + steps)[:, :free],
                "maxfev": 45 * free - 75,
                "xatol": 1e-3,
                "fatol": 1e-5,
            },
        )
        return np.pad(np.asarray(done.x), (0, 4 - free)), float(done.fun)
