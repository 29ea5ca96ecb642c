"""Turn head, wrists and fingers of a motion as the nets for face and hands saw them, smoothed in time.

What a look says is kept as a turn away from the fitted motion (of fingers: from rest). Between looks it is
turned evenly, over longer gaps it fades to no turn at all, and the filter of the rest of the body smooths it.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sam_body import skinning
from sam_body.details.hands import can_be, hand_turns, seen_points
from sam_body.details.head import head_of, head_turns
from sam_body.details.turning import bones_of, ray_turn
from sam_body.skeletons import FINGERS
from sam_body.types import Pose, Rig
from sam_body.video.closeups import Closeups, interval
from sam_body.video.smoothing import one_sign, smoothed
from sam_body.video.types import Closely, Take
from shared.face import Face
from shared.mesh import Camera

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

BRIDGED_S, FADE_S = 0.5, 0.3
"""Gaps between looks up to this are bridged; over longer ones the turn fades within this time."""
SLOWER = 1.5
"""Looks are fewer and noisier than landmarks; they are smoothed this much harder."""
FRONT_DEG, PROFILE_DEG = 25.0, 50.0
"""Faces that look farther than this from the camera count less, and from the second on nothing."""
HEAD = ("neck_01", "head")


def hand_bones(side: str) -> tuple[str, ...]:
    """Return forearm, hand and fingers of a side ("l" or "r"), parents first."""
    fingers = (f"{finger}_0{n}_{side}" for finger in FINGERS for n in (1, 2, 3))
    return (f"lowerarm_{side}", f"hand_{side}", *fingers)


def with_closeups(take: Take, seen: Closeups, fps: float, cutoff_hz: float) -> Take:
    """Return the take with head, wrists and fingers as they were seen; and in which frames they were.

    Args:
        take: The person's motion, with the model's own rest pose.
        seen: What the nets saw.
        fps: Frames a second.
        cutoff_hz: Of the body's motion; details are smoothed harder. 0 smooths nothing.
    """
    body, base, turn = take.motion.body, take.motion.rotations, take.camera_from_world[:3, :3]
    rows = {int(frame): row for row, frame in enumerate(take.frames)}
    chains = [_Chain(body.rig, base, HEAD, fps), *(_Chain(body.rig, base, hand_bones(s), fps) for s in "lr")]
    gazes: dict[int, Array] = {}
    for row, face in ((rows[frame], face) for frame, face in seen.faces.items() if frame in rows):
        head = head_of(face, body)
        trust = _trust(head.turn[:, 2], face, body.camera)
        if trust and (turned := head_turns(body.rig, chains[0].turns(row), turn.T @ head.turn)):
            chains[0].add(row, turned, trust)
        if head.gaze is not None:
            gazes[row] = turn.T @ head.gaze
    for chain, (side, hands) in zip(chains[1:], seen.hands.items(), strict=True):
        for row, hand in ((rows[frame], hand) for frame, hand in hands.items() if frame in rows):
            points = seen_points(hand, body.camera) @ turn
            turns = chain.turns(row)
            if can_be(body.rig, turns, points, side[0]):
                chain.add(row, hand_turns(body.rig, turns, points, side[0]))
    made, followed = base.copy(), []
    for chain in chains:
        made[:, chain.rows_of_rig], flags = chain.smoothed(cutoff_hz)
        followed.append(flags)
    gaze = _gaze(gazes, len(base), fps)
    closely = Closely(followed[0], np.stack(followed[1:], axis=1), gaze)
    body = replace(body, pose=Pose(made[0], take.motion.translations_m[0]))
    return replace(take, motion=replace(take.motion, body=body, rotations=made), closely=closely)


def _trust(ahead: Array, face: Face, camera: Camera) -> float:
    """Return 0..1 how much a face tells of its head's turn: in profile less than the body's landmarks do."""
    ray = ray_turn(face.points[:, :2].mean(0), camera) @ [0.0, 0.0, 1.0]
    off_deg = float(np.degrees(np.arccos(np.clip(ahead @ ray, -1, 1))))
    return float(np.clip((PROFILE_DEG - off_deg) / (PROFILE_DEG - FRONT_DEG), 0, 1))


def stretches(rows: Sequence[int], count: int, fps: float) -> list[NDArray[np.int64]]:
    """Return the places in `rows` of looks that belong together: with no long gap between them.

    A single look among refused ones is taken for a mistake, unless there was no time for a second.

    Args:
        rows: Rising rows of a take that tell something.
        count: Rows of the take.
        fps: Frames a second.
    """
    if not rows:
        return []
    every = interval(fps)
    cuts = np.flatnonzero(np.diff(rows) > max(BRIDGED_S * fps, every)) + 1
    least = 2 if count > 2 * every else 1
    return [part for part in np.split(np.arange(len(rows)), cuts) if len(part) >= least]


class _Chain:
    """Bones that one net turns, and how far away from the motion's (N, J, 3, 3) rotations it saw them."""

    def __init__(self, rig: Rig, base: Array, bones: tuple[str, ...], fps: float) -> None:
        self._rig, self._base, self._fps = rig, base, fps
        self._bones = bones
        self.rows_of_rig = [bones_of(rig)[bone] for bone in bones]
        self._away: dict[int, Array] = {}

    def turns(self, row: int) -> Array:
        """(J, 3, 3) turns from rest in one frame, world axes."""
        return skinning.turns(self._rig.axes, self._base[row], self._rig.parents)

    def add(self, row: int, turned: dict[str, Array], share: float = 1.0) -> None:
        """Note turns of the chain's bones in one frame, from rest, world axes; or only a share of them."""
        rig, chain = self._rig, self.rows_of_rig
        total = self.turns(row)
        total[chain] = [turned[bone] for bone in self._bones]
        above, axes = total[rig.parents[chain]], rig.axes[chain]
        new = axes.transpose(0, 2, 1) @ above.transpose(0, 2, 1) @ total[chain] @ axes
        away = skinning.rotation_vectors(self._base[row, chain].transpose(0, 2, 1) @ new)
        self._away[row] = skinning.rotation_matrices(share * away)

    def smoothed(self, cutoff_hz: float) -> tuple[Array, Flags]:
        """Return (N, B, 3, 3) rotations of the chain's bones, and (N,) where they are followed."""
        from scipy.spatial.transform import Rotation, Slerp

        base = self._base[:, self.rows_of_rig]
        count, wide = base.shape[:2]
        knots, followed = self._knots(count)
        if not knots:
            return base, followed
        rows = np.array(sorted(knots))
        values = np.stack([knots[row] for row in rows])
        if len(rows) == 1:
            rows, values = np.array([rows[0], rows[0] + 1]), np.repeat(values, 2, axis=0)
        here = np.clip(np.arange(count), rows[0], rows[-1])
        turns = [Slerp(rows, Rotation.from_matrix(values[:, n]))(here).as_quat() for n in range(wide)]
        flat = np.concatenate([one_sign(turn) for turn in turns], axis=1)
        flat = smoothed(flat, np.ones(count), cutoff_hz / SLOWER, self._fps)
        away = Rotation.from_quat(flat.reshape(-1, 4)).as_matrix().reshape(count, wide, 3, 3)
        return skinning.orthonormal(base @ away), followed

    def _knots(self, count: int) -> tuple[dict[int, Array], Flags]:
        """Return turns by frame: those seen, and none where a stretch of looks has faded away."""
        rows, every = sorted(self._away), interval(self._fps)
        parts = stretches(rows, count, self._fps)
        fade, none = max(round(FADE_S * self._fps), 1), np.tile(np.eye(3), (len(self._bones), 1, 1))
        knots: dict[int, Array] = {}
        followed = np.zeros(count, bool)
        spans = [(rows[part[0]], rows[part[-1]]) for part in parts]
        for n, (part, (start, stop)) in enumerate(zip(parts, spans, strict=True)):
            knots |= {rows[i]: self._away[rows[i]] for i in part}
            from_start, to_end = start < every, count - 1 - stop < every
            followed[0 if from_start else start : count if to_end else stop + 1] = True
            before = spans[n - 1][1] if n else -1
            after = spans[n + 1][0] if n + 1 < len(spans) else count
            if not from_start:
                knots[max(start - fade, (before + start + 1) // 2)] = none
            if not to_end:
                knots[min(stop + fade, (stop + after) // 2)] = none
        return knots, followed


def _gaze(gazes: dict[int, Array], count: int, fps: float) -> Array:
    """(N, 3) unit vectors along which the eyes look, world axes; NaN where that is not known."""
    rows, found = sorted(gazes), np.full((count, 3), np.nan)
    for places in stretches(rows, count, fps):
        part = np.array(rows)[places]
        known = np.array([gazes[int(row)] for row in part])
        here = np.arange(part[0], part[-1] + 1)
        mean = np.stack([np.interp(here, part, column) for column in known.T], axis=1)
        found[here] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    return found
