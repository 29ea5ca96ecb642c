"""One thing of several parts: each part inflated on its own, and all joined where they overlap."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_3d.engines.lift_net import THICKNESS
from sam_3d.inflation import cladding, outline
from sam_3d.inflation.completion import completed
from sam_3d.inflation.inflated_part import inflated_solid
from sam_3d.inflation.joining import Part, joined_masks
from sam_3d.inflation.outline import Outline
from sam_3d.inflation.turned_part import Turned, colours_of, turned_form, turned_solid
from sam_3d.inflation.turning import Lathe, hollow_lathe, vessel_lathe
from sam_3d.inflation.volume import simplified
from sam_3d.types import Shape
from shared.errors import PromptError
from shared.media import Image
from shared.params import Choice, Doc, Range, validated
from shared.progress import Progress

_NOTE = "Depth and back are made up from the outlines of the parts; one photo does not show them."
_UPRIGHT_RAD = 0.3
_LEAST_CELLS = 6

Solid = tuple[NDArray[np.float64], NDArray[np.int64]]


@dataclass(frozen=True)
class Parts:
    """Several masks as one thing; for cups with handles, animals with legs, figures with tools."""

    id: ClassVar[str] = "parts"
    title: ClassVar[str] = "Joined parts"
    several: ClassVar[bool] = True
    thickness: Annotated[float, Range(0.3, 2), Doc("How deep the parts are; 1 is round.")] = 1.0
    form: Annotated[
        str, Choice(("auto", "inflated")), Doc("Turn parts on an axis where they look so, or inflate all.")
    ] = "auto"
    inside: Annotated[
        str, Choice(("solid", "vessel")), Doc("Solid, or the largest part open at the top with a wall.")
    ] = "solid"
    wall_percent: Annotated[
        float, Range(0.5, 30, "%"), Doc("Wall of a vessel, of its greatest diameter.")
    ] = 5.0

    def __post_init__(self) -> None:
        validated(self)

    def __call__(self, image: Image, masks: NDArray[np.bool_], *, cells: int, progress: Progress) -> Shape:
        """Lift all masks as parts of one thing; see `sam_3d.shaping.Mode`.

        Raises:
            PromptError: There is only one mask.
        """
        if len(masks) < 2:
            raise PromptError(
                "The shape parts wants at least two masks, but got one.",
                "Mark each part as an object of its own, or take the shape round.",
            )
        progress.step(0.1, "joining the outlines")
        parts, whole = joined_masks(_unhidden(masks))
        traced = outline.trace(whole, cells=cells)
        progress.step(0.2, "shaping the parts")
        built = _Built(self, traced, cells)
        smaller = masks[[part.number for part in parts if part.host is not None]].any(axis=0)
        for part in parts:
            built.add(part, masks[part.number] & ~smaller if part.host is None else masks[part.number])
        progress.step(0.5, "joining the parts")
        points, faces, dropped = _union(built.solids, built.room)
        warnings = (_NOTE, *built.told())
        if dropped > 0.005:
            warnings += (
                f"Some parts do not touch the others; {dropped:.0%} of the body was left out. "
                "Lift things that stand apart as a scene.",
            )
        traced = Outline(traced.coverage, traced.cell_px, traced.origin_px, 0.0, traced.thickened)
        progress.step(0.7, "painting")
        mask, places = np.asarray(masks.any(axis=0)), built.colours(points, faces)
        shape = cladding.clad(points, faces, traced, image, mask, warnings=warnings, elsewhere=places)
        return shape.upright(built.tilt_rad) if built.tilt_rad else shape


class _Built:
    """The solids of the parts, made one after the other, the largest first."""

    def __init__(self, mode: Parts, whole: Outline, cells: int) -> None:
        self._mode, self._whole, self._cells = mode, whole, cells
        self._forms: list[Turned | None] = []
        self._planes: list[NDArray[np.float64]] = []
        self.solids: list[Solid] = []
        self.room: Solid | None = None
        self._surface: Lathe | None = None

    @property
    def tilt_rad(self) -> float:
        """How far the viewer looked down on the largest part, 0 where that is not known."""
        first = self._forms[0]
        return first.lathe.tilt_rad if first and abs(first.axis.angle_rad) < _UPRIGHT_RAD else 0.0

    def add(self, part: Part, shown: NDArray[np.bool_]) -> None:
        """Shape the next part, which the photo shows where `shown` (H, W) is True."""
        share = max(np.ptp(np.nonzero(part.mask), axis=1)) / max(self._whole.coverage.shape)
        cells = max(24, round(self._cells * min(share / self._whole.cell_px, 1))) if self._cells else 0
        alone = self._mode.form == "auto" and part.host is None
        vessel = self._mode.inside == "vessel" and not self.solids
        form = turned_form(part.mask, shown, cells=cells, vessel=vessel) if alone else None
        thickness = self._mode.thickness
        if form:
            solid = turned_solid(form, form.lathe, thickness, self._whole, quick=cells > 0)
            plane = form.plane_px() * thickness
        else:
            solid, plane = self._inflated(part, cells)
        self.solids.append(solid)
        self._forms.append(form)
        self._planes.append(plane)
        if vessel and form:
            wall = self._mode.wall_percent / 100 * 2 * float(form.profile.radius.max())
            lathe = hollow_lathe(form.profile, wall)
            if lathe:
                self.room = turned_solid(form, lathe, thickness, self._whole, quick=cells > 0)
                self._surface = vessel_lathe(form.profile, wall)

    def colours(
        self, points: NDArray[np.float64], faces: NDArray[np.int64]
    ) -> tuple[cladding.Elsewhere, ...]:
        """Return where the photo shows the colours of the far side of the largest part, if that is turned."""
        form = self._forms[0]
        if not form:
            return ()
        round_points = points / (1, 1, self._mode.thickness)
        return colours_of(round_points, faces, form, self._surface or form.lathe, self._whole)

    def told(self) -> tuple[str, ...]:
        """Return what a user should know of how the parts were made."""
        found = []
        if self.tilt_rad > 0.05:
            found.append(f"Seen from {np.degrees(self.tilt_rad):.0f}° above, measured on the rim.")
        if self._mode.inside == "vessel" and self.room is None:
            found.append("The largest part has no rim, or no room for this wall; it was made solid.")
        return tuple(found)

    def _inflated(self, part: Part, cells: int) -> tuple[Solid, NDArray[np.float64]]:
        """Inflate a part about its plane; its root only where that is inside the larger part."""

        def made(mask: NDArray[np.bool_], plane: NDArray[np.float64]) -> Solid:
            # Handles are as deep as wide; a body has the usual depth of a round one.
            as_wide = part.host is not None
            thickness = self._mode.thickness * (1 if as_wide else THICKNESS)
            return inflated_solid(mask, part.own, plane, thickness, self._whole, cells=cells, as_wide=as_wide)

        plane = self._plane(part)
        if part.host is None or not self._forms[part.host]:
            return made(part.mask, plane), plane
        solid = made(part.own | (part.mask & self._inside(part.host, plane, part.own.shape)), plane)
        if (_manifold(solid) ^ _manifold(self.solids[part.host])).volume() > 0:
            return solid, plane
        return made(part.mask, self._planes[part.host]), self._planes[part.host]

    def _inside(self, host: int, plane: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """Return at which pixels (H, W) a plane, as `_plane` gives it, runs inside a part."""
        points, faces = self.solids[host]
        grid = self._whole.coverage.shape[:2]
        front = cladding.front_view(points, faces, grid).depth
        back = -cladding.front_view(points * (1, 1, -1), faces[:, ::-1], grid).depth
        depth = (plane[0] + self._whole.places() @ plane[1:]) / self._whole.cell_px
        return self._whole.on_photo((front < depth) & (depth < back), shape)

    def _plane(self, part: Part) -> NDArray[np.float64]:
        """Return a, b, c of the depth a + b·column + c·row of a part's middle, in photo pixels."""
        if part.host is None:
            return np.zeros(3)
        if not part.on_front:
            host = self._forms[part.host]
            return host.leaning_px(part.own) * self._mode.thickness if host else self._planes[part.host]
        points, faces = self.solids[part.host]
        front = cladding.front_view(points, faces, self._whole.coverage.shape[:2]).depth
        chosen = self._whole.sample(part.own) & np.isfinite(front)
        if chosen.sum() < _LEAST_CELLS:
            return self._planes[part.host]
        depth = front[chosen] * self._whole.cell_px
        terms = np.column_stack([np.ones(len(depth)), self._whole.places()[chosen]])
        return np.asarray(np.linalg.lstsq(terms, depth, rcond=None)[0], np.float64)


