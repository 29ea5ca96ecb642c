"""Gestures with an exact truth: somebody turns the head and opens and closes raised hands; see `walking`."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sam_body import skinning
from sam_body.details.turning import bones_of, slerp, with_turns
from sam_body.skeletons import FINGERS
from sam_body.start import swing
from sam_body.types import Body
from sam_body.walking import Walk

Array = NDArray[np.float64]

FIST_S, LOOK_S, NOD_S = 2.0, 2.6, 1.7
"""Seconds from open hand to open hand, from one look to the left to the next, and from nod to nod."""
CLOSED_RAD = (1.1, 1.35, 0.9)
"""How far a finger's three bones bend in a fist; the thumb's bend a third of that."""
_NECK = 0.4
_SIDE, _UP, _AHEAD = np.eye(3)


@dataclass(frozen=True, eq=False)
class Gesture(Walk):
    """A walk, or standing still, with more to see.

    Args:
        head_rad: Most that the head turns to either side.
        nod_rad: Most that it nods, up and down.
        fists: How far the hands close, as a share of a fist; 0 leaves the hands as the walk has them.
        sides: Whose hand is raised: "lr", "l" or "r".
    """

    head_rad: float = 0.6
    nod_rad: float = 0.3
    fists: float = 1.0
    sides: str = "lr"

    def closed(self, time_s: float) -> float:
        """Return how far the hands are closed, 0 to `fists`."""
        return float(self.fists * (0.5 - 0.5 * np.cos(2 * np.pi * time_s / FIST_S)))

    def head_turn(self, time_s: float) -> Array:
        """Return (3, 3) how far the head is turned against the chest, in the person's own axes."""
        yaw = self.head_rad * np.sin(2 * np.pi * time_s / LOOK_S)
        nod = self.nod_rad * np.sin(2 * np.pi * time_s / NOD_S)
        return skinning.rotation_matrices(_UP * yaw) @ skinning.rotation_matrices(_SIDE * nod)

    def at(self, time_s: float) -> Body:
        """Return the person at a time, in the world of the walk."""
        body = super().at(time_s)
        turns, bones = body.turns(), bones_of(body.rig)
        facing = turns[bones["pelvis"]]
        looked = facing @ self.head_turn(time_s) @ facing.T
        turned = {
            "neck_01": slerp(looked, _NECK) @ turns[bones["neck_01"]],
            "head": looked @ turns[bones["head"]],
        }
        for side in self.sides if self.fists else "":
            turned |= self._arm_turns(body, facing, side, self.closed(time_s))
        return replace(body, pose=with_turns(body, turned))

    def _arm_turns(self, body: Body, facing: Array, side: str, closed: float) -> dict[str, Array]:
        """Return the turns of an arm whose hand is raised with its palm ahead, and of its fingers."""
        heads, tails = body.rig.heads, body.rig.tails
        bones = bones_of(body.rig)
        out = 1.0 if side == "l" else -1.0

        def along(name: str) -> Array:
            bone = bones[f"{name}_{side}"]
            return tails[bone] - heads[bone]

        hand = heads[bones[f"middle_01_{side}"]] - heads[bones[f"hand_{side}"]]
        across = out * (heads[bones[f"pinky_01_{side}"]] - heads[bones[f"index_01_{side}"]])
        palm = facing @ _frame(_UP, _AHEAD) @ _frame(hand, np.cross(across, hand)).T
        upper = swing(along("upperarm"), facing @ np.array([0.45 * out, -0.85, 0.25]))
        lower = swing(along("lowerarm"), facing @ np.array([0.25 * out, 0.95, 0.2]))
        twist = palm @ lower.T
        made = {
            f"upperarm_{side}": upper,
            f"lowerarm_{side}": _about(twist, lower @ along("lowerarm")) @ lower,
            f"hand_{side}": palm,
        }
        for finger in FINGERS:
            above, share = palm, closed / 3 if finger == "thumb" else closed
            for n, most in enumerate(CLOSED_RAD, 1):
                bone = along(f"{finger}_0{n}")
                hinge = out * (across - (across @ bone) * bone / (bone @ bone))
                hinge *= out / np.linalg.norm(hinge)
                above = above @ skinning.rotation_matrices(hinge * most * share)
                made[f"{finger}_0{n}_{side}"] = above
        return made


def _frame(up: Array, ahead: Array) -> Array:
    """Return (3, 3) with columns right, up and ahead."""
    up = up / np.linalg.norm(up)
    ahead = ahead - (ahead @ up) * up
    ahead = ahead / np.linalg.norm(ahead)
    return np.stack([np.cross(up, ahead), up, ahead], axis=1)


def _about(turn: Array, axis: Array) -> Array:
    """Return the part of a rotation that turns about an axis."""
    unit = axis / np.linalg.norm(axis)
    return swing(unit, turn @ unit).T @ turn
