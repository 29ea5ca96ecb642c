"""Bring what the user says about joints into what the pose net saw: placed, hidden, nearer, farther."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sam_body.observation import INDEX, NAMES, Observation
from shared.errors import PromptError
from shared.prompts import Keypoints

Array = NDArray[np.float64]

FIRM = 3.0
"""How much more a placed joint counts than one that the net is sure of."""
_SIDES = ("left", "right")
_BEFORE = {
    "elbow": "shoulder", "wrist": "elbow", "index": "wrist", "pinky": "wrist", "thumb": "wrist",
    "knee": "hip", "ankle": "knee", "heel": "ankle", "foot_index": "ankle",
}  # fmt: skip
BEFORE = {f"{side}_{joint}": f"{side}_{base}" for side in _SIDES for joint, base in _BEFORE.items()}
"""The joint that each joint's depth is told from; shoulders and hips are told from the other side's."""
for _joint in ("shoulder", "hip"):
    BEFORE |= {f"left_{_joint}": f"right_{_joint}", f"right_{_joint}": f"left_{_joint}"}
_CORES = ("shoulder", "hip")


@dataclass(frozen=True)
class Told:
    """All that was said about one person's joints, as indices of `NAMES`.

    Args:
        placed: Joint to (column, row).
        hidden: Joints out of sight.
        depth: Joint to +1 (nearer than the joint before it) or −1 (farther).
    """

    placed: dict[int, tuple[float, float]]
    hidden: frozenset[int]
    depth: dict[int, int]


def told(prompts: Iterable[Keypoints]) -> Told:
    """Collect the prompts of one person; later ones win.

    Raises:
        PromptError: A joint that there is not, or one that has no joint before it.
    """
    placed: dict[int, tuple[float, float]] = {}
    hidden: set[int] = set()
    depth: dict[int, int] = {}
    for prompt in prompts:
        for name, xy in zip(prompt.names, prompt.xy_px, strict=True):
            placed[_joint_index(name)] = xy
            hidden.discard(_joint_index(name))
        for name in prompt.hidden:
            hidden.add(_joint_index(name))
            placed.pop(_joint_index(name), None)
        for sign, names in ((1, prompt.nearer), (-1, prompt.farther)):
            depth |= {_depth_index(name): sign for name in names}
    return Told(placed, frozenset(hidden), depth)


def _joint_index(name: str) -> int:
    if name not in INDEX:
        raise PromptError(f"There is no joint {name!r}.", f"Choose from {', '.join(NAMES)}.")
    return INDEX[name]


def _depth_index(name: str) -> int:
    index = _joint_index(name)
    if name not in BEFORE:
        raise PromptError(
            f"{name} has no joint before it that it could be nearer than.",
            f"Choose from {', '.join(BEFORE)}.",
        )
    return index


def corrected(seen: Observation, said: Told) -> Observation:
    """Return an observation that holds what the user said.

    A joint that was moved far takes the trust from what the net said of its depth; a limb on the wrong side
    in depth is mirrored, with all that hangs on it.

    Args:
        seen: What the net saw.
        said: What the user said.
    """
    if not (said.placed or said.hidden or said.depth):
        return seen
    xy, relative = seen.xy_px.copy(), seen.relative_m.copy()
    weight, visibility = seen.weight.copy(), seen.visibility.copy()
    depth_weight = seen.depth_weight.copy()
    for joint in said.hidden:
        weight[joint], depth_weight[joint], visibility[joint] = 1e-3, 1e-3, 0.0
    size = seen.size_px
    for joint, place in said.placed.items():
        moved = float(np.linalg.norm(xy[joint] - place)) / size
        depth_weight[joint] = max(depth_weight[joint] * np.exp(-((moved / 0.06) ** 2)), 1e-3)
        xy[joint], weight[joint], visibility[joint] = place, FIRM, 1.0
    for joint in sorted(said.depth, key=joint_rank):
        _mirror(relative, joint, said.depth[joint])
    return replace(
        seen,
        xy_px=xy,
        relative_m=relative,
        weight=weight,
        visibility=visibility,
        depth_weight=depth_weight,
        placed=frozenset(said.placed),
        hidden=said.hidden,
        depth=tuple((j, INDEX[BEFORE[NAMES[j]]], s) for j, s in said.depth.items()),
    )


def joint_rank(joint: int) -> int:
    """Return how many joints lie between this one (an index of `NAMES`) and the trunk."""
    name, rank = NAMES[joint], 0
    while name in BEFORE and name.partition("_")[2] not in _CORES:
        name, rank = BEFORE[name], rank + 1
    return rank


def _mirror(relative_m: Array, joint: int, sign: int) -> None:
    name = NAMES[joint]
    before = INDEX[BEFORE[name]]
    apart = relative_m[joint, 2] - relative_m[before, 2]
    if apart * sign >= 0:
        return
    if name.partition("_")[2] in _CORES:
        relative_m[_hanging(name), 2] -= apart
        relative_m[_hanging(BEFORE[name]), 2] += apart
    else:
        relative_m[_hanging(name), 2] -= 2 * apart


def _hanging(name: str) -> list[int]:
    """The joint and all joints after it in its limb."""
    limb = [name]
    for joint, base in BEFORE.items():
        if base in limb and joint not in limb and joint.partition("_")[2] not in _CORES:
            limb.append(joint)
    return [INDEX[joint] for joint in limb]
