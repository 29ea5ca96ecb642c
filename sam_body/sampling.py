"""Random people in mild poses, and photos of them: for benchmarks, tests and training data."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sam_body.building import posed_body
from sam_body.mannequin import Outfit, dress
from sam_body.model import AVERAGE, body_model
from sam_body.priors import JOINTS
from sam_body.skeletons import skeleton
from sam_body.types import Body
from shared.media import Image
from shared.mesh import Camera

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scene:
    """A rendered photo with its truth.

    Args:
        image: The photo.
        mask: (H, W) bool, pixels of the person.
        body: The person, in its own world.
        joints_m: (J, 3) the posed joints in the camera's frame.
        camera: The camera that took it (an estimate does not get to see it).
    """

    image: Image
    mask: NDArray[np.bool_]
    body: Body
    joints_m: Array
    camera: Camera


def mild_pose(rng: np.random.Generator, *, strength: float = 0.3) -> Array:
    """Return (J, 3) rotation vectors of a standing or walking person who does something with the arms.

    Args:
        rng: Source of chance.
        strength: 0.3 is mild; 0.6 has raised arms and bent knees.
    """
    model = body_model()
    angles = np.zeros((len(model.bones), 3))
    turns: dict[str, Array] = {"pelvis": np.array([rng.normal(0, 0.08), rng.uniform(-0.9, 0.9), 0.0])}
    for name in ("spine_01", "spine_02", "spine_03"):
        turns[name] = rng.normal(0, 0.06, 3)
    for name in ("neck_01", "head"):
        turns[name] = rng.normal(0, 0.12, 3)
    for side in "lr":
        turns[f"clavicle_{side}"] = rng.normal(0, 0.05, 3)
        turns[f"upperarm_{side}"] = rng.normal(0, 0.9 * strength, 3)
        turns[f"lowerarm_{side}"] = np.array([rng.uniform(-0.6, 3 * strength), rng.normal(0, 0.2), 0])
        turns[f"hand_{side}"] = rng.normal(0, 0.15, 3)
        thigh = [-rng.uniform(-0.2, 1.2 * strength), rng.normal(0, 0.15), rng.normal(0, 0.12)]
        turns[f"thigh_{side}"] = np.array(thigh)
        turns[f"calf_{side}"] = np.array([rng.uniform(0, 1.6 * strength), 0, 0])
        turns[f"foot_{side}"] = rng.normal(0, 0.1, 3) * [1, 0.3, 0.3]
    for name, turn in turns.items():
        angles[model.index[name]] = turn
    return angles


def random_shape(rng: np.random.Generator) -> Array:
    """Return (6,) the shape of some grown person."""
    shape = np.clip(AVERAGE + rng.normal(0, [0.4, 0.05, 0.2, 0.2, 0.25, 0.2]), 0, 1)
    shape[1] = max(shape[1], 0.5)
    return shape


def random_outfit(rng: np.random.Generator) -> Outfit:
    """Return clothes of random colours, long or short, on light or dark skin."""
    skin = np.array([224, 172, 140]) * rng.uniform(0.5, 1)

    def color(low: int, high: int) -> tuple[int, int, int]:
        red, green, blue = (int(v) for v in rng.integers(low, high, 3))
        return red, green, blue

    return Outfit(
        skin=(int(skin[0]), int(skin[1]), int(skin[2])),
        shirt=color(30, 220),
        trousers=color(20, 150),
        hair=color(20, 110),
        sleeve=float(rng.choice([0.6, 1.9])),
        leg=float(rng.choice([0.85, 1.8])),
    )


def random_scene(seed: int, *, strength: float = 0.3, size_px: tuple[int, int] = (768, 1024)) -> Scene:
    """Render a random person over a random background with a random camera.

    Focal length, distance, height and pitch of the camera vary; the background is cloudy noise.

    Args:
        seed: Same seed, same scene.
        strength: See `mild_pose`.
        size_px: Width and height of the photo.
    """
    rng = np.random.default_rng(seed)
    camera = _camera(rng, size_px)
    shape, angles = random_shape(rng), mild_pose(rng, strength=strength)
    body = posed_body(body_model(), skeleton("game_engine"), shape, angles, camera)
    turn, place = _stand(rng, camera)
    return _photo(rng, body, random_outfit(rng), camera, turn, place)


def random_views(
    seed: int,
    *,
    azimuths_deg: tuple[float, ...] = (0.0, 90.0),
    strength: float = 0.3,
    sway_rad: float = 0.03,
    ease: float = 1.0,
    size_px: tuple[int, int] = (768, 1024),
) -> tuple[Scene, ...]:
    """Render several photos of one random person who turns between them and keeps about the same pose.

    Args:
        seed: Same seed, same photos.
        azimuths_deg: How far the person has turned in each photo; each differs from it by some degrees.
        strength: See `mild_pose`.
        sway_rad: Standard deviation of each joint's angles from photo to photo.
        ease: How far the clothes lie off the skin, as a share of the usual.
        size_px: Width and height of the photos.
    """
    rng = np.random.default_rng(seed)
    shape, angles = random_shape(rng), mild_pose(rng, strength=strength)
    outfit = replace(random_outfit(rng), ease=ease)
    hips, upright = body_model().mover, body_model().axes[body_model().mover].T
    rows = [body_model().index[name] for name in JOINTS]
    spread = np.array([joint.spread for joint in JOINTS.values()])
    scenes = []
    for azimuth in azimuths_deg:
        posed = angles.copy()
        posed[rows] += rng.normal(0, sway_rad, (len(rows), 3)) * np.minimum(spread, 1)
        posed[hips] = upright @ [0, np.radians(azimuth + rng.normal(0, 8)), 0]
        camera = _camera(rng, size_px)
        body = posed_body(body_model(), skeleton("game_engine"), shape, posed, camera)
        turn, place = _stand(rng, camera)
        scenes.append(_photo(rng, body, outfit, camera, turn, place))
    return tuple(scenes)


def _camera(rng: np.random.Generator, size_px: tuple[int, int]) -> Camera:
    width, height = size_px
    return Camera(float(rng.uniform(1.0, 1.6) * height), (width / 2, height / 2), size_px)


def _stand(rng: np.random.Generator, camera: Camera) -> tuple[Array, Array]:
    """Return the camera's turn (3, 3) and its place (3,) in the body's world."""
    pitch = rng.uniform(-0.2, 0.05)
    distance = camera.focal_px * 1.9 / (0.68 * camera.size_px[1]) * rng.uniform(0.9, 1.2)
    turn = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    return turn, np.array([rng.uniform(-0.2, 0.2), 0.9, 0.0]) + turn[:, 2] * distance


def _photo(
    rng: np.random.Generator, body: Body, outfit: Outfit, camera: Camera, turn: Array, place: Array
) -> Scene:
    from shared.render import View, render

    view = np.eye(4)
    view[:3, :3], view[:3, 3] = turn.T, -turn.T @ place
    frame = render(dress(body, outfit), [View(camera, view)]).frames[0].astype(np.float64)
    alpha = frame[..., 3:] / 255
    pixels = frame[..., :3] * alpha + background(rng, camera.size_px) * (1 - alpha)
    joints = (body.posed_joints() - place) @ turn
    return Scene(Image(np.round(pixels).astype(np.uint8)), alpha[..., 0] > 0.5, body, joints, camera)


def background(rng: np.random.Generator, size_px: tuple[int, int]) -> Array:
    """Return (H, W, 3) cloudy noise of some colour, sRGB in 0..255."""
    import cv2

    width, height = size_px
    base = rng.uniform(70, 210, 3)
    clouds = np.zeros((height, width, 3))
    for cells, strength in ((4, 18.0), (24, 8.0), (96, 5.0)):
        noise = rng.normal(0, strength, (cells * height // width, cells, 3))
        clouds += cv2.resize(noise, size_px, interpolation=cv2.INTER_CUBIC)
    return np.clip(base + clouds, 0, 255)