def _unhidden(masks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the masks (N, H, W) with what the smaller ones hide of the larger ones."""
    done = masks.copy()
    order = np.argsort([-int(mask.sum()) for mask in masks], kind="stable")
    for place, index in enumerate(order[:-1]):
        done[index] = completed(masks[index], np.asarray(masks[order[place + 1 :]].any(axis=0)))
    return done


def _union(solids: list[Solid], room: Solid | None) -> tuple[NDArray[np.float64], NDArray[np.int64], float]:
    """Return the largest body of the union less the room, and the share of the volume that was left out."""
    import manifold3d

    union = manifold3d.Manifold.batch_boolean([_manifold(solid) for solid in solids], manifold3d.OpType.Add)
    union = union - _manifold(room) if room else union
    bodies = sorted((body.volume() for body in union.decompose()), reverse=True)
    done = union.to_mesh64()
    points, faces = np.asarray(done.vert_properties)[:, :3].copy(), np.asarray(done.tri_verts)
    points, faces = simplified(points, faces.astype(np.int64), 0.02)
    return points, faces, 1 - bodies[0] / sum(bodies)


def _manifold(solid: Solid) -> Any:
    import manifold3d

    points, faces = solid
    return manifold3d.Manifold(manifold3d.Mesh64(np.ascontiguousarray(points), faces.astype(np.uint64)))


MODES = (Parts,)
