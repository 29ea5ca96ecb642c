"""The child process of `render_process`: draws with pyrender. A script; it imports nothing of the suite."""

import os
import pickle
import sys
from typing import Any

import numpy as np

# Where light comes from in the camera's frame (x right, y up, z towards the viewer), and its strength.
LIGHTS = (((-0.45, 0.65, 0.75), 2.3), ((0.8, 0.15, 0.5), 0.9), ((0.0, -0.5, 0.6), 0.35))
AMBIENT = 0.42


def load_pyrender() -> Any:
    """Import pyrender 0.1.45 on today's numpy and Python, set to draw without a display."""
    if sys.platform.startswith("linux"):
        os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
    if not hasattr(np, "infty"):
        np.infty = np.inf  # type: ignore[attr-defined]
    from OpenGL.plugins import FormatHandler

    # Python 3.12 moved ctypes' CArgObject; PyOpenGL 3.1.0, which pyrender pins, does not know.
    FormatHandler(
        "ctypesparameter_py312",
        "OpenGL.arrays.ctypesparameters.CtypesParameterHandler",
        ["_ctypes.CArgObject"],
    )
    import pyrender

    return pyrender


def draw(pyrender: Any, parts: list[dict[str, Any]], shots: list[dict[str, Any]]) -> list[np.ndarray]:
    """Draw the parts once for each shot; see `render._part` and `render._shot` for their fields."""
    scene = pyrender.Scene(bg_color=[0.0, 0.0, 0.0, 0.0], ambient_light=[AMBIENT] * 3)
    # One mesh of all parts: pyrender draws the meshes of a scene in another order each time.
    scene.add(pyrender.Mesh([_primitive(pyrender, part) for part in parts]))
    lamps = [
        (scene.add(pyrender.DirectionalLight(color=np.ones(3), intensity=strength)), _towards(direction))
        for direction, strength in LIGHTS
    ]
    width, height = shots[0]["size_px"]
    renderer = pyrender.OffscreenRenderer(width, height)
    try:
        return [_frame(pyrender, scene, lamps, renderer, shot) for shot in shots]
    finally:
        renderer.delete()


def _primitive(pyrender: Any, part: dict[str, Any]) -> Any:
    texture = part["texture"]
    material = pyrender.MetallicRoughnessMaterial(
        metallicFactor=0.0, roughnessFactor=0.85, baseColorFactor=[1.0, 1.0, 1.0, 1.0]
    )
    colors = part["colors"]
    if texture is not None:
        # Four channels: OpenGL expects rows of whole 4-byte words.
        opaque = np.dstack([texture, np.full(texture.shape[:2], 255, np.uint8)])
        material.baseColorTexture = pyrender.Texture(source=opaque, source_channels="RGBA")
    return pyrender.Primitive(
        positions=part["vertices"].astype(np.float32),
        normals=part["normals"].astype(np.float32),
        texcoord_0=None if texture is None else part["uv"].astype(np.float32),
        # pyrender takes textures for sRGB, but vertex colours for linear light.
        color_0=None if colors is None else np.hstack([(colors / 255.0) ** 2.2, np.ones((len(colors), 1))]),
        indices=part["faces"].astype(np.uint32),
        material=material,
        mode=4,
    )


def _frame(pyrender: Any, scene: Any, lamps: list[Any], renderer: Any, shot: dict[str, Any]) -> np.ndarray:
    pose = np.linalg.inv(shot["camera_from_world"])
    reach = float(np.linalg.norm(pose[:3, 3] - scene.centroid) + scene.scale)
    focal = shot["focal_px"]
    column, row = shot["center_px"]
    camera = pyrender.IntrinsicsCamera(focal, focal, column, row, znear=reach / 2000, zfar=reach * 2)
    node = scene.add(camera, pose=pose)
    for lamp, turn in lamps:
        scene.set_pose(lamp, pose @ turn)
    premultiplied, _ = renderer.render(scene, flags=pyrender.RenderFlags.RGBA)
    scene.remove_node(node)
    picture = premultiplied.astype(np.float32)
    alpha = picture[..., 3:]
    picture[..., :3] = np.minimum(picture[..., :3] * 255 / np.maximum(alpha, 1), 255)
    return np.where(alpha > 0, picture + 0.5, 0).astype(np.uint8)


def _towards(direction: tuple[float, float, float]) -> np.ndarray:
    """Return a pose whose +z points to where the light comes from."""
    z = np.array(direction) / np.linalg.norm(direction)
    x = np.cross([0.0, 1.0, 0.0], z)
    x /= np.linalg.norm(x)
    turn = np.eye(4)
    turn[:3, :3] = np.stack([x, np.cross(z, x), z], axis=1)
    return turn


def main() -> None:
    """Answer pickled requests on standard input until it closes."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever libraries print goes to the error stream
    pyrender = None
    while True:
        try:
            request = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            pyrender = pyrender or load_pyrender()
            reply = ("frames", draw(pyrender, request["parts"], request["shots"]))
        except Exception as error:  # any failure of a driver becomes an answer; the parent decides
            reply = ("error", f"pyrender failed: {type(error).__name__}: {str(error)[:200]}")
        pickle.dump(reply, replies, protocol=5)
        replies.flush()


if __name__ == "__main__":
    main()
