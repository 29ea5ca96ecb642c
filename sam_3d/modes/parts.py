"""One thing of several parts: each part inflated on its own, and all joined where they overlap."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation import cladding, field, outline, surface
from sam_3d.inflation.joining import Part, joined_masks
from sam_3d.inflation.outline import Outline
from sam_3d.inflation.volume import simplified
from sam_3d.types import Shape
from shared.errors import PromptError
from shared.media import Image
from shared.params import Doc, Range, validated
from shared.progress import Progress

_NOTE = "Depth and back are made up from the outlines of the parts; one photo does not show them."


@dataclass(frozen=True)
class Parts:
    """Several masks as one thing; for cups with handles, animals with legs, figures with tools."""

    id: ClassVar[str] = "parts"
    title: ClassVar[str] = "Joined parts"
    several: ClassVar[bool] = True
    thickness: Annotated[float, Range(0.3, 2), Doc("How round the parts are, front to back.")] = 1.3

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
        parts, whole = joined_masks(masks)
        traced = outline.trace(whole, cells=cells)
        progress.step(0.2, "inflating the parts")
        solids = [self._solid(part, traced, cells) for part in parts]
        progress.step(0.5, "joining the parts")
        points, faces, dropped = _union(solids)
        warnings = (_NOTE,)
        if dropped > 0.005:
            warnings += (
                f"Some parts do not touch the others; {dropped:.0%} of the body was left out. "
                "Lift things that stand apart as a scene.",
            )
        traced = Outline(traced.coverage, traced.cell_px, traced.origin_px, 0.0, traced.thickened)
        progress.step(0.7, "painting")
        return cladding.clad(points, faces, traced, image, np.asarray(masks.any(axis=0)), warnings=warnings)

    def _solid(self, part: Part, whole: Outline, cells: int) -> Any:
        """Return a part's closed solid on the whole's grid, with its depth."""
        import manifold3d

        share = max(np.ptp(np.nonzero(part.mask), axis=1)) / max(whole.coverage.shape) / whole.cell_px
        own = outline.trace(part.mask, cells=max(24, round(cells * min(share, 1))) if cells else 0)
        u = field.squared_height(own.coverage)
        points, faces = surface.closed_surface(u, thickness=self.thickness)
        moved = np.empty_like(points)
        moved[:, :2] = (own.to_photo(points[:, :2]) - whole.origin_px) / whole.cell_px
        moved[:, 2] = points[:, 2] * (own.cell_px / whole.cell_px)
        moved[:, 2] -= part.lift_px * self.thickness / whole.cell_px
        return manifold3d.Manifold(manifold3d.Mesh64(moved, faces.astype(np.uint64)))


def _union(solids: list[Any]) -> tuple[NDArray[np.float64], NDArray[np.int64], float]:
    """Return the largest body of the union, and the share of the volume that was left out."""
    import manifold3d

    union = manifold3d.Manifold.batch_boolean(solids, manifold3d.OpType.Add)
    bodies = sorted((body.volume() for body in union.decompose()), reverse=True)
    done = union.to_mesh64()
    points, faces = np.asarray(done.vert_properties)[:, :3].copy(), np.asarray(done.tri_verts)
    points, faces = simplified(points, faces.astype(np.int64), 0.02)
    return points, faces, 1 - bodies[0] / sum(bodies)


MODES = (Parts,)
