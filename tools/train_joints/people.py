"""Render random people cheaply and write down what the pose net says of them, beside the truth.

python -m tools.train_joints.people FOLDER --count 1475
"""

import argparse
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sam_body.building import posed_body
from sam_body.lifting import HIPS, SHOULDERS
from sam_body.mannequin import paint
from sam_body.model import body_model
from sam_body.observation import NAMES
from sam_body.sampling import background, random_outfit
from sam_body.skeletons import skeleton
from shared.mesh import Camera, Mesh
from shared.normals import vertex_normals
from shared.pose import LANDMARKS, person_at
from shared.raster import rasterise
from shared.region import Region
from tools.train_joints.poses import random_angles, random_shapes

Array = NDArray[np.float64]

SIZE_PX = (288, 384)
SEED = 77
LEAST_PX = 200
LEAST_SCORE = 0.5
AMBIENT = 0.42
LIGHTS = (((-0.45, 0.65, 0.75), 2.3), ((0.8, 0.15, 0.5), 0.9), ((0.0, -0.5, 0.6), 0.35))
"""Where light comes from in the camera's frame, and its strength: as `shared.render` has it."""
GAMMA = 2.2


@dataclass(frozen=True, eq=False)
class Sight:
    """What the pose net says of a rendered person, and what is true; K landmarks in the order of `NAMES`.

    Args:
        seen_px: (K, 2) landmarks in the picture.
        world_m: (K, 3) the net's metres from the hips, about the ray to them: x right, y up, z to the viewer.
        true_px: (K, 2) where the body's landmarks are.
        true_m: (K, 3) the body's landmarks in the camera's frame.
        focal_px: Of the camera, which an estimate does not get to know.
    """

    seen_px: Array
    world_m: Array
    true_px: Array
    true_m: Array
    focal_px: float


def sight(rng: np.random.Generator) -> Sight | None:
    """Render one random person and let the pose net look; None where it sees nobody.

    Args:
        rng: Source of chance.
    """
    width, height = SIZE_PX
    camera = Camera(float(rng.uniform(1.0, 1.6) * height), (width / 2, height / 2), SIZE_PX)
    model, angles = body_model(), random_angles(rng, 1)[0]
    body = posed_body(model, skeleton("game_engine"), random_shapes(rng, 1)[0], angles, camera)
    mesh = paint(body, random_outfit(rng))
    turn, place = _stand(rng, body.posed_joints(), camera)
    surface = (mesh.vertices - place) @ turn
    pixels = _picture(rng, mesh, surface, camera)
    true = _landmarks(body.posed_joints(), body.posed_vertices(), body.rig.bones)
    true = (true - place) @ turn
    flat = camera.project(true)
    person = person_at(pixels, _region(rng, flat), passes=1)
    if person is None:
        return None
    rows = [LANDMARKS.index(name) for name in NAMES]
    world = person.world_m[rows] * [1.0, -1.0, -1.0]
    return Sight(person.landmarks_px[rows], world, flat, true, camera.focal_px)


def _stand(rng: np.random.Generator, joints: Array, camera: Camera) -> tuple[Array, Array]:
    """Return the camera's turn (3, 3) and its place (3,) in the body's world."""
    tall = max(float(np.ptp(joints[:, 1])) + 0.25, 1.2)
    pitch = rng.uniform(-0.25, 0.12)
    turn = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    distance = camera.focal_px * tall / (0.78 * camera.size_px[1]) * rng.uniform(0.9, 1.2)
    middle = np.array([rng.uniform(-0.15, 0.15), joints[:, 1].mean() + rng.normal(0, 0.05), 0.0])
    return turn, middle + turn[:, 2] * distance


def _picture(rng: np.random.Generator, mesh: Mesh, surface: Array, camera: Camera) -> NDArray[np.uint8]:
    drawn = rasterise(surface, mesh.faces, camera).face
    normals, light = vertex_normals(surface, mesh.faces), np.full(len(surface), AMBIENT)
    for direction, strength in LIGHTS:
        towards = np.array(direction) / np.linalg.norm(direction)
        light += strength / np.pi * np.clip(normals @ towards, 0, None)
    linear = (np.array(mesh.colors)[:, :3] / 255) ** GAMMA * light[:, None]
    shaded = 255 * np.clip(linear, 0, 1) ** (1 / GAMMA)
    pixels, hit = background(rng, camera.size_px), drawn >= 0
    pixels[hit] = shaded[mesh.faces[drawn[hit], 0]]
    return np.round(pixels).astype(np.uint8)


def _landmarks(joints: Array, surface: Array, bones: tuple[str, ...]) -> Array:
    """(K, 3) the landmarks of a posed body in its world."""
    model, fingers = body_model(), {"index": "index_01", "pinky": "pinky_01", "thumb": "thumb_02"}
    points = []
    for name in NAMES:
        side, _, part = name.partition("_")
        if part in fingers:
            points.append(joints[bones.index(f"{fingers[part]}_{side[0]}")])
        else:
            row = model.keypoints.index(name.replace("foot_index", "big_toe"))
            points.append(model.regressor[row] @ surface)
    return np.array(points)


def _region(rng: np.random.Generator, flat_px: Array) -> Region:
    """Return about the square that the net's own landmarks would ask for."""
    hips, shoulders = flat_px[HIPS].mean(0), flat_px[SHOULDERS].mean(0)
    reach = 1.08 * float(np.linalg.norm(flat_px - hips, axis=1).max())
    right, down = (shoulders - hips).tolist()
    side, angle = 2.5 * reach * rng.uniform(0.92, 1.08), np.arctan2(right, -down) + rng.normal(0, 0.05)
    return Region(float(hips[0]), float(hips[1]), float(side), float(angle))


def main(arguments: list[str] | None = None) -> int:
    """Render people and save what was seen as `people.npz`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1475)
    told = parser.parse_args(arguments)
    seen = (sight(np.random.default_rng([SEED, number])) for number in range(told.count))
    rows = [asdict(one) for one in seen if one is not None]
    told.folder.mkdir(parents=True, exist_ok=True)
    columns = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    np.savez_compressed(told.folder / "people.npz", allow_pickle=False, **columns)
    print(f"{len(rows)} of {told.count} people were seen")
    return 0


if __name__ == "__main__":
    sys.exit(main())
