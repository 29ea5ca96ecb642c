"""Where a shape made on the outline's grid stands before the photo's camera."""

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation.outline import Outline
from shared.media import Image
from shared.mesh import Camera

# The photo's camera is not known. A far-away one (focal length of 8 long sides) keeps back and front alike.
_FOCAL_LONG_SIDES = 8.0


def assumed_camera(image: Image) -> Camera:
    """Return the camera that an object is lifted before when the photo's own is not known."""
    size = (image.width, image.height)
    return Camera(_FOCAL_LONG_SIDES * max(size), (size[0] / 2, size[1] / 2), size)


def placed(
    cells: NDArray[np.float64], traced: Outline, camera: Camera
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Put vertices on the camera's rays, longest edge 1; give them around their middle, and that middle.

    Args:
        cells: (V, 3) column, row, depth away from the viewer, in cells.
        traced: The outline whose grid that is.
        camera: The photo's camera.

    Returns:
        (V, 3) vertices, y up, z towards the viewer; and (3,) their middle in the camera's frame.
    """
    photo = traced.to_photo(cells[:, :2])
    towards = -cells[:, 2] * traced.cell_px
    longest = max(float(np.ptp(photo, axis=0).max()), float(np.ptp(towards)))
    distance = camera.focal_px / longest
    depth = distance - towards / longest
    ray = (photo - np.asarray(camera.center_px)) / camera.focal_px
    points = np.stack([ray[:, 0] * depth, -ray[:, 1] * depth, -depth], axis=1)
    middle = (points.min(0) + points.max(0)) / 2
    scale = 1 / float(np.ptp(points, axis=0).max())
    return (points - middle) * scale, middle * scale


def notes(traced: Outline) -> tuple[str, ...]:
    """Say what of the mask was left out or made thicker."""
    found = []
    if traced.dropped > 0.005:
        found.append(
            f"The mask has parts that do not touch; the largest was lifted, {traced.dropped:.0%} left out. "
            "Lift the others one by one, or all as a scene."
        )
    if traced.thickened:
        found.append("Parts of the mask too thin to hold together were made thicker.")
    return tuple(found)
