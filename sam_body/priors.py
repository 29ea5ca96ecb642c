"""How far joints like to bend: spreads and limits of each bone's angles, and of the body's shape.

Angles are components of a rotation vector in the bone's own frame: x bends (positive: elbow and knee
close, hip and spine go back), y twists along the bone, z goes sideways. Values are radians, chosen by
anatomy (stiff spine, free limbs, knees and elbows one way only) and checked on rendered people.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_body.model import AVERAGE, BodyModel

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Joint:
    """Prior of one bone: spread of the x, y, z angles, and the range of x where it has a hard stop."""

    spread: tuple[float, float, float]
    low_x: float = -np.inf
    high_x: float = np.inf


_FREE = 1e3
_MIDDLE = {
    "pelvis": Joint((_FREE, _FREE, _FREE)),
    "spine_01": Joint((0.2, 0.12, 0.12)),
    "spine_02": Joint((0.2, 0.15, 0.12)),
    "spine_03": Joint((0.2, 0.15, 0.12)),
    "neck_01": Joint((0.25, 0.3, 0.2)),
    "head": Joint((0.25, 0.3, 0.2)),
}
_LIMBS = {
    "clavicle": Joint((0.12, 0.08, 0.15)),
    "upperarm": Joint((1.2, 0.5, 1.2)),
    "lowerarm": Joint((1.0, 0.4, 0.06), low_x=-0.75, high_x=2.0),
    "hand": Joint((0.25, 0.3, 0.25)),
    "thigh": Joint((1.0, 0.35, 0.5)),
    "calf": Joint((1.0, 0.08, 0.04), low_x=-0.05, high_x=2.5),
    "foot": Joint((0.35, 0.12, 0.12)),
}
JOINTS = _MIDDLE | {f"{limb}_{side}": joint for limb, joint in _LIMBS.items() for side in "lr"}

SHAPE_SPREAD = np.array([0.5, 0.07, 0.25, 0.25, 0.3, 0.25])
STRENGTH = 1.0
STOP_RAD = 0.05
STOP_SHAPE = 0.05


@dataclass(frozen=True, eq=False)
class Prior:
    """The priors of B bones as residuals in standard deviations.

    Args:
        bones: (B,) indices in the model.
        spread: (B, 3) radians.
        low, high: (B,) radians, of the x angle.
    """

    bones: NDArray[np.int64]
    spread: Array
    low: Array
    high: Array

    @classmethod
    def of(cls, model: BodyModel) -> "Prior":
        """Collect the priors of the bones that a fit may turn."""
        joints = list(JOINTS.values())
        return cls(
            np.array([model.index[bone] for bone in JOINTS]),
            np.array([joint.spread for joint in joints]),
            np.array([joint.low_x for joint in joints]),
            np.array([joint.high_x for joint in joints]),
        )

    def residuals(self, shape: Array, angles: Array) -> tuple[Array, Array]:
        """Return residuals (R,) and their slopes (R, 9 + 3·B); both are diagonal-ish and cheap.

        Args:
            shape: (6,) in 0..1.
            angles: (B, 3) radians.
        """
        size = 9 + angles.size
        bend = (angles / self.spread).ravel() * STRENGTH
        low, high = np.minimum(angles[:, 0] - self.low, 0), np.maximum(angles[:, 0] - self.high, 0)
        stop = (low + high) / STOP_RAD
        middle = (shape - AVERAGE) / SHAPE_SPREAD
        edge = (np.minimum(shape, 0) + np.maximum(shape - 1, 0)) / STOP_SHAPE
        slope_bend = np.zeros((bend.size, size))
        slope_bend[np.arange(bend.size), 9 + np.arange(bend.size)] = STRENGTH / self.spread.ravel()
        slope_stop = np.zeros((len(stop), size))
        slope_stop[np.arange(len(stop)), 9 + 3 * np.arange(len(stop))] = (stop != 0) / STOP_RAD
        slope_shape = np.zeros((12, size))
        slope_shape[np.arange(6), 3 + np.arange(6)] = 1 / SHAPE_SPREAD
        slope_shape[6 + np.arange(6), 3 + np.arange(6)] = (edge != 0) / STOP_SHAPE
        return (
            np.concatenate([bend, stop, middle, edge]),
            np.concatenate([slope_bend, slope_stop, slope_shape]),
        )
