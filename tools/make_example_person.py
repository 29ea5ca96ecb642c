"""Render `examples/body/person.jpg`: a dressed mannequin in a studio, for trying the body tab.

The person is the suite's own parametric body (CC0 data), so the picture may be shared freely. Soft
light is the mean of many renders, each with one shadowed lamp:

    python tools/make_example_person.py --out examples/body/person.jpg
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from sam_body.building import posed_body
from sam_body.mannequin import Outfit, dress
from sam_body.model import AVERAGE, body_model
from sam_body.skeletons import skeleton
from sam_body.skinning import rotation_matrices, rotation_vectors
from sam_body.start import swing
from shared.mesh import Camera, Mesh
from shared.normals import vertex_normals
from shared.render_child import load_pyrender

SIZE_PX, FINER = (768, 1024), 2
PAPER = (172, 170, 167)
# World directions of limbs: x to the person's left, y up, z forward.
DIRECTIONS = {
    "upperarm_l": (0.34, -0.93, -0.10),
    "lowerarm_l": (0.16, -0.90, 0.40),
    "upperarm_r": (-0.80, -0.58, 0.14),
    "lowerarm_r": (-0.30, 0.86, 0.42),
    "thigh_l": (0.17, -0.97, 0.10),
    "calf_l": (0.12, -0.98, -0.10),
    "thigh_r": (-0.07, -0.98, 0.10),
    "calf_r": (-0.05, -0.985, -0.11),
}
TURNS = {
    "pelvis": (0.0, -0.22, 0.0),
    "spine_01": (-0.02, 0.03, -0.04),
    "spine_02": (-0.02, 0.03, -0.04),
    "spine_03": (0.02, 0.05, -0.02),
    "neck_01": (0.03, 0.10, 0.02),
    "head": (0.06, 0.12, -0.03),
}
FEET = {"foot_l": 0.12, "foot_r": -0.38}
"""Where the toes point, radians about the vertical; soles stay flat."""


def pose_angles() -> np.ndarray:
    """Return (J, 3) rotation vectors: turns where given, limbs swung to their directions."""
    model = body_model()
    blend = model.coefficients(AVERAGE)
    heads = model.heads + np.tensordot(blend, model.heads_shapes, 1)
    tails = model.tails + np.tensordot(blend, model.tails_shapes, 1)
    total = np.tile(np.eye(3), (len(model.bones), 1, 1))
    local = total.copy()
    for j, name in enumerate(model.bones):
        parent = model.parents[j]
        above = total[parent] if parent >= 0 else np.eye(3)
        if name in FEET:
            turn = rotation_matrices(np.array([0.0, FEET[name], 0.0]))
            local[j] = above.T @ turn  # flat on the floor
        elif name in DIRECTIONS:
            local[j] = swing(tails[j] - heads[j], above.T @ np.array(DIRECTIONS[name]))
        elif name in TURNS:
            axes = model.axes[j]
            local[j] = axes @ rotation_matrices(np.array(TURNS[name])) @ axes.T
        total[j] = above @ local[j]
    axes = model.axes
    return rotation_vectors(axes.transpose(0, 2, 1) @ local @ axes)


def backdrop() -> Mesh:
    """Return a studio's sweep: a floor that bends up into a wall."""
    turn = np.linspace(0, np.pi / 2, 24)
    radius, back = 1.6, -1.6
    profile = [
        (4.0, 0.0),
        *[(back - radius * np.sin(t), radius * (1 - np.cos(t))) for t in turn],
        (-3.2, 6.0),
    ]
    z, y = np.array(profile).T
    x = np.array([-4.5, 4.5])
    vertices = np.stack([np.tile(x, len(z)), np.repeat(y, 2), np.repeat(z, 2)], axis=1)
    rows = np.arange(len(z) - 1)[:, None] * 2
    faces = np.concatenate([rows + [0, 1, 2], rows + [1, 3, 2]])
    return Mesh(vertices, faces, colors=np.tile(np.array(PAPER, np.uint8), (len(vertices), 1)))


