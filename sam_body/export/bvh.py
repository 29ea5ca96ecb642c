"""Write a body's skeleton as BVH motion: frame 1 is the rest pose, frame 2 the fitted pose.

Y up, centimetres, rotations in the order Z X Y about the world's axes at rest (the common order of
motion-capture tools). The hips are the root; a root bone on the floor has no place in BVH and is
left out. The root's offset is zero and its position channels are absolute, which readers agree on.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sam_body.motion import Motion
from sam_body.types import Body
from shared.exporting import Exporter

Array = NDArray[np.float64]

FRAME_S = 1 / 30
_CM = 100.0
_TURNS = "Zrotation Xrotation Yrotation"


def write_bvh(body: Body, path: Path) -> None:
    """Write hierarchy and two frames of motion.

    Args:
        body: The person.
        path: File to write.
    """
    lines, order = _hierarchy(body)
    frames = [_frame(body, order, posed=False), _frame(body, order, posed=True)]
    _write(path, lines, frames, FRAME_S)


def write_motion(motion: Motion, path: Path) -> None:
    """Write hierarchy and all frames of a clip, without a frame of rest before them.

    Args:
        motion: The person and the clip.
        path: File to write.
    """
    lines, order = _hierarchy(motion.body)
    frames = [_frame(motion.at(n), order, posed=True) for n in range(len(motion.rotations))]
    _write(path, lines, frames, motion.frame_s)


def _hierarchy(body: Body) -> tuple[list[str], list[int]]:
    order: list[int] = []
    lines = ["HIERARCHY"]
    _append_joint(body, body.rig.mover, lines, order)
    return lines, order


def _write(path: Path, lines: list[str], frames: list[Array], frame_s: float) -> None:
    lines += ["MOTION", f"Frames: {len(frames)}", f"Frame Time: {frame_s:.7f}"]
    lines += [" ".join(f"{value:.6f}" for value in frame) for frame in frames]
    path.write_text("\n".join(lines) + "\n", "ascii")


def _append_joint(body: Body, joint: int, lines: list[str], order: list[int], depth: int = 0) -> None:
    rig, tab = body.rig, "\t" * depth
    root = joint == rig.mover
    parent = rig.parents[joint]
    offset = np.zeros(3) if root else rig.heads[joint] - rig.heads[parent]
    order.append(joint)
    lines += [f"{tab}{'ROOT' if root else 'JOINT'} {rig.bones[joint]}", f"{tab}{{"]
    lines.append(f"{tab}\tOFFSET {_numbers(offset)}")
    moves = "6 Xposition Yposition Zposition" if root else "3"
    lines.append(f"{tab}\tCHANNELS {moves} {_TURNS}")
    children = np.flatnonzero(rig.parents == joint)
    for child in children:
        _append_joint(body, int(child), lines, order, depth + 1)
    if not len(children):
        end = _numbers(rig.tails[joint] - rig.heads[joint])
        lines += [f"{tab}\tEnd Site", f"{tab}\t{{", f"{tab}\t\tOFFSET {end}", f"{tab}\t}}"]
    lines.append(f"{tab}}}")


def _numbers(vector: Array) -> str:
    return " ".join(f"{value * _CM:.6f}" for value in vector)


def _frame(body: Body, order: list[int], *, posed: bool) -> Array:
    from scipy.spatial.transform import Rotation

    rig = body.rig
    place, turns = rig.heads[rig.mover], np.tile(np.eye(3), (len(rig.bones), 1, 1))
    if posed:
        place = body.posed_joints()[rig.mover]
        turns = rig.axes @ body.pose.rotations @ rig.axes.transpose(0, 2, 1)
        parent = rig.parents[rig.mover]
        if parent >= 0:  # what the bones above the hips turn, the root has to turn
            turns[rig.mover] = body.turns()[rig.mover]
    # Intrinsic Z, X, Y: the matrix is Z · X · Y.
    angles = Rotation.from_matrix(turns).as_euler("ZXY", degrees=True)
    return np.concatenate([place * _CM, angles[order].ravel()])


EXPORTERS = (
    Exporter(Body, ".bvh", write_bvh, "Skeleton and pose (BVH)"),
    Exporter(Motion, ".bvh", write_motion, "Skeleton and motion (BVH)"),
)
