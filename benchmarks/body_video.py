"""Bars of people in a video: jitter, joint error, sliding feet and seconds, on rendered walks.

python -m benchmarks.body_video
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.body_bars import main_joints, similarity_error_mm
from benchmarks.record import Row, peak_mb, record
from sam_body.export.take import joints_of
from sam_body.fitting import fit
from sam_body.model import body_model
from sam_body.points import State
from sam_body.skeletons import skeleton
from sam_body.video.acting import takes
from sam_body.video.footage import open_footage
from sam_body.video.overlay import write_overlay
from sam_body.video.pinning import foot_points
from sam_body.video.settings import VideoSettings
from sam_body.video.tracking import Track, Tracker
from sam_body.video.types import Take
from sam_body.video.writing import write_frames
from sam_body.walking import Stage, Walk, random_walk

FPS, SECONDS = 30.0, 1.6
TOES = [1, 3]  # of `foot_points`


@dataclass(frozen=True)
class Scores:
    """What one way of estimating a walk gave.

    Args:
        error_mm: Mean PA-MPJPE of the main joints, frame by frame.
        jitter_mm: Mean acceleration error, mm a frame squared, joints from the hips.
        jitter_camera_mm: The same of joints in the camera's frame.
        slide_mm: How far the toes of truly planted feet move, mm a frame.
    """

    error_mm: float
    jitter_mm: float
    jitter_camera_mm: float
    slide_mm: float


def walks() -> tuple[Stage, ...]:
    """Return four walks: past the camera, towards it, away from it, and across."""
    plans = (
        (1, np.pi / 2, 1.2, (-1.2, 0.0)),
        (3, 0.25, 1.0, (-0.4, -1.6)),
        (4, np.pi - 0.3, 1.1, (0.4, 0.6)),
        (5, 0.9, 1.3, (-1.0, -1.0)),
    )
    return tuple(Stage((_walk(*plan),), size_px=(640, 480), fps=FPS) for plan in plans)


def _walk(seed: int, heading: float, speed: float, start: tuple[float, float]) -> Walk:
    return replace(random_walk(seed, heading_rad=heading, speed_m_s=speed), start_m=start)


def truth(stage: Stage, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(N, J, 3) true joints in the camera's frame, and (N, 2) which feet are planted."""
    joints = np.stack([stage.joints_m(0, float(t)) for t in times])
    return joints, np.array([stage.walks[0].planted(float(t)) for t in times])


def scores(
    found: np.ndarray, toes: np.ndarray, joints: np.ndarray, planted: np.ndarray, walk: Walk
) -> Scores:
    """Judge (N, J, 3) joints and (N, 2, 3) big toes in the camera's frame against the truth."""
    rig, rows = walk.body.rig, main_joints(walk.body)
    errors = [similarity_error_mm(a[rows], b[rows]) for a, b in zip(found, joints, strict=True)]
    hips = [rig.mover]
    apart = _acceleration(found[:, rows] - found[:, hips]) - _acceleration(joints[:, rows] - joints[:, hips])
    whole = _acceleration(found[:, rows]) - _acceleration(joints[:, rows])
    moved = np.linalg.norm(np.diff(toes, axis=0), axis=-1)
    still = planted[1:] & planted[:-1]
    return Scores(
        float(np.mean(errors)),
        float(np.linalg.norm(apart, axis=-1).mean() * 1e3),
        float(np.linalg.norm(whole, axis=-1).mean() * 1e3),
        float(moved[still].mean() * 1e3),
    )


def _acceleration(joints: np.ndarray) -> np.ndarray:
    return joints[2:] - 2 * joints[1:-1] + joints[:-2]


def each_frame_alone(followed: Track, stage: Stage) -> tuple[np.ndarray, np.ndarray]:
    """Return joints and toes of a fit of each frame for itself: own shape, no frame knows of another."""
    model = body_model()
    rows = [model.index[bone] for bone in stage.walks[0].body.rig.bones]
    fits = [fit(model, seen) for seen in followed.sightings]
    states = [State.of(model, f.translation_m, f.shape, f.angles) for f in fits]
    toes = np.stack([state.points(foot_points())[TOES] for state in states])
    return np.stack([state.moved[rows] for state in states]), toes


def in_camera(take: Take) -> tuple[np.ndarray, np.ndarray]:
    """(N, J, 3) a take's joints and (N, 2, 3) its big toes in the camera's frame."""
    model, motion = body_model(), take.motion
    means = model.regressor[[model.keypoints.index(f"{side}_big_toe") for side in ("left", "right")]]
    toes = [means @ motion.at(n).posed_vertices() for n in range(len(take.frames))]
    return take.in_camera(joints_of(motion)), take.in_camera(np.stack(toes))


