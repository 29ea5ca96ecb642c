"""The embedded lift: inflate the mask like a balloon and paint it with the photo."""

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation import field, outline, surface, texture
from sam_3d.types import Shape
from shared.media import Image
from shared.mesh import Camera, Mesh
from shared.progress import Progress
from shared.prompts import MaskHint
from shared.registry import EngineSpec

# The photo's camera is not known. A far-away one (focal length of 8 long sides) keeps back and front alike.
_FOCAL_LONG_SIDES = 8.0
_NOTE = "The depth and the back are made up from the outline; one photo does not show them."


class Inflate:
    """Poisson inflation; see `sam_3d.inflation`."""

    def __call__(
        self, image: Image, mask: NDArray[np.bool_], *, thickness: float, progress: Progress
    ) -> Shape:
        """Lift the object under the mask; see `sam_3d.types.Lifter`."""
        progress.step(0.05, "tracing the outline")
        traced = outline.trace(mask)
        progress.step(0.2, "inflating")
        u = field.squared_height(traced.coverage)
        progress.step(0.3, "meshing")
        cells, faces = surface.closed_surface(u, thickness=thickness)
        progress.step(0.8, "painting")
        atlas = texture.paint(image.pixels, mask, traced, u, thickness=thickness)
        source, faces, uv = texture.unwrap(cells, faces, (u.shape[0], u.shape[1]))
        camera = _assumed_camera(image)
        vertices, position = _placed(cells, traced, camera)
        mesh = Mesh(vertices[source], faces, uv=uv, texture=atlas)
        return Shape(mesh, camera, position, (_NOTE, *_warnings(traced)))


def _assumed_camera(image: Image) -> Camera:
    size = (image.width, image.height)
    return Camera(_FOCAL_LONG_SIDES * max(size), (size[0] / 2, size[1] / 2), size)


def _placed(
    cells: NDArray[np.float64], traced: outline.Outline, camera: Camera
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Put vertices on the camera's rays, longest edge 1; give them around their middle, and that middle."""
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


def _warnings(traced: outline.Outline) -> tuple[str, ...]:
    found = []
    if traced.dropped > 0.005:
        found.append(
            f"The mask has parts that do not touch; the largest was lifted, {traced.dropped:.0%} left out. "
            "Lift the others one by one."
        )
    if traced.thickened:
        found.append("Parts of the mask too thin to hold together were made thicker.")
    return tuple(found)


SPECS = (
    EngineSpec(
        id="inflate",
        task="lift",
        tier="embedded",
        title="Inflated outline",
        summary="Inflates the mask to a closed body and paints it with the photo; no learned shape.",
        accepts=frozenset({MaskHint}),
        licence="Apache-2.0",
        version="1",
        load=lambda device: Inflate(),
        default=True,
    ),
)
