"""What an outline tells about a thing's form: symmetry, holes, corners, and how it lies in the photo."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation import outline, turning
from sam_3d.inflation.symmetry import Axis, mirror_axis
from shared.errors import PromptError

_CELLS = 96
# A rim is told from a round top by its tilt (a ball looks like a rim seen from 60°), and by how far the body
# goes on below it, in its half widths.
_RIM_DEG, _LEAST_DEPTH = (8.0, 57.0), 0.9


@dataclass(frozen=True)
class Look:
    """Measures of a mask.

    Args:
        likeness: IoU, 0..1, of the outline with its mirror picture about its best axis.
        axis_deg: That axis's angle from straight down, −90..90.
        solidity: Area over that of the convex hull.
        boxiness: Area over that of the smallest rectangle, turned as it may be.
        slimness: Radius of the largest disc inside, over the long side.
        holes: Number of holes.
        share: Part of the photo that it covers.
        borders: Edges of the photo that it meets, 0..4.
        count: Number of masks.
        rim_deg: How far one looks down on the rim, where the top is one of an open vessel; else 0.
    """

    likeness: float
    axis_deg: float
    solidity: float
    boxiness: float
    slimness: float
    holes: int
    share: float
    borders: int
    count: int
    rim_deg: float = 0.0


def look_at(mask: NDArray[np.bool_], count: int = 1) -> Look:
    """Measure a (H, W) bool mask that is not empty, its largest part; `count` masks were given in all."""
    import cv2
    from scipy import ndimage

    coverage = outline.trace(mask, cells=_CELLS).coverage
    axis = mirror_axis(coverage)
    inside = coverage > 0.5
    area = float(inside.sum())
    points = np.argwhere(inside)[:, ::-1].astype(np.float32)
    # Cells have a size: their corners count, not their centres alone.
    corners = np.concatenate([points + (dx, dy) for dx in (-0.5, 0.5) for dy in (-0.5, 0.5)])
    hull = cv2.convexHull(corners.astype(np.float32))
    box = cv2.minAreaRect(hull)[1]
    _, outer = ndimage.label(~inside)  # type: ignore[misc]
    deepest = float(np.asarray(ndimage.distance_transform_edt(inside)).max())
    edges = (mask[0], mask[-1], mask[:, 0], mask[:, -1])
    return Look(
        likeness=axis.likeness,
        axis_deg=float(np.degrees(axis.angle_rad)),
        solidity=area / max(float(cv2.contourArea(hull)), area),
        boxiness=area / max(box[0] * box[1], area),
        slimness=deepest / float(np.ptp(points, axis=0).max() + 1),
        holes=int(outer) - 1,
        share=float(mask.mean()),
        borders=int(sum(bool(edge.any()) for edge in edges)),
        count=count,
        rim_deg=_rim_deg(coverage, axis),
    )


def _rim_deg(coverage: NDArray[np.float32], axis: Axis) -> float:
    try:
        profile = turning.profile_of(coverage, axis)
    except PromptError:
        return 0.0  # too thin for a vessel
    place, sine = turning.rim(profile)
    tilt = float(np.degrees(np.arcsin(sine)))
    deep = float(profile.along[-1]) - place > _LEAST_DEPTH * float(profile.radius.max())
    return tilt if deep and _RIM_DEG[0] < tilt < _RIM_DEG[1] else 0.0
