"""One small result of each kind, for the tests that walk the registries."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from shared.masks import Masks
from shared.media import Image, Waveform

RATE = 8000


def disk(height: int = 60, width: int = 80) -> np.ndarray:
    """(H, W) bool: a round thing left of the middle."""
    y, x = np.mgrid[:height, :width]
    return (y - height / 2) ** 2 + (x - width / 2.5) ** 2 < (height / 3) ** 2


def photo() -> Image:
    """A red disk on green."""
    pixels = np.where(disk()[:, :, None], (220, 40, 40), (60, 160, 60)).astype(np.uint8)
    return Image(pixels)


def waveform() -> Waveform:
    """A second of noise in two channels."""
    return Waveform(np.random.default_rng(0).uniform(-0.4, 0.4, (2, RATE)).astype(np.float32), RATE)


def masks() -> Masks:
    """Two masks, one named."""
    return Masks(np.stack([disk(), ~disk()]), (0.9, 0.4), ("ball", ""))


def stem() -> Any:
    """The waveform as a target."""
    from sam_audio.types import Stem

    return Stem("speech", waveform())


def separation() -> Any:
    """A mix of two halves."""
    from sam_audio.types import Separation, Stem

    half = Waveform(waveform().samples / 2, RATE)
    return Separation(waveform(), (Stem("speech", half),), Stem("residual", half))


@cache
def reconstruction() -> Any:
    """The disk, lifted."""
    from sam_3d.lift import lift

    return lift(photo(), disk())


@cache
def scene() -> Any:
    """The disk twice, on the ground."""
    from sam_3d.arrange import Item, arrange

    items = [Item("ball", reconstruction(), disk()), Item("ball", reconstruction(), disk())]
    return arrange(items, (80, 60)).scene


@cache
def body() -> Any:
    """A body in its rest pose."""
    from sam_body.building import posed_body
    from sam_body.model import body_model
    from sam_body.observation import default_camera
    from sam_body.skeletons import skeleton

    model = body_model()
    shape, angles = np.full(6, 0.5), np.zeros((len(model.bones), 3))
    return posed_body(model, skeleton("game_engine"), shape, angles, default_camera(80, 60))


def photo_people() -> Any:
    """The body, as a photo's only person."""
    from sam_body.export.coco import PhotoPeople

    return PhotoPeople((body(),), "photo.png")


@cache
def motion() -> Any:
    """The body, raising one arm in three frames."""
    from scipy.spatial.transform import Rotation

    from sam_body.motion import Motion

    person = body()
    turns = np.tile(np.eye(3), (3, len(person.rig.bones), 1, 1))
    turns[:, person.rig.bones.index("upperarm_l")] = Rotation.from_rotvec(
        np.radians([[0, 0, 0], [0, 0, 20], [0, 0, 40]])
    ).as_matrix()
    return Motion(person, turns, np.zeros((3, 3)), 1 / 30)


@cache
def take() -> Any:
    """The motion as one person of a video, with a frame that was filled."""
    from sam_body.video.types import Take

    flags = np.zeros((3, 4), bool)
    flags[:2, 1] = True
    return Take(
        0,
        motion(),
        0.5,
        np.arange(15, 18),
        np.array([True, False, True]),
        flags,
        np.array([0.9, 0.0, 0.8]),
        body().camera,
        np.eye(4),
    )


SAMPLES: dict[str, Callable[[], Any]] = {
    "Waveform": waveform,
    "Stem": stem,
    "Separation": separation,
    "Masks": masks,
    "Reconstruction": reconstruction,
    "Scene": scene,
    "Body": body,
    "PhotoPeople": photo_people,
    "Motion": motion,
    "Take": take,
}
