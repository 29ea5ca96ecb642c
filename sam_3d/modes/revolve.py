"""A turned thing: the outline's half width spun about its axis of symmetry, solid or a vessel."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation import cladding, outline, turning
from sam_3d.inflation.symmetry import mirror_axis
from sam_3d.inflation.volume import simplified
from sam_3d.types import Shape
from shared.media import Image
from shared.params import Choice, Doc, Range, validated
from shared.progress import Progress

_NOTE = "The far side is the near side turned round; one photo does not show it."
_POOR_LIKENESS, _FILLED, _UPRIGHT_RAD = 0.85, 1.15, 0.3
_SEGMENTS, _QUICK_SEGMENTS = 128, 56
_SIMPLIFY_CELLS = 0.03


@dataclass(frozen=True)
class Revolve:
    """Spun about its axis; for vases, bottles, cups, bowls, candles and chess men."""

    id: ClassVar[str] = "revolve"
    title: ClassVar[str] = "Turned on an axis"
    several: ClassVar[bool] = False
    inside: Annotated[str, Choice(("solid", "vessel")), Doc("Solid, or open at the top with a wall.")] = (
        "solid"
    )
    wall_percent: Annotated[
        float, Range(0.5, 30, "%"), Doc("Wall of a vessel, of its greatest diameter.")
    ] = 5.0

    def __post_init__(self) -> None:
        validated(self)

    def __call__(self, image: Image, masks: NDArray[np.bool_], *, cells: int, progress: Progress) -> Shape:
        """Lift the first mask; see `sam_3d.shaping.Mode`."""
        progress.step(0.1, "tracing the outline")
        traced = outline.trace(masks[0], cells=cells)
        axis = mirror_axis(traced.coverage)
        progress.step(0.3, "turning the outline")
        profile = turning.profile_of(traced.coverage, axis)
        warnings = [_NOTE]
        if axis.likeness < _POOR_LIKENESS:
            warnings.append(
                f"The outline is not symmetric (its mirror picture overlaps by {axis.likeness:.0%}): "
                "the turned shape differs from it. Try round, or parts with the handle marked apart."
            )
        if turning.area(profile) > _FILLED * float((traced.coverage > 0.5).sum()):
            warnings.append("Holes and notches of the outline were filled: a turned shape has none.")
        lathe = turning.solid_lathe(profile)
        if self.inside == "vessel":
            wall = self.wall_percent / 100 * 2 * float(profile.radius.max())
            vessel = turning.vessel_lathe(profile, wall)
            lathe = vessel or lathe
            if vessel is None:
                warnings.append("No hollow fits into this outline with this wall; it was made solid.")
            elif lathe.tilt_rad > 0.05:
                warnings.append(f"Seen from {np.degrees(lathe.tilt_rad):.0f}° above, measured on the rim.")
        points, faces = turning.turned(lathe, axis, _QUICK_SEGMENTS if cells else _SEGMENTS)
        points, faces = simplified(points, faces, _SIMPLIFY_CELLS)
        progress.step(0.7, "painting")
        lookup = turning.seen_places(points, lathe, axis)
        notes = tuple(warnings)
        shape = cladding.clad(points, faces, traced, image, masks[0], warnings=notes, lookup=lookup)
        leans = abs(axis.angle_rad) > _UPRIGHT_RAD
        return shape if leans else shape.upright(lathe.tilt_rad)


MODES = (Revolve,)
