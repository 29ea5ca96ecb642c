"""Make a face unrecognisable in the photo, before anything is taken from it."""

import numpy as np
from numpy.typing import NDArray

from sam_body.clothing.surface import regions
from sam_body.details.face_points import face_points
from sam_body.types import Body
from shared.media import Image
from shared.mesh import Camera

Array = NDArray[np.float64]

CELLS = 5
"""Squares across a face that are left of it: no feature survives that, and no sharpening brings it back."""
_MARGIN = 0.22


def without_faces(image: Image, bodies: tuple[Body, ...]) -> Image:
    """Return the photo with the faces of these bodies reduced to a few soft squares.

    What the face net found and where the fitted head lies are both covered.

    Args:
        image: The photo.
        bodies: Of the shipped body's mesh, with their details.
    """
    pixels = image.pixels.copy()
    for body in bodies:
        for points in _faces_px(body):
            _cover(pixels, points)
    return Image(pixels)


def cover_face(pixels: NDArray[np.uint8], surface: Array, camera: Camera) -> None:
    """Reduce a face in a picture to a few soft squares, where it lies as fitted.

    Args:
        pixels: (H, W, 3) uint8, changed in place.
        surface: (V, 3) the shipped body's vertices in the camera's frame.
        camera: The picture's.
    """
    head = surface[regions().face > 0.8]
    if (head[:, 2] < -0.1).all():
        _cover(pixels, camera.project(head))


def _faces_px(body: Body) -> list[Array]:
    surface = body.posed_vertices() + body.offset_m
    head = surface[regions().face > 0.8]
    found = [body.camera.project(face_points(surface)), body.camera.project(head)]
    if body.details is not None and body.details.head is not None:
        found.append(body.details.head.face_px)
    return found


def _cover(pixels: NDArray[np.uint8], points_px: Array) -> None:
    import cv2

    low, high = points_px.min(0), points_px.max(0)
    size = high - low
    low, high = low - _MARGIN * size, high + _MARGIN * size
    height, width = pixels.shape[:2]
    left, top = (int(v) for v in np.clip(np.floor(low), 0, (width, height)))
    right, bottom = (int(v) for v in np.clip(np.ceil(high), 0, (width, height)))
    if right - left < 1 or bottom - top < 1:
        return
    part = pixels[top:bottom, left:right]
    shape = (part.shape[1], part.shape[0])
    small = cv2.resize(part, (CELLS, CELLS), interpolation=cv2.INTER_AREA)
    soft = cv2.resize(small, shape, interpolation=cv2.INTER_LINEAR)
    middle, radius = (low + high) / 2 - (left, top), (high - low) / 2
    columns, rows = np.meshgrid(np.arange(shape[0]) + 0.5, np.arange(shape[1]) + 0.5)
    inside = ((columns - middle[0]) / radius[0]) ** 2 + ((rows - middle[1]) / radius[1]) ** 2 <= 1.2
    part[inside] = soft[inside]