def lamps(rng: np.random.Generator, key: int, sky: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return (direction to the lamp, linear strength by colour) of a soft box and a dim sky."""
    made = []
    for _ in range(key):
        made.append(
            (np.array([-0.62, 0.78, 0.72]) + rng.normal(0, 0.16, 3), np.array([1.25, 1.2, 1.12]) / key)
        )
    for _ in range(sky):
        direction = rng.normal(size=3)
        direction[1] = abs(direction[1]) + 0.15
        direction[2] = abs(direction[2]) + 0.1
        made.append((direction, np.array([0.8, 0.83, 0.9]) / sky))
    return made


def facing(direction: np.ndarray) -> np.ndarray:
    """Return the (4, 4) pose of a lamp that shines from a direction."""
    back = direction / np.linalg.norm(direction)
    right = np.cross([0.0, 1.0, 0.01], back)
    right /= np.linalg.norm(right)
    pose = np.eye(4)
    pose[:3, :3] = np.stack([right, np.cross(back, right), back], axis=1)
    pose[:3, 3] = back * 6 + [0, 1, 0]
    return pose


def picture(meshes: list[Mesh], camera: Camera, camera_pose: np.ndarray, lights: list[Any]) -> np.ndarray:
    """Return (H, W, 3) linear light, the sum of one render a lamp."""
    pyrender = load_pyrender()
    width, height = camera.size_px
    renderer = pyrender.OffscreenRenderer(width, height)
    flags = pyrender.RenderFlags
    total = np.zeros((height, width, 3))
    for direction, strength in lights:
        scene = pyrender.Scene(bg_color=[0, 0, 0, 1], ambient_light=[0.06] * 3)
        for mesh in meshes:
            scene.add(pyrender.Mesh([primitive(pyrender, mesh)]))
        lens = pyrender.IntrinsicsCamera(camera.focal_px, camera.focal_px, *camera.center_px, zfar=30)
        scene.add(lens, pose=camera_pose)
        scene.add(pyrender.DirectionalLight(color=np.ones(3), intensity=3.0), pose=facing(direction))
        shot, _ = renderer.render(scene, flags=flags.SKIP_CULL_FACES | flags.SHADOWS_DIRECTIONAL)
        total += (shot / 255.0) ** 2.2 * strength
    renderer.delete()
    return total


def primitive(pyrender: Any, mesh: Mesh) -> Any:
    """Return a matt primitive with smooth normals."""
    matt = pyrender.MetallicRoughnessMaterial(metallicFactor=0.0, roughnessFactor=0.95, doubleSided=True)
    normals = vertex_normals(mesh.vertices, mesh.faces)
    colors = np.concatenate([(np.asarray(mesh.colors) / 255.0) ** 2.2, np.ones((len(normals), 1))], axis=1)
    return pyrender.Primitive(
        positions=mesh.vertices, normals=normals, indices=mesh.faces, color_0=colors, material=matt
    )


def main() -> None:
    """Render and write."""
    from PIL import Image as Picture

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("examples/body/person.jpg"))
    parser.add_argument("--lamps", type=int, default=40)
    parser.add_argument("--finer", type=int, default=FINER)
    options = parser.parse_args()
    shape = np.array([0.12, 0.66, 0.5, 0.45, 0.5, 0.7])
    width, height = (side * options.finer for side in SIZE_PX)
    camera = Camera(2.0 * height, (width / 2, height * 0.5), (width, height))
    body = posed_body(body_model(), skeleton("game_engine"), shape, pose_angles(), camera)
    outfit = Outfit(shirt=(44, 122, 128), trousers=(92, 84, 76), hair=(52, 36, 28))
    pitch = -0.04
    cos, sin = np.cos(pitch), np.sin(pitch)
    camera_pose = np.eye(4)
    camera_pose[:3, :3] = [[1, 0, 0], [0, cos, -sin], [0, sin, cos]]
    camera_pose[:3, 3] = np.array([-0.02, 0.93, 0.0]) + camera_pose[:3, 2] * 4.35
    meshes = [backdrop(), *dress(body, outfit)]
    light = picture(
        meshes, camera, camera_pose, lamps(np.random.default_rng(3), options.lamps, options.lamps)
    )
    tone = light / (1 + 0.35 * light) * 1.22  # a soft shoulder instead of clipped whites
    shown = np.clip(tone, 0, 1) ** (1 / 2.2)
    final = Picture.fromarray(np.round(shown * 255).astype(np.uint8)).resize(SIZE_PX, Picture.Resampling.BOX)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    final.save(options.out, quality=92)
    print(f"{options.out}: {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
