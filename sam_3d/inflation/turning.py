"""Read a turned thing's profile off its outline, and spin it: solid, or a vessel seen from above."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation.outline import FloatGrid
from sam_3d.inflation.symmetry import Axis
from shared.errors import PromptError

_STEP_CELLS = 0.5
# A rim's ellipse is looked for in the upper part of the outline, up to this tilt.
_RIM_PART, _MOST_TILT = 0.5, 0.87
_GOOD_ELLIPSE = 0.06
_LEAST_ROWS = 8
_SEEN_INSIDE = 0.85


_Line = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Profile:
    """Half widths along an axis.

    Args:
        along: (N,) positions in cells from the axis's point, rising downwards.
        radius: (N,) half width there, in cells, > 0.
    """

    along: NDArray[np.float64]
    radius: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Lathe:
    """A line to spin: from one end of the axis to the other.

    Args:
        along: (N,) positions on the axis in cells, before the tilt.
        radius: (N,) distances from it, 0 at both ends, else > 0.
        start: Position in the picture, along the axis, of `along` 0.
        tilt_rad: How far the viewer looked down on it; the lower end leans away.
    """

    along: NDArray[np.float64]
    radius: NDArray[np.float64]
    start: float = 0.0
    tilt_rad: float = 0.0


def profile_of(coverage: FloatGrid, axis: Axis) -> Profile:
    """Measure the half width of an outline across its axis, finer than a cell; holes are spanned.

    Args:
        coverage: (h, w) float32 in 0..1; the outline is its 0.5 contour.
        axis: Its axis.

    Raises:
        PromptError: The outline is too thin.
    """
    from scipy import ndimage

    reach = float(np.hypot(*coverage.shape))
    steps = np.arange(-reach, reach, _STEP_CELLS)
    at = np.asarray(axis.point)
    spots = at + steps[:, None, None] * axis.down + steps[None, :, None] * axis.across
    value = ndimage.map_coordinates(coverage, np.moveaxis(spots[..., ::-1], -1, 0), order=1, mode="constant")
    inside = value > 0.5
    rows = np.flatnonzero(inside.any(axis=1))
    if len(rows) < _LEAST_ROWS:
        raise PromptError(
            "The outline is too thin to be turned on an axis.", "Take the mode round or extrude."
        )
    left = _crossing(value[rows], steps)
    right = -_crossing(value[rows][:, ::-1], -steps[::-1])
    radius = np.maximum(ndimage.gaussian_filter1d((right - left) / 2, 1.0, mode="nearest"), 0.05)
    return Profile(steps[rows], radius)


def _crossing(value: NDArray[np.float64], steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where each row first rises through 0.5."""
    first = np.maximum((value > 0.5).argmax(axis=1), 1)
    row = np.arange(len(value))
    low, high = value[row, first - 1], value[row, first]
    part = np.clip((0.5 - low) / np.maximum(high - low, 1e-6), 0, 1)
    return steps[first - 1] + part * (steps[1] - steps[0])


def area(profile: Profile) -> float:
    """Return the area in square cells that a profile and its mirror picture enclose."""
    return 2 * float(profile.radius.sum()) * _STEP_CELLS


def solid_lathe(profile: Profile) -> Lathe:
    """Close a profile at both ends of the axis."""
    ends = profile.along[0], profile.along[-1]
    return Lathe(
        np.concatenate([[ends[0]], profile.along, [ends[1]]]), np.concatenate([[0], profile.radius, [0]])
    )


def seated_lathe(profile: Profile) -> Lathe:
    """Close a profile that has a flat top seen from above, as `vessel_lathe` does, but leave it solid."""
    along, outer, top, tilt = _side(profile)
    return Lathe(
        np.concatenate([along[:1], along, along[-1:]]), np.concatenate([[0.0], outer, [0.0]]), top, tilt
    )