def measure(stage: Stage, path: Path) -> tuple[dict[str, Scores], float, float]:
    """Return scores by way, and processor seconds a frame: of following and fitting, and of drawing."""
    times = np.arange(round(FPS * SECONDS)) / FPS
    write_frames(zip(times, stage.pictures(times), strict=True), path, FPS, quality=18)
    joints, planted = truth(stage, times)
    footage = open_footage(path)
    begun = time.process_time()
    tracker = Tracker(stage.camera, footage.fps)
    for frame in footage.read():
        tracker.step(frame.pixels)
    followed = tracker.tracks[0]
    if len(tracker.tracks) > 1 or len(followed.frames) != len(times):
        raise SystemExit(f"{path.name}: {len(followed.frames)} of {len(times)} frames were followed.")

    def taken(*, pin_feet: bool) -> Take:
        bones, settings = skeleton("game_engine"), VideoSettings(pin_feet=pin_feet)
        return takes([followed], times, footage.fps, stage.camera, bones, settings)[0][0]

    whole = taken(pin_feet=True)
    follow_s = (time.process_time() - begun) / len(times)
    begun = time.process_time()
    write_overlay(footage, [whole], path.with_suffix(".overlay.mp4"))
    draw_s = (time.process_time() - begun) / len(times)
    ways = {
        "whole": in_camera(whole),
        "free feet": in_camera(taken(pin_feet=False)),
        "alone": each_frame_alone(followed, stage),
    }
    walk = stage.walks[0]
    return {name: scores(*found, joints, planted, walk) for name, found in ways.items()}, follow_s, draw_s


def main() -> int:
    """Measure and record."""
    with tempfile.TemporaryDirectory() as folder:
        made = []
        for number, stage in enumerate(walks()):
            made.append(measure(stage, Path(folder) / f"walk_{number}.mp4"))
            for name, found in made[-1][0].items():
                print(f"     walk {number} {name:<10} {found}", flush=True)
    whole, free, alone = (
        _means([ways[name] for ways, _, _ in made]) for name in ("whole", "free feet", "alone")
    )
    follow_s, draw_s = (float(np.mean([each[i] for each in made])) for i in (1, 2))
    how = f"mean of {len(made)} rendered walks of {SECONDS:g} s, 640 x 480 at 30 frames a second"
    rows = [
        Row("video: jitter, share of fits of each frame alone", whole.jitter_mm / alone.jitter_mm, "",
            at_most=0.5, how=f"mean acceleration error of joints from the hips; {how}"),
        Row("video: jitter in the camera's frame, share", whole.jitter_camera_mm / alone.jitter_camera_mm, "",
            at_most=0.5, how=how),
        Row("video: PA-MPJPE, share of fits of each frame alone", whole.error_mm / alone.error_mm, "",
            at_most=1.05, how=how),
        Row("video: PA-MPJPE", whole.error_mm, "mm", how=how),
        Row("video: PA-MPJPE, each frame alone", alone.error_mm, "mm", how=how),
        Row("video: jitter", whole.jitter_mm, "mm/f2", how=how),
        Row("video: jitter, each frame alone", alone.jitter_mm, "mm/f2", how=how),
        Row("video: planted feet slide", whole.slide_mm, "mm/f", how=f"toes of truly planted feet; {how}"),
        Row("video: planted feet slide, not pinned", free.slide_mm, "mm/f", how=how),
        Row("video: planted feet slide, each frame alone", alone.slide_mm, "mm/f", how=how),
        Row("video: frames a second of processor time", 1 / (follow_s + draw_s), "1/s", at_least=8,
            how="one person, follow and draw the overlay, nets loaded; processor seconds, so on one core"),
        Row("video: seconds a frame, following and fitting", follow_s, "s", how=how),
        Row("video: seconds a frame, overlay", draw_s, "s", how=how),
        Row("video: memory", peak_mb(), "MB", how="most that this whole benchmark held"),
    ]  # fmt: skip
    return record("body_video", rows, packages=("numpy", "onnxruntime", "av"))


def _means(found: Sequence[Scores]) -> Scores:
    names = Scores.__dataclass_fields__
    return Scores(**{name: float(np.mean([getattr(one, name) for one in found])) for name in names})


if __name__ == "__main__":
    sys.exit(main())
