"""A second, independent reading of BVH motion: for tests only."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np


@dataclass
class Joint:
    """One joint of the hierarchy."""

    name: str
    parent: int
    offset: np.ndarray = field(default_factory=lambda: np.zeros(3))
    channels: list[str] = field(default_factory=list)
    end: np.ndarray | None = None


def read_bvh(path: Path) -> tuple[list[Joint], np.ndarray, float]:
    """Return joints, frames (N, channels) and seconds a frame."""
    words = iter(path.read_text("ascii").split())
    joints: list[Joint] = []
    stack: list[int] = []
    ending = False
    for word in words:
        if word in ("ROOT", "JOINT"):
            joints.append(Joint(next(words), stack[-1] if stack else -1))
        elif word == "End":
            next(words)
            ending = True
        elif word == "{":
            stack.append(-1 if ending else len(joints) - 1)
        elif word == "}":
            ending = False
            stack.pop()
        elif word == "OFFSET":
            values = np.array([float(next(words)) for _ in range(3)])
            if ending:
                joints[-1].end = values
            else:
                joints[-1].offset = values
        elif word == "CHANNELS":
            joints[-1].channels = [next(words) for _ in range(int(next(words)))]
        elif word == "MOTION":
            break
    labels = [next(words) for _ in range(1)]
    count = int(next(words))
    labels += [next(words), next(words)]
    frame_s = float(next(words))
    if labels != ["Frames:", "Frame", "Time:"]:
        raise AssertionError(labels)
    return joints, np.array([float(w) for w in words]).reshape(count, -1), frame_s


def places(joints: list[Joint], frame: np.ndarray) -> np.ndarray:
    """Return (J, 3) positions of the joints in one frame."""
    values, turned, placed = iter(frame), [], []
    for joint in joints:
        local, move = np.eye(3), np.zeros(3)
        for channel in joint.channels:
            value, axis = next(values), "XYZ".index(channel[0])
            if channel.endswith("position"):
                move[axis] += value
            else:
                local = local @ _about(axis, np.radians(value))
        above = np.eye(3) if joint.parent < 0 else turned[joint.parent]
        start = np.zeros(3) if joint.parent < 0 else placed[joint.parent]
        placed.append(start + above @ (joint.offset + move))
        turned.append(above @ local)
    return np.array(placed)


def _about(axis: int, angle: float) -> np.ndarray:
    i, j = (axis + 1) % 3, (axis + 2) % 3
    matrix = np.eye(3)
    matrix[i, i] = matrix[j, j] = np.cos(angle)
    matrix[j, i], matrix[i, j] = np.sin(angle), -np.sin(angle)
    return matrix
