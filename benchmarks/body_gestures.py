"""Heads, hands and fingers of people in a video: known gestures, rendered, found again; and their cost.

python -m benchmarks.body_gestures
"""

import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.record import Row, record
from sam_body.details.turning import bones_of
from sam_body.gestures import Gesture
from sam_body.skeletons import FINGERS, skeleton
from sam_body.skinning import rotation_vectors
from sam_body.video.acting import takes
from sam_body.video.footage import open_footage
from sam_body.video.overlay import write_overlay
from sam_body.video.settings import VideoSettings
from sam_body.video.tracking import Tracker
from sam_body.video.types import Take
from sam_body.video.writing import write_frames
from sam_body.walking import Stage, random_walk

FPS, SECONDS = 30.0, 2.0
PLANS = (
    (5, 0.2, 0.0, 2.9),
    (6, 0.6, 0.0, 3.5),
    (7, -0.5, 0.0, 5.0),
    (8, 0.2, 1.0, 5.5),
    (11, -1.0, 0.0, 3.0),
)
"""Seed, heading, speed (m/s) and distance (m) of five people who close their hands and turn their heads."""


@dataclass(frozen=True)
class Errors:
    """Means over the frames of one clip, degrees; of both hands.

    Args:
        head: Of the head's turn.
        palm: Of the hand's turn.
        bend: Of the fingers' middle joints, the thumb left out.
        head_jitter: Mean acceleration error of the head's turn, a frame squared.
    """

    head: float
    palm: float
    bend: float
    head_jitter: float


def stages() -> tuple[Stage, ...]:
    """Return the five clips."""
    made = []
    for seed, heading, speed, distance in PLANS:
        walk = random_walk(seed, heading_rad=heading, speed_m_s=speed)
        start = (0.0, -1.0 if speed else 0.0)
        gesture = Gesture(walk.body, start, heading, speed, walk.arms, walk.outfit)
        made.append(Stage((gesture,), size_px=(640, 480), fps=FPS, distance_m=distance))
    return tuple(made)


def errors(found: np.ndarray, truth: np.ndarray, bones: dict[str, int]) -> Errors:
    """Judge (N, J, 3, 3) turns from rest, camera's axes, against the true ones."""

    def apart(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.degrees(np.linalg.norm(rotation_vectors(a.transpose(0, 2, 1) @ b), axis=1))

    def bend(turns: np.ndarray, finger: str, side: str) -> np.ndarray:
        return apart(turns[:, bones[f"{finger}_01_{side}"]], turns[:, bones[f"{finger}_02_{side}"]])

    def spin(turns: np.ndarray) -> np.ndarray:
        head = turns[:, bones["head"]]
        return np.degrees(np.diff(rotation_vectors(head[:-1].transpose(0, 2, 1) @ head[1:]), axis=0))

    hands = [bones[f"hand_{side}"] for side in "lr"]
    bends = [(f, s) for f in FINGERS if f != "thumb" for s in "lr"]
    return Errors(
        float(apart(found[:, bones["head"]], truth[:, bones["head"]]).mean()),
        float(np.mean([apart(found[:, row], truth[:, row]).mean() for row in hands])),
        float(np.mean([np.abs(bend(found, *one) - bend(truth, *one)).mean() for one in bends])),
        float(np.linalg.norm(spin(found) - spin(truth), axis=1).mean()),
    )


def turns_of(take: Take) -> np.ndarray:
    """(N, J, 3, 3) turns from rest of a take's bones, camera's axes."""
    view = take.camera_from_world[:3, :3]
    return np.stack([view @ take.motion.at(n).turns() for n in range(len(take.frames))])


def measure(stage: Stage, path: Path, *, seconds: float = SECONDS) -> tuple[Errors, Errors, float, float]:
    """Return errors with the nets and without, the share of frames followed, and seconds a frame in all."""
    times = np.arange(round(FPS * seconds)) / FPS
    write_frames(zip(times, stage.pictures(times), strict=True), path, FPS, quality=18)
    footage, bones = open_footage(path), skeleton("game_engine")
    begun = time.process_time()
    tracker = Tracker(stage.camera, footage.fps)
    for frame in footage.read():
        tracker.step(frame.pixels)
    (followed,) = tracker.tracks
    (take,) = takes([followed], times, footage.fps, stage.camera, bones, VideoSettings())[0]
    write_overlay(footage, [take], path.with_suffix(".overlay.mp4"))
    cost_s = (time.process_time() - begun) / len(times)
    bare = replace(followed, closeups=None)
    (plain,) = takes([bare], times, footage.fps, stage.camera, bones, VideoSettings())[0]
    view = stage.camera_from_world[:3, :3]
    truth = np.stack([view @ stage.walks[0].at(float(t)).turns() for t in times[take.frames]])
    rows = bones_of(take.motion.body.rig)
    if take.closely is None:
        raise SystemExit(f"{path.name}: nothing was looked at closely.")
    share = float(np.mean([take.closely.head, *take.closely.hands.T]))
    return errors(turns_of(take), truth, rows), errors(turns_of(plain), truth, rows), share, cost_s


def main() -> int:
    """Measure and record."""
    with tempfile.TemporaryDirectory() as folder:
        measure(stages()[0], Path(folder) / "warm.mp4", seconds=0.2)  # loads the nets
        made = [measure(stage, Path(folder) / f"gesture_{n}.mp4") for n, stage in enumerate(stages())]
    for number, (with_nets, plain, share, seconds) in enumerate(made):
        print(f"     clip {number} {with_nets} without {plain} share {share:.2f} {seconds:.4f} s", flush=True)
    how = f"mean of {len(made)} rendered clips of {SECONDS:g} s, 640 x 480 at 30 frames a second"
    rows = [Row("gestures: head and hands followed", float(np.mean([m[2] for m in made])), "", how=how)]
    for name, unit in (("head", "°"), ("palm", "°"), ("bend", "°"), ("head_jitter", "°/f2")):
        title = {"palm": "turn of the hand", "head": "turn of the head", "bend": "bend of finger joints"}
        for row, way in ((0, ""), (1, ", landmarks alone")):
            value = float(np.mean([getattr(m[row], name) for m in made]))
            rows.append(Row(f"gestures: {title.get(name, 'jitter of the head')}{way}", value, unit, how=how))
    fps = 1 / float(np.mean([m[3] for m in made]))
    rows.append(
        Row("gestures: frames a second of processor time", fps, "1/s", at_least=8,
            how="one person, head and both hands in sight; follow and draw the overlay, nets loaded")
    )  # fmt: skip
    return record("body_gestures", rows, packages=("numpy", "onnxruntime", "av"))


if __name__ == "__main__":
    sys.exit(main())
