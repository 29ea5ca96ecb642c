"""People as the nets would see them, straight from a walk's truth: for tests without pictures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from sam_body.model import AVERAGE, body_model
from sam_body.observation import NAMES
from sam_body.types import Body
from sam_body.video.tracking import Eyes, Track, Tracker
from sam_body.walking import Stage, Walk, random_walk
from shared.pose import LANDMARKS, Person
from shared.region import Region

SIZE = (640, 480)
FINGERS = {"index": "index_01", "pinky": "pinky_01", "thumb": "thumb_02"}


def landmarks_m(body: Body) -> np.ndarray:
    """(27, 3) the landmarks of a body in its world, in the order of `NAMES`."""
    model, surface, joints = body_model(), body.posed_vertices(), body.posed_joints()
    found = []
    for name in NAMES:
        side, _, part = name.partition("_")
        if part in FINGERS:
            found.append(joints[body.rig.bones.index(f"{FINGERS[part]}_{side[0]}")])
        else:
            row = model.keypoints.index(name.replace("foot_index", "big_toe"))
            found.append(model.regressor[row] @ surface)
    return np.array(found)


@cache
def stage(heading: float = 1.2, speed: float = 1.1, people: int = 1, gap_m: float = 1.4) -> Stage:
    """Some people in a row who walk alike."""
    walks = []
    for number in range(people):
        walk = random_walk(number + 3, heading_rad=heading, speed_m_s=speed)
        walks.append(replace(walk, start_m=(-1.3 + gap_m * number, -1.0)))
    return Stage(tuple(walks), size_px=SIZE)


def person_of(stage: Stage, walk: Walk, time_s: float, rng: np.random.Generator, noise_px: float) -> Person:
    """One person as the landmark net would see them, with noise."""
    turn, move = stage.camera_from_world[:3, :3], stage.camera_from_world[:3, 3]
    points = landmarks_m(walk.at(time_s)) @ turn.T + move
    flat = stage.camera.project(points) + rng.normal(0, noise_px, (len(points), 2))
    hips = points[[NAMES.index("left_hip"), NAMES.index("right_hip")]].mean(0)
    world = points - hips + rng.normal(0, noise_px / 150, points.shape)
    xy, metres = np.tile(flat[0], (39, 1)), np.zeros((33, 3))
    for row, name in enumerate(LANDMARKS):
        if name in NAMES:
            xy[row], metres[row] = flat[NAMES.index(name)], world[NAMES.index(name)]
        else:
            metres[row] = world[0]
    middle = flat[[NAMES.index("left_hip"), NAMES.index("right_hip")]].mean(0)
    xy[33], xy[34] = middle, middle - [0.0, np.ptp(flat[:, 1]) * 0.6]
    inside = ((xy[:33] >= 0) & (xy[:33] < SIZE)).all(axis=1)
    return Person(
        xy,
        np.zeros(33),
        np.where(inside, 0.95, 0.02),
        np.where(inside, 0.99, 0.02),
        metres * [1.0, -1.0, -1.0],
        0.99,
        Region(float(middle[0]), float(middle[1]), 300.0),
        np.zeros((256, 256), np.float32),
    )


@dataclass
class Script:
    """Who stands where in each frame; frames tell their number by their first pixel.

    Args:
        people: (F, P) person or None.
        colors: P shirts, RGB.
    """

    people: Sequence[Sequence[Person | None]]
    colors: Sequence[tuple[int, int, int]]

    def picture(self, number: int) -> np.ndarray:
        """A frame: grey, everybody a block of their colour."""
        pixels = np.full((SIZE[1], SIZE[0], 3), 128, np.uint8)
        for person, color in zip(self.people[number], self.colors, strict=True):
            if person is not None:
                left, top, right, bottom = (round(v) for v in person.box_xyxy())
                pixels[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = color
        pixels[0, 0] = number // 256, number % 256, 0
        return pixels

    def eyes(self) -> Eyes:
        """Nets that know the script."""

        def here(pixels: np.ndarray) -> list[Person]:
            number = int(pixels[0, 0, 0]) * 256 + int(pixels[0, 0, 1])
            return [person for person in self.people[number] if person is not None]

        def nearest(people: list[Person], x: float, y: float, reach: float) -> Person | None:
            far = [float(np.hypot(*(p.landmarks_px[33] - (x, y)))) for p in people]
            best = int(np.argmin(far)) if far else -1
            return people[best] if best >= 0 and far[best] < reach else None

        look: Callable[..., Person | None] = lambda pixels, region: nearest(  # noqa: E731
            here(pixels), region.x_px, region.y_px, region.side_px / 4
        )
        return Eyes(
            lambda pixels: [p.box_xyxy() for p in here(pixels)],
            lambda pixels, box: nearest(here(pixels), (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, 80),
            look,
        )


def played(script: Script, stage: Stage, **settings: int) -> Tracker:
    """Let a tracker watch a script."""
    tracker = Tracker(stage.camera, stage.fps, eyes=script.eyes(), **settings)
    for number in range(len(script.people)):
        tracker.step(script.picture(number))
    return tracker


@cache
def walk_script(frames: int = 60, noise_px: float = 1.5, away: tuple[int, int] = (0, 0)) -> Script:
    """One person who walks; not there in the frames of `away`."""
    rng, here = np.random.default_rng(0), stage()
    people = [
        (None if away[0] <= n < away[1] else person_of(here, here.walks[0], n / here.fps, rng, noise_px),)
        for n in range(frames)
    ]
    return Script(people, [(200, 40, 40)])


@cache
def walk_track(frames: int = 60, noise_px: float = 1.5, away: tuple[int, int] = (0, 0)) -> Track:
    """That person's track."""
    return played(walk_script(frames, noise_px, away), stage()).tracks[0]


def average() -> np.ndarray:
    """The average shape."""
    return AVERAGE.copy()
