"""From what was seen of people to takes: fit, fill, smooth, find the floor, pin the feet, dress in a rig."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sam_body import skinning
from sam_body.building import posed_body
from sam_body.fitting import shape_dict
from sam_body.lifting import halfway
from sam_body.measures import missed_words, shape_with
from sam_body.model import BodyModel, body_model
from sam_body.motion import Motion
from sam_body.observation import INDEX
from sam_body.points import State
from sam_body.skeletons import Skeleton
from sam_body.types import Pose
from sam_body.video import floor, pinning
from sam_body.video.contacts import ROWS, Flags, contacts
from sam_body.video.detailing import with_closeups
from sam_body.video.fitting import Poses, clip_poses, clip_shape, points_of
from sam_body.video.settings import VideoSettings
from sam_body.video.smoothing import filled_turns, filled_values, smoothed, smoothed_turns
from sam_body.video.tracking import Track
from sam_body.video.types import Take
from shared.mesh import Camera
from shared.progress import Progress

Array = NDArray[np.float64]

FILLED_TRUST = 0.02
DEPTH_SLOWER = 3.0
"""The distance from the camera is known from size alone; it is smoothed this much harder."""
_ENDS = {"upperarm": "elbow", "lowerarm": "wrist", "hand": "wrist", "thigh": "knee", "calf": "ankle"}


@dataclass(frozen=True, eq=False)
class _Curve:
    """A person's fitted, filled and smoothed motion in N frames, before feet are pinned; camera frame.

    Args:
        shape: (6,).
        moves: (N, 3) of the hips.
        angles: (N, J, 3).
        places: (N, 27, 3) landmarks.
        flags: (N, 4) contacts.
    """

    shape: Array
    moves: Array
    angles: Array
    places: Array
    flags: Flags


def takes(
    tracks: Sequence[Track],
    times_s: Array,
    fps: float,
    camera: Camera,
    skeleton: Skeleton,
    settings: VideoSettings,
    progress: Progress | None = None,
) -> tuple[tuple[Take, ...], tuple[str, ...]]:
    """Return one take a track, in one world, and warnings.

    Args:
        tracks: Who was seen in which frames; at least one.
        times_s: (F,) seconds of all frames of the video.
        fps: Frames a second.
        camera: Of the video.
        skeleton: Whose names and bones the rigs have.
        settings: Smoothing, feet, height.
        progress: Told of each frame.
    """
    progress, model = progress or Progress(), body_model()
    curves, warnings = [], []
    for number, track in enumerate(tracks):
        part = progress.within(0.85 * number / len(tracks), 0.85 * (number + 1) / len(tracks))
        curve, notes = _curve(model, track, fps, settings, part)
        curves.append(curve)
        warnings += notes
    world = _world(model, curves)
    made = []
    for number, (track, curve) in enumerate(zip(tracks, curves, strict=True)):
        progress.step(0.85 + 0.15 * number / len(tracks), "pinning feet")
        moves, angles = _in_world(model, curve, world)
        if settings.pin_feet:
            moves, angles = _standing(model, curve, moves, angles, fps)
        take = _take(model, skeleton, track, curve, moves, angles, times_s, fps, camera, world)
        if track.closeups is not None:
            take = with_closeups(take, track.closeups, fps, settings.smooth_hz)
        made.append(take)
    return tuple(made), tuple(dict.fromkeys(warnings))


def _curve(
    model: BodyModel, track: Track, fps: float, settings: VideoSettings, progress: Progress
) -> tuple[_Curve, tuple[str, ...]]:
    frames, beliefs, notes = np.array(track.frames), settings.beliefs(), ()
    progress.step(0.0, f"shaping person {track.object_id}")
    sightings = [halfway(seen) for seen in track.sightings]
    shape = clip_shape(model, sightings, beliefs)
    if settings.height_cm:
        solved = shape_with({"height": settings.height_cm}, shape)
        shape, notes = solved.shape, missed_words(solved)
    fitted = clip_poses(model, sightings, track.frames, shape, beliefs, progress)
    moves = filled_values(frames, fitted.translations_m)
    turns = filled_turns(frames, skinning.rotation_matrices(fitted.angles))
    trust = _trust(model, track)
    cutoff = settings.smooth_hz
    across = smoothed(moves[:, :2], trust[:, model.mover], cutoff, fps)
    along = smoothed(moves[:, 2:], trust[:, model.mover], cutoff / DEPTH_SLOWER, fps)
    columns = [smoothed_turns(turns[:, j], trust[:, j], cutoff, fps) for j in range(len(model.bones))]
    angles = np.stack([skinning.rotation_vectors(column) for column in columns], axis=1)
    moves = np.concatenate([across, along], axis=1)
    places = points_of(model, shape, Poses(moves, angles, fitted.costs))
    flags = contacts(frames, track.sightings, places, fps)
    return _Curve(shape, moves, angles, places, flags), tuple(notes)


def _trust(model: BodyModel, track: Track) -> Array:
    """(N, J) how much each joint's angle counts in each frame: by the sight of the landmark at its end."""
    start = track.frames[0]
    trust = np.full((track.frames[-1] - start + 1, len(model.bones)), FILLED_TRUST)
    rows = np.array(track.frames) - start
    trust[rows] = 1.0
    for bone, part in _ENDS.items():
        for side in ("left", "right"):
            sight = np.array([seen.visibility[INDEX[f"{side}_{part}"]] for seen in track.sightings])
            trust[rows, model.index[f"{bone}_{side[0]}"]] = np.clip(sight, 0.1, 1.0)
    return trust


