"""Set rendered objects before a soft backdrop, with the shadow that they would throw on the floor."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shared.mesh import Mesh
from shared.render import View

TOP_RGB = (246, 246, 250)
BOTTOM_RGB = (214, 219, 226)
_SHADOW_STRENGTH = 0.42
_MOST_SPOTS = 60_000


def compose(
    frames: NDArray[np.uint8], views: Sequence[View], meshes: Sequence[Mesh], *, gradient: bool = True
) -> NDArray[np.uint8]:
    """Lay frames over a light backdrop and a soft floor shadow.

    Args:
        frames: (K, H, W, 4) uint8 with straight alpha, as `render` gives them.
        views: The K views they were drawn from.
        meshes: What was drawn; the floor is below its lowest point, light falls from above.
        gradient: Shade the backdrop from top to bottom; a plain one makes smaller GIFs.

    Returns:
        (K, H, W, 3) uint8.
    """
    height, width = frames.shape[1:3]
    back = _backdrop(height, width) if gradient else np.full((height, width, 3), TOP_RGB, np.float32)
    points = np.concatenate([mesh.vertices for mesh in meshes])
    done = np.empty((*frames.shape[:3], 3), np.uint8)
    for i, (frame, view) in enumerate(zip(frames, views, strict=True)):
        ground = back * (1 - _SHADOW_STRENGTH * _shadow(points, view)[..., None])
        alpha = frame[..., 3:].astype(np.float32) / 255
        done[i] = (frame[..., :3] * alpha + ground * (1 - alpha) + 0.5).astype(np.uint8)
    return done


def _backdrop(height: int, width: int) -> NDArray[np.float32]:
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    columns = np.linspace(-1, 1, width, dtype=np.float32)[None]
    share = np.clip(rows**1.5 + 0.12 * columns**2, 0, 1)[..., None]
    mixed = np.array(TOP_RGB, np.float32) * (1 - share) + np.array(BOTTOM_RGB, np.float32) * share
    return mixed.astype(np.float32)


def _shadow(points: NDArray[np.float64], view: View) -> NDArray[np.float32]:
    """Return how dark the floor is, (H, W) in 0..1: denser and sharper where the object is near to it."""
    import cv2

    width, height = view.camera.size_px
    spots = points[:: max(1, len(points) // _MOST_SPOTS)].copy()
    floor = spots[:, 1].min()
    above = (spots[:, 1] - floor) / max(float(np.ptp(spots[:, 1])), 1e-9)
    spots[:, 1] = floor
    seen = spots @ view.camera_from_world[:3, :3].T + view.camera_from_world[:3, 3]
    pixels = np.round(view.camera.project(seen)).astype(np.int64)
    inside = (pixels >= 0).all(1) & (pixels < (width, height)).all(1) & (seen[:, 2] < 0)
    total = np.zeros((height, width), np.float32)
    for reach, blur, strength in ((1.0, 0.03, 0.55), (0.12, 0.012, 0.45)):
        chosen = pixels[inside & (above <= reach)]
        layer = np.zeros((height, width), np.uint8)
        if len(chosen) >= 3:
            cv2.fillConvexPoly(layer, cv2.convexHull(chosen.astype(np.int32)), 1)
        total += strength * cv2.GaussianBlur(layer.astype(np.float32), (0, 0), blur * width)
    return total
