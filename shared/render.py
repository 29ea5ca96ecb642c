"""Draw meshes to pictures: with pyrender in a child process, or with numpy where OpenGL does not work."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError
from shared.mesh import Camera, Mesh
from shared.normals import vertex_normals
from shared.progress import Progress

MAX_SIDE_PX = 4096
_FRAMES_A_REQUEST = 6
_CLAY = (196, 192, 186)


@dataclass(frozen=True, eq=False)
class View:
    """A camera and where it stands.

    Args:
        camera: Focal length, centre and size of the picture, in pixels.
        camera_from_world: (4, 4) rigid matrix from the meshes' frame to the camera's (view along −z, y up).
    """

    camera: Camera
    camera_from_world: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rendering:
    """Pictures of the meshes, one for each view.

    Args:
        frames: (K, H, W, 4) uint8 sRGB with straight alpha; 0 where nothing was hit.
        renderer: What drew them.
        warnings: Why it was not the better renderer; empty when it was.
    """

    frames: NDArray[np.uint8]
    renderer: Literal["pyrender", "numpy"]
    warnings: tuple[str, ...] = ()


def render(
    meshes: Sequence[Mesh],
    views: Sequence[View],
    *,
    timeout_s: float = 60.0,
    progress: Progress | None = None,
) -> Rendering:
    """Draw all meshes together, softly lit from the camera's upper left, once for each view.

    Args:
        meshes: At least one; coloured by texture, by vertex colours, or as clay.
        views: At least one; all with pictures of one size.
        timeout_s: Longest time for the pyrender process; after that numpy draws.
        progress: Told of each few frames.

    Raises:
        InputError: No mesh, no triangle, no view, pictures of different or impossible sizes.
        Cancelled: The run was cancelled.
    """
    from shared import render_process, shading

    _check(meshes, views)
    progress = progress or Progress()
    parts = [_part(mesh) for mesh in meshes]
    groups = [views[i : i + _FRAMES_A_REQUEST] for i in range(0, len(views), _FRAMES_A_REQUEST)]
    frames: list[NDArray[np.uint8]] = []
    deadline = render_process.Deadline(timeout_s)
    problem = ""
    for group in groups:
        progress.step(len(frames) / len(views), "rendering")
        if not problem:
            try:
                frames.extend(render_process.draw(parts, [_shot(view) for view in group], deadline))
                continue
            except render_process.RenderFailure as failure:
                problem = str(failure)
                frames.clear()
                break
    if not problem:
        return Rendering(np.stack(frames), "pyrender")
    for i, view in enumerate(views):
        progress.step(i / len(views), "rendering without OpenGL")
        frames.append(shading.draw(parts, view.camera, view.camera_from_world))
    return Rendering(np.stack(frames), "numpy", (f"Previews were drawn without OpenGL ({problem}).",))


def sketch(meshes: Sequence[Mesh], view: View) -> NDArray[np.uint8]:
    """Draw one small picture at once with numpy, without waiting for a renderer: (H, W, 4) as in `render`.

    Raises:
        InputError: As `render`.
    """
    from shared import shading

    _check(meshes, [view])
    return shading.draw([_part(mesh) for mesh in meshes], view.camera, view.camera_from_world)


def orbit(
    meshes: Sequence[Mesh],
    azimuth_deg: float,
    *,
    elevation_deg: float = 12.0,
    size_px: tuple[int, int] = (480, 480),
    field_of_view_deg: float = 28.0,
    fill: float = 0.9,
) -> View:
    """Look at the meshes from a point on a circle around their middle; every azimuth frames them alike.

    Args:
        meshes: What is to be seen.
        azimuth_deg: 0 sees the side that faces +z, 90 the side that faces +x.
        elevation_deg: Height of the camera above the horizon.
        size_px: Width and height of the picture.
        field_of_view_deg: Along the shorter side of the picture.
        fill: Part of the picture that the turning object may take, 0..1.
    """
    points = np.concatenate([mesh.vertices for mesh in meshes])
    middle = (points.min(0) + points.max(0)) / 2
    radius = float(np.hypot(*(points - middle)[:, [0, 2]].T).max())
    half_height = float(np.ptp(points[:, 1]) / 2)
    width, height = size_px
    focal_px = min(size_px) / 2 / np.tan(np.radians(field_of_view_deg / 2))
    elevation = np.radians(elevation_deg)
    # The object turns inside a cylinder; its nearest points, seen obliquely, must stay inside the picture.
    reach = half_height * np.cos(elevation) + radius * abs(np.sin(elevation))
    depth = radius * np.cos(elevation) + half_height * abs(np.sin(elevation))
    distance = (
        max(radius * focal_px / (fill * width / 2), reach * focal_px / (fill * height / 2)) + 0.5 * depth
    )
    azimuth = np.radians(azimuth_deg)
    backward = np.array(
        [np.sin(azimuth) * np.cos(elevation), np.sin(elevation), np.cos(azimuth) * np.cos(elevation)]
    )
    right = np.array([np.cos(azimuth), 0.0, -np.sin(azimuth)])
    pose = np.eye(4)
    pose[:3, :3] = right, np.cross(backward, right), backward
    pose[:3, 3] = pose[:3, :3] @ -(middle + distance * backward)
    return View(Camera(float(focal_px), (width / 2, height / 2), size_px), pose)


def _check(meshes: Sequence[Mesh], views: Sequence[View]) -> None:
    if not meshes or not any(len(mesh.faces) for mesh in meshes) or not views:
        raise InputError("Rendering wants at least one triangle and one view.")
    sizes = {view.camera.size_px for view in views}
    if len(sizes) > 1 or not all(1 <= side <= MAX_SIDE_PX for size in sizes for side in size):
        raise InputError(
            f"All views want one size of 1 to {MAX_SIDE_PX} pixels a side, but got {sorted(sizes)}."
        )


def _part(mesh: Mesh) -> dict[str, NDArray | None]:
    """Reduce a mesh to the plain arrays that both renderers read."""
    textured = mesh.texture is not None and mesh.uv is not None
    colors = None if textured else mesh.colors
    if not textured and colors is None:
        colors = np.broadcast_to(np.array(_CLAY, np.uint8), (len(mesh.vertices), 3))
    return {
        "vertices": np.asarray(mesh.vertices),
        "faces": np.asarray(mesh.faces),
        "normals": vertex_normals(mesh.vertices, mesh.faces),
        "uv": mesh.uv if textured else None,
        "texture": mesh.texture if textured else None,
        "colors": None if colors is None else np.ascontiguousarray(colors),
    }


def _shot(view: View) -> dict[str, object]:
    camera = view.camera
    return {
        "focal_px": camera.focal_px,
        "center_px": camera.center_px,
        "size_px": camera.size_px,
        "camera_from_world": view.camera_from_world,
    }