def _world(model: BodyModel, curves: Sequence[_Curve]) -> Array:
    """(4, 4) from the camera's frame to a world whose floor is where planted feet are."""
    points, lifts = [], []
    for curve in curves:
        above, _ = pinning.feet_at_rest(model, curve.shape)
        for one in pinning.stands(curve.flags, curve.places[:, ROWS]):
            points.append(one.place)
            lifts.append(above[one.point])
    normal, height = floor.floor_plane(np.array(points).reshape(-1, 3), np.array(lifts))
    if not points:
        height = floor.lowest_height(normal, [curve.places.reshape(-1, 3) for curve in curves])
    first = curves[0]
    hips = State.of(model, first.moves[0], first.shape, first.angles[0]).moved[model.mover]
    return floor.world_from_camera(normal, height, hips)


def _in_world(model: BodyModel, curve: _Curve, world: Array) -> tuple[Array, Array]:
    """Return moves and angles of the hips' motion in the world's frame."""
    axes = model.axes[model.mover]
    base = State.of(model, np.zeros(3), curve.shape, np.zeros_like(curve.angles[0])).moved[model.mover]
    turned = axes.T @ world[:3, :3] @ axes @ skinning.rotation_matrices(curve.angles[:, model.mover])
    angles = curve.angles.copy()
    angles[:, model.mover] = skinning.rotation_vectors(turned)
    return (base + curve.moves) @ world[:3, :3].T + world[:3, 3] - base, angles


def _standing(
    model: BodyModel, curve: _Curve, moves: Array, angles: Array, fps: float
) -> tuple[Array, Array]:
    lifts, lengths = pinning.feet_at_rest(model, curve.shape)
    points = pinning.foot_points()
    spots = np.stack(
        [State.of(model, m, curve.shape, a).points(points) for m, a in zip(moves, angles, strict=True)]
    )
    found = pinning.whole_feet(pinning.on_floor(pinning.stands(curve.flags, spots), lifts), lengths)
    return pinning.pinned(model, curve.shape, moves, angles, found, fps)


def _take(
    model: BodyModel,
    skeleton: Skeleton,
    track: Track,
    curve: _Curve,
    moves: Array,
    angles: Array,
    times_s: Array,
    fps: float,
    camera: Camera,
    world: Array,
) -> Take:
    frames = np.arange(track.frames[0], track.frames[-1] + 1)
    rows = np.array(track.frames) - frames[0]
    rig, skin, kept = model.dressed(curve.shape, skeleton)
    turned = model.axes @ skinning.rotation_matrices(angles) @ model.axes.transpose(0, 2, 1)
    local = skinning.orthonormal(rig.axes.transpose(0, 2, 1) @ turned[:, kept] @ rig.axes)
    base = State.of(model, np.zeros(3), curve.shape, np.zeros_like(angles[0])).moved[model.mover]
    translations = base + moves - rig.heads[rig.mover]
    back = np.asarray(np.linalg.inv(world), np.float64)
    seen, scores = np.zeros(len(frames), bool), np.zeros(len(frames))
    seen[rows], scores[rows] = True, track.scores
    body = replace(
        posed_body(model, skeleton, curve.shape, angles[0], camera),
        rig=rig,
        skin=skin,
        pose=Pose(local[0], translations[0]),
        shape=shape_dict(curve.shape),
        offset_m=back[:3, 3],
        score=float(np.clip(np.mean(track.scores), 0, 1)),
        object_id=track.object_id,
    )
    times = times_s[frames] - times_s[frames[0]]
    motion = Motion(body, local, translations, 1 / fps, f"person_{track.object_id}", times)
    return Take(
        track.object_id, motion, float(times_s[frames[0]]), frames, seen, curve.flags, scores, camera, back
    )
