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

OVERLAY_PX, SIDE_PX, ROW_PX, ABOVE_DEG = 1024, 720, 720, 89.0
_COLORS = ((216, 150, 108), (84, 150, 214), (126, 184, 92), (196, 110, 190), (214, 186, 72))
_BONES = ((216, 84, 48), (36, 96, 200), (60, 140, 40), (150, 50, 160), (170, 130, 20))
_PAPER, _JOINT = (255, 255, 255), (40, 40, 44)
_SHARE = 0.72
_SHIFT = 4  # OpenCV draws at places in sixteenths of a pixel
_FINER = 1 << _SHIFT
_SMALL_PX = 200
"""Height of a person in the picture up to which lines and dots are as small as can be."""


def write_previews(image: Image, bodies: Sequence[Body], folder: Path) -> tuple[str, ...]:
    """Write the bodies over the photo and from all round into a folder.

    `overlay.png` has their surfaces over the photo, `overlay_skeleton.png` their bones, `overlay_both.png`
    both, and `overlay_beside.png` the photo with both beside it; `side.png` is what `side` draws. Several
    people have their numbers over their heads, from 1.

    Args:
        image: The photo.
        bodies: At least one.
        folder: Must exist.

    Returns:
        Warnings, such as that a simpler renderer was used.
    """
    over, first = overlay(image, bodies)
    aside, second = side(bodies)
    photo, camera = _shrunk(image, bodies[0].camera)
    both = with_bones(over, bodies, camera)
    bones = with_bones(photo, bodies, camera)
    if len(bodies) > 1:
        over, bones, both = (with_numbers(drawn, bodies, camera) for drawn in (over, bones, both))
    _save(over, folder / "overlay.png")
    _save(bones, folder / "overlay_skeleton.png")
    _save(both, folder / "overlay_both.png")
    _save(np.concatenate([photo, both], axis=1), folder / "overlay_beside.png")
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
    photo, camera = _shrunk(image, bodies[0].camera)
    meshes = [_colored(body, number, body.offset_m) for number, body in enumerate(bodies)]
    drawn = render(meshes, [View(camera, np.eye(4))])
    alpha = drawn.frames[0, :, :, 3:].astype(np.float32) / 255 * _SHARE
    mixed = photo * (1 - alpha) + drawn.frames[0, :, :, :3] * alpha
    return np.round(mixed).astype(np.uint8), drawn.warnings


def with_bones(picture: NDArray[np.uint8], bodies: Sequence[Body], camera: Camera) -> NDArray[np.uint8]:
    """Return a picture with every body's bones as lines and their joints as dots, thinner on small people.

    Args:
        picture: (h, w, 3) uint8.
        bodies: In the camera's frame.
        camera: Of this picture's size.
    """
    import cv2

    drawn = np.ascontiguousarray(picture.copy())
    widest = max(round(max(picture.shape[:2]) / 320), 1)
    for number, body in enumerate(bodies):
        first = body.rig.mover  # above it: the floor
        places = camera.project(body.posed_joints() + body.offset_m)
        tall = float(np.ptp(places[first:], axis=0).max())
        width = int(np.clip(round(tall / 250), 1, widest))
        more = 1 + (tall > _SMALL_PX)
        dot = width + more - 1
        at = np.clip(np.round(places * _FINER), -1e6, 1e6).astype(int).tolist()
        pairs = [(int(p), j) for j, p in enumerate(body.rig.parents) if min(int(p), j) >= first]
        for color, wide in ((_PAPER, width + more), (_BONES[number % len(_BONES)], width)):
            for start, end in pairs:
                cv2.line(drawn, at[start], at[end], color, wide, cv2.LINE_AA, _SHIFT)
        crowded = {
            j for p, j in pairs if np.linalg.norm(places[p] - places[j]) < 2 * dot
        }  # as small fingers'
        for joint in range(first, len(at)):
            if joint not in crowded:
                cv2.circle(drawn, at[joint], _FINER * dot, _JOINT, -1, cv2.LINE_AA, _SHIFT)
    return drawn


def with_numbers(picture: NDArray[np.uint8], bodies: Sequence[Body], camera: Camera) -> NDArray[np.uint8]:
    """Return a picture with each body's number over its head, from 1, as results and warnings call people.

    Args:
        picture: (h, w, 3) uint8.
        bodies: In the camera's frame.
        camera: Of this picture's size.
    """
    import cv2

    drawn = np.ascontiguousarray(picture.copy())
    height, width = picture.shape[:2]
    for number, body in enumerate(bodies, 1):
        places = camera.project(body.posed_vertices()[::20] + body.offset_m)
        tall = float(np.ptp(places, axis=0).max())
        scale, text = float(np.clip(tall / 500, 0.5, max(width, height) / 900)), str(number)
        (wide, high), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, 2)
        head = places[np.argmin(places[:, 1])]
        x = int(np.clip(head[0] - wide / 2, 2, max(width - wide - 2, 2)))
        y = int(np.clip(head[1] - 4, high + 4, height - 4))
        for color, thick in ((_PAPER, 6), (_BONES[(number - 1) % len(_BONES)], 2)):
            cv2.putText(drawn, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale, color, thick, cv2.LINE_AA)
    return drawn


def _shrunk(image: Image, camera: Camera) -> tuple[NDArray[np.uint8], Camera]:
    """Return the photo with its long side at most 1024 pixels, and its camera."""
    import cv2

    scale = min(1.0, OVERLAY_PX / max(image.width, image.height))
    width, height = max(round(image.width * scale), 1), max(round(image.height * scale), 1)
    x, y = camera.center_px
    small = Camera(camera.focal_px * scale, (x * scale, y * scale), (width, height))
    photo = cv2.resize(image.pixels, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(photo, np.uint8), small


def side(bodies: Sequence[Body]) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Return (720, w, 3) the first body from all round and from above, and warnings.

    A body of clay is seen from the front and from its side, a painted one also from between and from behind.
    """
    mesh = as_mesh(bodies[0])
    size = (SIDE_PX * 3 // 4, SIDE_PX)
    around = (0.0, 90.0) if bodies[0].paint is None else (0.0, 45.0, 90.0, 180.0)
    views = [orbit([mesh], azimuth, elevation_deg=6, size_px=size) for azimuth in around]
    drawn = render([mesh], [*views, orbit([mesh], 0.0, elevation_deg=ABOVE_DEG, size_px=size)])
    frames = drawn.frames.astype(np.float32)
    alpha = frames[..., 3:] / 255
    paper = np.array([244.0, 243.0, 240.0])
    mixed = frames[..., :3] * alpha + paper * (1 - alpha)
    return np.round(np.concatenate(list(mixed), axis=1)).astype(np.uint8), drawn.warnings


def as_mesh(body: Body) -> Mesh:
    """Return the posed body with its texture, or as a coloured one without."""
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
