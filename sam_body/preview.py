"""Small pictures of an estimate: the bodies over the photo, and from the side."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sam_body.export.painted import unfolded
from sam_body.types import Body
from shared.media import Image
from shared.mesh import Camera, Mesh
from shared.render import View, orbit, render

OVERLAY_PX, SIDE_PX, ROW_PX = 1024, 720, 720
_COLORS = ((216, 150, 108), (84, 150, 214), (126, 184, 92), (196, 110, 190), (214, 186, 72))
_SHARE = 0.72


def write_previews(image: Image, bodies: Sequence[Body], folder: Path) -> tuple[str, ...]:
    """Write `overlay.png` and `side.png` into a folder.

    Args:
        image: The photo.
        bodies: At least one.
        folder: Must exist.

    Returns:
        Warnings, such as that a simpler renderer was used.
    """
    over, first = overlay(image, bodies)
    aside, second = side(bodies)
    _save(over, folder / "overlay.png")
    _save(aside, folder / "side.png")
    return tuple(dict.fromkeys([*first, *second]))


def write_overlays(
    images: Sequence[Image], views: Sequence[Body], body: Body, folder: Path
) -> tuple[str, ...]:
    """Write `overlay_001.png` and so on, one a photo, `overlay.png` of all in a row, and `side.png`.

    Args:
        images: The photos.
        views: The person as each photo shows it.
        body: The person as all photos show it.
        folder: Must exist.

    Returns:
        Warnings, such as that a simpler renderer was used.
    """
    import cv2

    said, row = [], []
    for number, (image, view) in enumerate(zip(images, views, strict=True), 1):
        drawn, warnings = overlay(image, [view])
        said += warnings
        _save(drawn, folder / f"overlay_{number:03d}.png")
        height, width = drawn.shape[:2]
        row.append(cv2.resize(drawn, (max(round(width * ROW_PX / height), 1), ROW_PX)))
    _save(np.concatenate(row, axis=1), folder / "overlay.png")
    aside, warnings = side([body])
    _save(aside, folder / "side.png")
    return tuple(dict.fromkeys([*said, *warnings]))


def overlay(image: Image, bodies: Sequence[Body]) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Return (h, w, 3) the photo with the bodies drawn over it, long side at most 1024, and warnings."""
    import cv2

    scale = min(1.0, OVERLAY_PX / max(image.width, image.height))
    width, height = max(round(image.width * scale), 1), max(round(image.height * scale), 1)
    photo = cv2.resize(image.pixels, (width, height), interpolation=cv2.INTER_AREA)
    camera = bodies[0].camera
    x, y = camera.center_px
    small = Camera(camera.focal_px * scale, (x * scale, y * scale), (width, height))
    meshes = [_colored(body, number, body.offset_m) for number, body in enumerate(bodies)]
    drawn = render(meshes, [View(small, np.eye(4))])
    alpha = drawn.frames[0, :, :, 3:].astype(np.float32) / 255 * _SHARE
    mixed = photo * (1 - alpha) + drawn.frames[0, :, :, :3] * alpha
    return np.round(mixed).astype(np.uint8), drawn.warnings


def side(bodies: Sequence[Body]) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Return (720, w, 3) the first body from all round, painted if it is, and warnings.

    A body of clay is seen from the front and from its side, a painted one also from between and from behind.
    """
    mesh = _painted(bodies[0])
    size = (SIDE_PX * 3 // 4, SIDE_PX)
    around = (0.0, 90.0) if bodies[0].paint is None else (0.0, 45.0, 90.0, 180.0)
    views = [orbit([mesh], azimuth, elevation_deg=6, size_px=size) for azimuth in around]
    drawn = render([mesh], views)
    frames = drawn.frames.astype(np.float32)
    alpha = frames[..., 3:] / 255
    paper = np.array([244.0, 243.0, 240.0])
    mixed = frames[..., :3] * alpha + paper * (1 - alpha)
    return np.round(np.concatenate(list(mixed), axis=1)).astype(np.uint8), drawn.warnings


def _painted(body: Body) -> Mesh:
    """The posed body with its texture, or as a coloured one without."""
    made = unfolded(body)
    if made is None or body.paint is None:
        return _colored(body, 0, np.zeros(3))
    vertices = body.posed_vertices()[made.vertex]
    return Mesh(vertices, made.faces, uv=made.uv, texture=body.paint.texture, scale="metric")


def _colored(body: Body, number: int, offset_m: NDArray[np.float64]) -> Mesh:
    color = np.array(_COLORS[number % len(_COLORS)], np.uint8)
    vertices = body.posed_vertices() + offset_m
    return Mesh(vertices, body.skin.faces, colors=np.tile(color, (len(vertices), 1)), scale="metric")


def _save(pixels: NDArray[np.uint8], path: Path) -> None:
    from PIL import Image as Picture

    Picture.fromarray(pixels).save(path, format="PNG")
