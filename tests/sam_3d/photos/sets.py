"""Small photo sets with known cameras, outlines and mesh."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.album import Album, Photo
from sam_3d.photos.cameras import turntable_view
from sam_3d.photos.mat import Paper, picture
from shared.media import Image
from shared.mesh import Camera, Mesh
from shared.render import View, sketch

GREY = (205, 206, 201)


@dataclass(frozen=True, eq=False)
class Shot:
    """Photos and what is true of them."""

    album: Album
    masks: tuple[NDArray[np.bool_], ...]
    views: tuple[View, ...]
    mesh: Mesh


def thing(size: float = 1.0) -> Mesh:
    """Return a ball with a block beside it, on the ground y = 0, `size` high, in smooth colours."""
    import trimesh

    ball, block = trimesh.creation.icosphere(3, 0.4), trimesh.creation.box((0.32, 1.0, 0.5))
    ball.apply_translation((0, 0.4, 0))
    block.apply_translation((0.35, 0.5, 0.05))
    both = trimesh.util.concatenate([ball, block])
    points = np.asarray(both.vertices, np.float64)
    colours = np.clip(120 + 90 * np.sin(points * 9), 10, 200).astype(np.uint8)
    return Mesh(points * size, np.asarray(both.faces), colors=colours)


def turned(count: int = 8, *, size_px: tuple[int, int] = (240, 200), elevation_deg: float = 22.0) -> Shot:
    """Photograph the thing on a turntable; the focal length is 1.4 times the width."""
    camera = Camera(1.4 * size_px[0], (size_px[0] / 2, size_px[1] / 2), size_px)
    views = []
    for i in range(count):
        view = turntable_view(camera, 2 * np.pi * i / count, elevation=np.radians(elevation_deg))
        pose = view.camera_from_world.copy()
        pose[:3, 3] = pose[:3, :3] @ (0, -0.45, 0) + (0.1, 0, -3.0)
        views.append(View(camera, pose))
    return shot(thing(), views)


def shot(mesh: Mesh, views: list[View], behind: list[NDArray[np.uint8]] | None = None) -> Shot:
    """Photograph a mesh on grey, or on pictures."""
    photos, masks = [], []
    for i, view in enumerate(views):
        frame = sketch([mesh], view)
        alpha = frame[..., 3:] / 255
        back = np.array(GREY) if behind is None else behind[i]
        pixels = frame[..., :3] * alpha + back * (1 - alpha)
        photos.append(Photo(f"{i:02}.png", Image(pixels.astype(np.uint8))))
        masks.append(frame[..., 3] > 127)
    return Shot(Album(tuple(photos)), tuple(masks), tuple(views), mesh)


def on_mat(
    paper: Paper,
    count: int = 4,
    *,
    size_px: tuple[int, int] = (800, 600),
    elevations_deg: tuple[float, float] = (35, 55),
) -> Shot:
    """Photograph a thing 50 mm high on a mat, as if by hand."""
    import cv2

    rng, page = np.random.default_rng(2), picture(paper)
    camera = Camera(1.1 * size_px[0], (size_px[0] / 2, size_px[1] / 2), size_px)
    views, behind = [], []
    width, height = paper.size_mm
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]])
    flat = (corners - paper.corner_mm - paper.middle_mm) / 1000
    world = np.stack([flat[:, 0], np.zeros(4), flat[:, 1]], axis=1)
    for i in range(count):
        azimuth, up = (
            2 * np.pi * (i + rng.uniform(-0.2, 0.2)) / count,
            np.radians(rng.uniform(*elevations_deg)),
        )
        back = np.array([np.sin(azimuth) * np.cos(up), np.sin(up), np.cos(azimuth) * np.cos(up)])
        right = np.cross((rng.uniform(-0.1, 0.1), 1, 0), back)
        right /= np.linalg.norm(right)
        pose = np.eye(4)
        pose[:3, :3] = right, np.cross(back, right), back
        pose[:3, 3] = pose[:3, :3] @ -(back * rng.uniform(0.32, 0.38) + (0, 0.015, 0))
        view = View(camera, pose)
        turn, shift = pose[:3, :3], pose[:3, 3]
        spots = camera.project(world @ turn.T + shift) - 0.5
        plane = cv2.getPerspectiveTransform((corners * 8 - 0.5).astype(np.float32), spots.astype(np.float32))
        seen = cv2.warpPerspective(page, plane, size_px, flags=cv2.INTER_AREA, borderValue=140)
        behind.append(np.repeat(cv2.GaussianBlur(seen, (0, 0), 0.7)[..., None], 3, axis=2))
        views.append(view)
    return shot(thing(0.05), views, behind)
