"""When heels and toes stand on the floor: by their speed in the picture and their height.

The camera stands still, so what is planted stands still in the picture too; that is seen far better than any
speed in depth.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sam_body.observation import INDEX, Observation
from sam_body.video.smoothing import filled_values, smoothed

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

POINTS = ("left_heel", "left_foot_index", "right_heel", "right_foot_index")
"""What can stand: the order of all contact arrays."""
ROWS = [INDEX[name] for name in POINTS]
STILL_M_S, MOVING_M_S = 0.35, 0.6
LOW_M = 0.25
"""Not higher than this above the lowest of late: loose, since the floor's slope is not known yet."""
DEPTH_SHARE = 0.3
"""A speed in depth counts so much: the fit sees it badly."""
_FLOOR_WINDOW_S, _SHORTEST_S, _CUTOFF_HZ = 0.8, 0.1, 6.0


def contacts(frames: NDArray[np.int64], sightings: Sequence[Observation], places: Array, fps: float) -> Flags:
    """Return (N, 4) which of `POINTS` stand on the floor in every frame from the first to the last.

    Args:
        frames: (M,) rising indices of the frames in which the person was seen.
        sightings: M of them.
        places: (N, 27, 3) the fitted landmarks, smoothed, camera frame.
        fps: Frames a second.
    """
    camera = sightings[0].camera
    seen = np.zeros(len(places), bool)
    seen[frames - frames[0]] = True
    trust = np.where(seen, 1.0, 1e-3)
    flat = filled_values(frames, np.stack([one.xy_px[ROWS].ravel() for one in sightings]))
    flat = smoothed(flat, trust, _CUTOFF_HZ, fps).reshape(-1, len(POINTS), 2)
    spots = places[:, ROWS]
    depth = -spots[..., 2]
    across = np.linalg.norm(_speed(flat, fps), axis=-1) * depth / camera.focal_px
    speed = np.hypot(across, DEPTH_SHARE * _speed(depth, fps))
    height = spots[..., 1] - _lowest(spots[..., 1].min(1), fps)[:, None]
    low = height < LOW_M
    known = np.stack([one.visibility[ROWS] > 0 for one in sightings])
    inside = np.zeros(speed.shape, bool)
    inside[frames - frames[0]] = known
    flags = [_steady(_held(speed[:, i], low[:, i] & inside[:, i] & seen), fps) for i in range(len(POINTS))]
    return np.stack(flags, axis=1)


def spans(flags: Flags) -> list[tuple[int, int]]:
    """Return (start, stop) of each run of true values of (N,) flags."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _speed(values: Array, fps: float) -> Array:
    return np.gradient(values, axis=0) * fps if len(values) > 1 else np.zeros_like(values)


def _lowest(height: Array, fps: float) -> Array:
    from scipy.ndimage import minimum_filter1d

    return minimum_filter1d(height, 2 * round(_FLOOR_WINDOW_S * fps) + 1, mode="nearest")


def _held(speed: Array, may: Flags) -> Flags:
    """Standing begins below one speed and ends above a higher one, so that it does not flicker."""
    found, standing = np.zeros(len(speed), bool), False
    for i, here in enumerate(speed):
        standing = bool(may[i]) and (here < (MOVING_M_S if standing else STILL_M_S))
        found[i] = standing
    return found


def _steady(flags: Flags, fps: float) -> Flags:
    """Close gaps and drop runs that are shorter than a tenth of a second."""
    shortest, flags = _SHORTEST_S * fps, flags.copy()
    if len(flags) < 2 * shortest:
        return flags
    for start, stop in spans(~flags):
        if stop - start < shortest / 2 and start > 0 and stop < len(flags):
            flags[start:stop] = True
    for start, stop in spans(flags):
        if stop - start < shortest:
            flags[start:stop] = False
    return flags
