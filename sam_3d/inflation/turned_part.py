"""One part of a thing turned on its axis: its form, its colours all round, and how others stand on it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation import outline, turning
from sam_3d.inflation.cladding import Elsewhere
from sam_3d.inflation.distance import half_width_px
from sam_3d.inflation.outline import FloatGrid, Outline
from sam_3d.inflation.symmetry import Axis, mirror_axis, mirrored
from shared.errors import PromptError

# A turned part's outline mirrors at least so well, and one with four corners only counts with a rim.
_LIKENESS, _BOXINESS = 0.94, 0.93
_SEGMENTS, _QUICK_SEGMENTS = 96, 48
# A part with less of it on one side of the axis goes over both, as the handle of a basket.
_ONE_SIDED, _LEAST_OVER = 0.97, 12
_MOST_ANGLE = 1.05
_LEAST_TILT = 0.05
# A foot so far out, in the outline's half widths, is at the outline: masks overlap by so much.
_AT_EDGE = 0.93
# So many cells from the spun line a vertex still belongs to it: simplified triangles stray from it.
_ON_SURFACE = 0.5
_SHOWN = 0.99

Mask = NDArray[np.bool_]
Solid = tuple[NDArray[np.float64], NDArray[np.int64]]


@dataclass(frozen=True, eq=False)
class Turned:
    """A part that is turned on an axis.

    Args:
        traced: Its outline.
        axis: The axis, on the outline's grid.
        profile: Its half widths.
        lathe: The line that is spun.
        shown: (h, w) float32 on the outline's grid: 1 where the photo shows the part itself.
    """

    traced: Outline
    axis: Axis
    profile: turning.Profile
    lathe: turning.Lathe
    shown: FloatGrid

    @property
    def start_px(self) -> NDArray[np.float64]:
        """Where in the photo (column, row) the lathe starts on the axis, at the depth 0."""
        return self.traced.to_photo(np.asarray(self.axis.point) + self.lathe.start * self.axis.down)

    def plane_px(self) -> NDArray[np.float64]:
        """Return (3,) a, b, c of the plane through the axis: depth a + b·column + c·row, in photo pixels."""
        slope = np.tan(self.lathe.tilt_rad) * self.axis.down
        return np.array([-slope @ self.start_px, *slope])

    def leaning_px(self, attached: Mask) -> NDArray[np.float64]:
        """Return the plane of a part at one side of this one, turned to the viewer as far as that shows.

        Its foot is on this part's surface. Where that is nearer to the axis in the picture than the outline
        is, the part comes forward: but for its own thickness, their ratio is the cosine of the angle φ
        between its plane and the picture. It does so too where it would else reach below this part's foot.

        Args:
            attached: (H, W) bool, not empty.

        Returns:
            (3,) as `plane_px`, which is also the answer for parts on both sides of the axis, and behind it.
        """
        plane = self.plane_px()
        rows, columns = np.nonzero(attached)
        cells = (np.stack([columns, rows], axis=1) + 0.5 - self.traced.origin_px) / self.traced.cell_px
        aside = (cells - self.axis.point) @ self.axis.across
        side = float(np.sign(np.median(aside)))
        if not (aside * side > 0).mean() > _ONE_SIDED:
            return plane
        along = (cells - self.axis.point) @ self.axis.down
        radius = np.interp(along, self.profile.along, self.profile.radius, left=0, right=0)
        aside = np.maximum(aside * side, 1e-9)
        slope = max(self._of_the_foot(aside, radius, attached), self._of_the_ground(aside, along))
        slope = -side * min(slope, np.tan(_MOST_ANGLE)) / np.cos(self.lathe.tilt_rad) * self.axis.across
        return plane + np.array([-slope @ self.traced.to_photo(np.asarray(self.axis.point)), *slope])

    def _of_the_foot(self, aside: NDArray[np.float64], radius: NDArray[np.float64], attached: Mask) -> float:
        """Return tan φ of a part at one side by where its foot is; 0 where that is not seen."""
        over = (radius > 0) & (aside < radius)
        if over.sum() < _LEAST_OVER:
            return 0.0
        inner = float(np.quantile((aside / radius.clip(1e-9))[over], 0.05))
        # The foot's near edge is its own half width t nearer to the viewer: inner = cos φ − t sin φ.
        thick = half_width_px(attached) / self.traced.cell_px / float(np.median(radius[over]))
        angle = np.arccos(np.clip(inner / _AT_EDGE / np.hypot(1, thick), 0, 1)) - np.arctan(thick)
        return float(np.tan(np.clip(angle, 0, _MOST_ANGLE)))

    def _of_the_ground(self, aside: NDArray[np.float64], along: NDArray[np.float64]) -> float:
        """Return the least tan φ that keeps a part at one side from reaching below the foot."""
        sine, cosine = np.sin(self.lathe.tilt_rad), np.cos(self.lathe.tilt_rad)
        if sine < _LEAST_TILT:
            return 0.0
        below = along - self.lathe.start - self.lathe.along.max() * cosine
        return max(0.0, float(np.quantile(below / (aside * sine), 0.95)))


def turned_form(mask: Mask, shown: Mask, *, cells: int = 0, vessel: bool = False) -> Turned | None:
    """Return how a part is turned on an axis, or None where its outline does not look so.

    Args:
        mask: (H, W) bool, not empty.
        shown: (H, W) bool: where the photo shows it, and nothing before it.
        cells: As in `outline.trace`.
        vessel: Whether its top is known to be open, so that it need not look like a rim.
    """
    from sam_3d.look import look_at

    look = look_at(mask)
    flat_top = bool(look.rim_deg) or vessel
    if look.likeness < _LIKENESS or look.holes or (look.boxiness > _BOXINESS and not flat_top):
        return None
    traced = outline.trace(mask, cells=cells)
    axis = mirror_axis(traced.coverage)
    try:
        profile = turning.profile_of(traced.coverage, axis)
    except PromptError:
        return None  # too thin
    lathe = turning.seated_lathe(profile) if flat_top else turning.solid_lathe(profile)
    return Turned(traced, axis, profile, lathe, traced.sample(shown).astype(np.float32))


def turned_solid(
    form: Turned, lathe: turning.Lathe, thickness: float, whole: Outline, *, quick: bool
) -> Solid:
    """Spin a part.

    Args:
        form: The part.
        lathe: The line to spin: its own, or that of the room inside it.
        thickness: How deep it is for its width; 1 is round.
        whole: The grid of the whole thing.
        quick: Whether fewer corners will do.

    Returns:
        Vertices (V, 3) column, row, depth away from the viewer in cells of `whole`; and faces (F, 3).
    """
    points, faces = turning.turned(lathe, form.axis, _QUICK_SEGMENTS if quick else _SEGMENTS)
    return form.traced.moved(points * (1, 1, thickness), whole), faces


def colours_of(
    points: NDArray[np.float64], faces: NDArray[np.int64], form: Turned, lathe: turning.Lathe, whole: Outline
) -> tuple[Elsewhere, ...]:
    """Find where the photo shows the colours of a turned part's unseen side.

    That is where the side turned to the viewer has the same height, or its mirror picture where something
    stands before that.

    Args:
        points: (V, 3) of the whole thing, in cells of `whole`, its thickness 1.
        faces: (F, 3).
        form: The part.
        lathe: The line of its surface, with the inner side of a vessel.
        whole: The grid of the whole thing.
    """
    from scipy import ndimage, spatial

    own = form.traced
    cells = whole.moved(points, own)
    places = turning.seen_places(cells, lathe, form.axis)
    hidden = ndimage.map_coordinates(form.shown, places[:, ::-1].T, order=1, mode="nearest") < _SHOWN
    along, radius = turning.on_the_lathe(cells, lathe, form.axis)
    knots = np.arange(len(lathe.along))
    fine = np.linspace(0, knots[-1], 4 * len(knots))
    line = np.column_stack([np.interp(fine, knots, lathe.along), np.interp(fine, knots, lathe.radius)])
    tree = spatial.cKDTree(line)  # type: ignore[attr-defined]
    on = tree.query(np.column_stack([along, radius]))[0] < _ON_SURFACE
    on, hidden = on[faces].all(axis=1), hidden[faces].any(axis=1)
    near, other = (
        (own.to_photo(spots) - whole.origin_px) / whole.cell_px
        for spots in (places, mirrored(places, form.axis))
    )
    return Elsewhere(on & ~hidden, near), Elsewhere(on & hidden, other)