def hollow_lathe(profile: Profile, wall: float) -> Lathe | None:
    """Return the room inside what `seated_lathe` makes, which opens `wall` above its rim; None where none is.

    Args:
        profile: Half widths; the opening is at the upper end.
        wall: Thickness of wall and floor in cells.
    """
    along, outer, top, tilt = _side(profile)
    down, width = _hollow(along, outer, wall)
    if len(down) < 3:
        return None
    line = np.concatenate([[-wall, -wall], down, down[-1:]])
    return Lathe(line, np.concatenate([[0.0], width[:1], width, [0.0]]), top, tilt)


def vessel_lathe(profile: Profile, wall: float) -> Lathe | None:
    """Open a profile at its top: outer side up, rim, inner side down to the floor; None where none fits.

    The top of the outline of an open round thing seen from above is half of its rim's ellipse; its height
    over its half width is the sine of the tilt. The profile between rim and foot is stretched by the cosine.

    Args:
        profile: Half widths; the opening is at the upper end.
        wall: Thickness of wall and floor in cells.
    """
    along, outer, top, tilt = _side(profile)
    down, width = _hollow(along, outer, wall)
    if len(down) < 3:
        return None
    line = np.concatenate([along[-1:], along[::-1], down, down[-1:]])
    radius = np.concatenate([[0.0], outer[::-1], width, [0.0]])
    return Lathe(line, radius, top, tilt)


def _side(profile: Profile) -> tuple[NDArray[np.float64], NDArray[np.float64], float, float]:
    """Return the outer side between rim and foot (along, radius), the rim's place, and the tilt."""
    top, sine = rim(profile)
    chosen = (profile.along >= top) & (profile.along <= _foot(profile, sine))
    along = (profile.along[chosen] - top) / float(np.sqrt(1 - sine**2))
    return along, profile.radius[chosen], top, float(np.arcsin(sine))


def _hollow(along: NDArray[np.float64], outer: NDArray[np.float64], wall: float) -> _Line:
    """Return the inner side (along, radius), from the rim down to the floor."""
    inner = _eroded(along, outer, wall)
    hollow = (inner > 0.02 * outer.max()) & (along <= along[-1] - wall)
    hollow &= np.cumsum(~hollow) == 0
    return along[hollow], inner[hollow]


def rim(profile: Profile) -> tuple[float, float]:
    """Find the rim: its middle's place along the axis, and the sine of the tilt (0 for a flat top)."""
    along, radius = profile.along, profile.radius
    best = (float(along[0]), 0.0, _GOOD_ELLIPSE)
    for i in range(3, int(len(along) * _RIM_PART)):
        height, half = along[i] - along[0] + _STEP_CELLS / 2, radius[i]
        if height > _MOST_TILT * half:
            continue
        ellipse = half * np.sqrt(np.maximum(1 - ((along[i] - along[: i + 1]) / height) ** 2, 0))
        error = float(np.abs(ellipse - radius[: i + 1]).mean() / half)
        # The sides go on from the rim without a corner.
        error += abs(float(radius[min(i + 4, len(radius) - 1)]) - half) / half / 4
        if error < best[2]:
            best = (float(along[i]), float(height / half), error)
    return best[:2]


def _foot(profile: Profile, sine: float) -> float:
    """Return the place of the foot's middle: the lower half of its ellipse ends the outline."""
    reach = profile.along + profile.radius * sine
    return float(profile.along[np.argmax(reach >= profile.along[-1])])


def _eroded(along: NDArray[np.float64], radius: NDArray[np.float64], wall: float) -> NDArray[np.float64]:
    """Return the radius of the surface `wall` inside another: grey-scale erosion by a disc."""
    apart = along[:, None] - along[None]
    ball = np.sqrt(np.maximum(wall**2 - apart**2, 0))
    return np.where(np.abs(apart) <= wall, radius[None] - ball, np.inf).min(axis=1)


