"""Write one person of a video: animated GLB, BVH, and every frame as JSON, arrays (NPZ) or a table (CSV)."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_body import skinning
from sam_body.details.turning import bones_of
from sam_body.export import bvh, glb
from sam_body.export.parameters import unposed
from sam_body.motion import Motion
from sam_body.video.contacts import POINTS
from sam_body.video.types import Take
from shared.exporting import Exporter

Array = NDArray[np.float64]

_FOLLOWED = ("head", "gaze", "left_hand", "right_hand")
SCHEMA = "segment-studio/take/1"
_CONTACTS = tuple(f"{name.replace('foot_index', 'toe')}_on_floor" for name in POINTS)


def write_glb(take: Take, path: Path) -> None:
    """Write the skinned mesh and one clip whose keys are at the video's own frame times, from 0.

    Args:
        take: The person.
        path: File to write.
    """
    glb.write_motion(take.motion, path)


def write_bvh(take: Take, path: Path) -> None:
    """Write the skeleton and its motion; frames are evenly spaced, as BVH wants them.

    Args:
        take: The person.
        path: File to write.
    """
    bvh.write_motion(take.motion.evenly(), path)


def write_json(take: Take, path: Path) -> None:
    """Write facts, rig, camera and all frames: time, seen or filled, contacts, rotations, joints.

    Args:
        take: The person.
        path: File to write.
    """
    rig, camera = take.motion.body.rig, take.camera
    told: dict[str, Any] = {
        "schema": SCHEMA,
        **take.facts(),
        "units": {"lengths": "m", "rotations": "quaternion x, y, z, w in the bone's own rest frame"},
        "world": "y up, floor at y = 0, the camera stands still",
        "camera": {
            "focal_px": camera.focal_px,
            "center_px": list(camera.center_px),
            "size_px": list(camera.size_px),
            "camera_from_world": _rounded(take.camera_from_world, 6),
        },
        "rest": {
            "bones": list(rig.bones),
            "parents": rig.parents.tolist(),
            "heads_m": _rounded(rig.heads, 5),
            "axes": _rounded(rig.axes, 6),
            "mover": rig.bones[rig.mover],
        },
        "contact_points": list(POINTS),
        "motion": _frames(take),
    }
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False) + "\n", "utf8")


def _frames(take: Take) -> list[dict[str, Any]]:
    from scipy.spatial.transform import Rotation

    motion, joints, ahead = take.motion, joints_of(take.motion), head_directions(take.motion)
    times = motion.times()
    return [
        {
            "frame": int(take.frames[n]),
            "time_s": round(float(times[n]), 5),
            "seen": bool(take.seen[n]),
            "score": round(float(take.scores[n]), 3),
            "contacts": take.contacts[n].tolist(),
            "closely": _closely(take, n),
            "head_direction": _rounded(ahead[n], 4),
            "translation_m": _rounded(motion.translations_m[n], 5),
            "rotations": _rounded(Rotation.from_matrix(motion.rotations[n]).as_quat(), 6),
            "joints_m": _rounded(joints[n], 4),
        }
        for n in range(len(times))
    ]


def _closely(take: Take, frame: int) -> dict[str, Any] | None:
    if take.closely is None:
        return None
    told: dict[str, Any] = {name: bool(flags[frame]) for name, flags in take.closely.parts().items()}
    return told | {"gaze": _rounded(take.closely.gaze[frame], 4) if told["gaze"] else None}


def write_npz(take: Take, path: Path) -> None:
    """Write all frames as arrays, with rig, shape and camera.

    Arrays: `bones`, `parents`, `rest_heads_m`, `rest_tails_m`, `rest_axes`, `shape_names`, `shape`,
    `times_s`, `start_s`, `frames`, `seen`, `scores`, `contact_points`, `contacts`, `closely_names`,
    `closely`, `head_directions`, `gaze`, `rotation_matrices`, `translations_m`, `joints_m`, `focal_px`,
    `center_px`, `size_px`, `camera_from_world`.

    Args:
        take: The person.
        path: File to write.
    """
    motion, gaze = take.motion, np.full((len(take.frames), 3), np.nan)
    with path.open("wb") as stream:
        np.savez_compressed(
            stream,
            **unposed(motion.body, take.camera),
            times_s=motion.times(),
            start_s=np.array(take.start_s),
            frames=take.frames,
            seen=take.seen,
            scores=take.scores,
            contact_points=np.array(POINTS),
            contacts=take.contacts,
            closely_names=np.array(_FOLLOWED),
            closely=_flags(take),
            head_directions=head_directions(motion),
            gaze=gaze if take.closely is None else take.closely.gaze,
            rotation_matrices=motion.rotations,
            translations_m=motion.translations_m,
            joints_m=joints_of(motion),
            camera_from_world=take.camera_from_world,
        )


def write_csv(take: Take, path: Path) -> None:
    """Write one row a frame: time, seen, contacts, what is followed closely, x y z of all joints in metres.

    Args:
        take: The person.
        path: File to write.
    """
    motion, times = take.motion, take.motion.times()
    joints = joints_of(motion)
    with path.open("w", newline="", encoding="utf8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        names = [f"{bone}_{axis}_m" for bone in motion.body.rig.bones for axis in "xyz"]
        table.writerow(
            ["frame", "time_s", "seen", *_CONTACTS, *(f"{name}_followed" for name in _FOLLOWED), *names]
        )
        closely = _flags(take)
        for n, frame in enumerate(take.frames):
            flags = [int(take.seen[n]), *take.contacts[n].astype(int), *closely[n].astype(int)]
            places = [f"{value + 0.0:.4f}" for value in joints[n].ravel()]
            table.writerow([int(frame), f"{times[n]:.5f}", *flags, *places])


def joints_of(motion: Motion) -> Array:
    """(N, J, 3) heads of the bones in every frame, world, metres."""
    rig = motion.body.rig
    return np.stack(
        [
            skinning.moved_heads(
                rig.heads, skinning.turns(rig.axes, turns, rig.parents), rig.parents, rig.mover, move
            )
            for turns, move in zip(motion.rotations, motion.translations_m, strict=True)
        ]
    )


def head_directions(motion: Motion) -> Array:
    """(N, 3) unit vectors along which the nose points in every frame, world axes."""
    rig = motion.body.rig
    head = bones_of(rig)["head"]
    return np.stack([skinning.turns(rig.axes, turns, rig.parents)[head, :, 2] for turns in motion.rotations])


def _flags(take: Take) -> NDArray[np.bool_]:
    """(N, 4) what the nets for face and hands follow, in the order of `_FOLLOWED`."""
    if take.closely is None:
        return np.zeros((len(take.frames), len(_FOLLOWED)), bool)
    return np.stack(list(take.closely.parts().values()), axis=1)


def _rounded(values: Array, digits: int) -> Any:
    return (np.round(values, digits) + 0.0).tolist()


EXPORTERS = (
    Exporter(Take, ".glb", write_glb, "Animated glTF (GLB)"),
    Exporter(Take, ".bvh", write_bvh, "Skeleton and motion (BVH)"),
    Exporter(Take, ".json", write_json, "Every frame (JSON)"),
    Exporter(Take, ".npz", write_npz, "Every frame as arrays (NPZ)"),
    Exporter(Take, ".csv", write_csv, "Joint places of every frame (CSV)"),
)