def turned(lathe: Lathe, axis: Axis, segments: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Spin a line about an axis.

    Args:
        lathe: The line.
        axis: Where it stands on the outline's grid.
        segments: Corners of each ring.

    Returns:
        Closed surface: vertices (V, 3) column, row, depth away from the viewer in cells; and faces (F, 3).
    """
    origin, (down, across, third) = _frame(lathe, axis)
    angle = np.arange(segments) / segments * 2 * np.pi
    ring = np.cos(angle)[:, None] * across + np.sin(angle)[:, None] * third
    middles = origin + lathe.along[:, None] * down
    rings = middles[1:-1, None] + lathe.radius[1:-1, None, None] * ring
    points = np.concatenate([rings.reshape(-1, 3), middles[[0, -1]]])
    count = len(lathe.along) - 2
    index = np.arange(count * segments).reshape(count, segments)
    a, b = index[:-1].ravel(), np.roll(index, -1, axis=1)[:-1].ravel()
    c, d = index[1:].ravel(), np.roll(index, -1, axis=1)[1:].ravel()
    first, last = np.full(segments, len(points) - 2), np.full(segments, len(points) - 1)
    faces = np.concatenate(
        [
            np.stack([a, b, d], 1),
            np.stack([a, d, c], 1),
            np.stack([first, np.roll(index[0], -1), index[0]], 1),
            np.stack([last, index[-1], np.roll(index[-1], -1)], 1),
        ]
    )
    return points, faces if _volume(points, faces) > 0 else faces[:, ::-1]


def seen_places(points: NDArray[np.float64], lathe: Lathe, axis: Axis) -> NDArray[np.float64]:
    """Return the places in the picture (V, 2), in cells, that show the colours of a turned surface.

    The far side looks as the near side does at the same height and the same distance from the axis. Inside a
    vessel only the upper part of the far wall is seen; its colour goes on below.

    Args:
        points: (V, 3) on the surface.
        lathe: What was spun.
        axis: Where.
    """
    origin, frame = _frame(lathe, axis)
    along, across, deep = ((points - origin) @ frame.T).T
    outer, inner = _walls(lathe)
    radius = np.hypot(across, deep)
    opening = float(lathe.radius[1:-1][np.argmin(lathe.along[1:-1])])
    # Nearer to the inside of the wall than to its outside.
    sides = (np.interp(along, places, radii) for places, radii in (outer, inner))
    within = radius < sum(sides) / 2
    seen_down = _SEEN_INSIDE * (opening + radius) * np.tan(lathe.tilt_rad)
    share = np.abs(deep) / np.maximum(radius, 1e-9)
    along = np.where(within, np.minimum(along, seen_down * share), along)
    deep = np.where(within, np.abs(deep), -np.abs(deep))
    return (origin + np.stack([along, across, deep], axis=1) @ frame)[:, :2]


def on_the_lathe(
    points: NDArray[np.float64], lathe: Lathe, axis: Axis
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the positions (V,) along the axis and the distances (V,) from it of points (V, 3), in cells."""
    origin, frame = _frame(lathe, axis)
    along, across, deep = ((points - origin) @ frame.T).T
    return along, np.hypot(across, deep)


def _walls(lathe: Lathe) -> tuple[_Line, _Line]:
    """Return (along, radius) of the outer side and of the inner one, which is 0 for a solid."""
    if lathe.along[0] < lathe.along[-1]:  # solid: from top to foot
        return (lathe.along, lathe.radius), (lathe.along, np.full(len(lathe.along), -1.0))
    turn = int(np.argmin(lathe.along))
    outer, inner = slice(turn, None, -1), slice(turn + 1, None)
    return (lathe.along[outer], lathe.radius[outer]), (lathe.along[inner], lathe.radius[inner])


def _frame(lathe: Lathe, axis: Axis) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where the axis starts, and (3, 3) unit rows along it, across it in the picture, and away."""
    cosine, sine = np.cos(lathe.tilt_rad), np.sin(lathe.tilt_rad)
    rows = [[*axis.down * cosine, sine], [*axis.across, 0.0], [*axis.down * -sine, cosine]]
    return np.array([*(np.asarray(axis.point) + lathe.start * axis.down), 0.0]), np.array(rows)


def _volume(points: NDArray[np.float64], faces: NDArray[np.int64]) -> float:
    a, b, c = (points[faces[:, i]] - points[0] for i in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum())
