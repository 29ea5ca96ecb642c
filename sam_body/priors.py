"""How far joints bend: spreads and limits of each bone's angles, and of the body's shape.

Angles are components of a rotation vector in the bone's own frame: x bends (positive: elbow and knee
close, foot points, hip and spine go back), y twists along the bone, z goes sideways. Spreads are radians,
chosen by anatomy (stiff spine, free limbs) and checked on rendered people. Limits are degrees: the normal
ranges of the American Academy of Orthopaedic Surgeons (Joint Motion, 1965), the knee's of Boone and Azen
(1979); those of back and neck are shared out among their bones, and where left and right differ in sign
the wider range counts both ways. They are told from anatomical zero; the rest pose has bent elbows and knees.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_body.model import AVERAGE, BodyModel

Array = NDArray[np.float64]
Range = tuple[float, float]


@dataclass(frozen=True)
class Joint:
    """Prior of one bone: spread of the x, y, z angles (radians), and their ranges (degrees).

    Args:
        spread: Radians.
        x, y, z: Lowest and highest angle from anatomical zero, degrees.
        rest: How far the rest pose is bent about x, degrees.
    """

    spread: tuple[float, float, float]
    x: Range = (-360.0, 360.0)
    y: Range = (-360.0, 360.0)
    z: Range = (-360.0, 360.0)
    rest: float = 0.0

    @property
    def limits_rad(self) -> Array:
        """(2, 3) lowest and highest angles from the rest pose."""
        ends = np.array([self.x, self.y, self.z]).T - np.array([self.rest, 0.0, 0.0])
        return np.radians(ends)


_FREE = 1e3
_HALF_NECK: tuple[Range, Range, Range] = ((-22.5, 22.5), (-30.0, 30.0), (-22.5, 22.5))
_THIRD_BACK: tuple[Range, Range, Range] = ((-80 / 3, 25 / 3), (-15.0, 15.0), (-35 / 3, 35 / 3))
_MIDDLE = {
    "pelvis": Joint((_FREE, _FREE, _FREE)),
    "spine_01": Joint((0.2, 0.12, 0.12), *_THIRD_BACK),
    "spine_02": Joint((0.2, 0.15, 0.12), *_THIRD_BACK),
    "spine_03": Joint((0.2, 0.15, 0.12), *_THIRD_BACK),
    "neck_01": Joint((0.25, 0.3, 0.2), *_HALF_NECK),
    "head": Joint((0.25, 0.3, 0.2), *_HALF_NECK),
}
_LIMBS = {
    "clavicle": Joint((0.12, 0.08, 0.15)),
    "upperarm": Joint((1.2, 0.5, 1.2), y=(-90, 90)),
    "lowerarm": Joint((1.0, 0.4, 0.06), x=(0, 150), y=(-80, 80), rest=42),
    "hand": Joint((0.25, 0.3, 0.25), x=(-80, 80), z=(-80, 80)),
    "thigh": Joint((1.0, 0.35, 0.5), x=(-120, 30), y=(-45, 45), z=(-45, 45)),
    "calf": Joint((1.0, 0.08, 0.04), x=(0, 143), rest=8),
    "foot": Joint((0.35, 0.12, 0.12), x=(-20, 50)),
}
JOINTS = _MIDDLE | {f"{limb}_{side}": joint for limb, joint in _LIMBS.items() for side in "lr"}

SHAPE_SPREAD = np.array([0.5, 0.07, 0.25, 0.25, 0.3, 0.25])
STRENGTH = 1.0
STOP_RAD = 0.05
STOP_SHAPE = 0.05
KNOWN_SHAPE_SPREAD = 0.005


@dataclass(frozen=True, eq=False)
class Prior:
    """The priors of B bones as residuals in standard deviations.

    Args:
        bones: (B,) indices in the model.
        spread: (B, 3) radians.
        low, high: (B, 3) radians from the rest pose.
        shape: (6,) in 0..1 the likeliest shape.
        shape_spread: (6,) of it.
    """

    bones: NDArray[np.int64]
    spread: Array
    low: Array
    high: Array
    shape: Array
    shape_spread: Array

    @classmethod
    def of(cls, model: BodyModel, shape: tuple[float, ...] | None = None) -> "Prior":
        """Collect the priors of the bones that a fit may turn, and of the shape, which may be known."""
        joints = list(JOINTS.values())
        return cls(
            np.array([model.index[bone] for bone in JOINTS]),
            np.array([joint.spread for joint in joints]),
            np.array([joint.limits_rad[0] for joint in joints]),
            np.array([joint.limits_rad[1] for joint in joints]),
            AVERAGE if shape is None else np.array(shape),
            SHAPE_SPREAD if shape is None else np.full(6, KNOWN_SHAPE_SPREAD),
        )

    def residuals(self, shape: Array, angles: Array) -> tuple[Array, Array]:
        """Return residuals (R,) and their slopes (R, 9 + 3·B); both are diagonal-ish and cheap.

        Args:
            shape: (6,) in 0..1.
            angles: (B, 3) radians.
        """
        size = 9 + angles.size
        bend = (angles / self.spread).ravel() * STRENGTH
        low, high = np.minimum(angles - self.low, 0), np.maximum(angles - self.high, 0)
        stop = ((low + high) / STOP_RAD).ravel()
        middle = (shape - self.shape) / self.shape_spread
        edge = (np.minimum(shape, 0) + np.maximum(shape - 1, 0)) / STOP_SHAPE
        slope_bend = np.zeros((bend.size, size))
        slope_bend[np.arange(bend.size), 9 + np.arange(bend.size)] = STRENGTH / self.spread.ravel()
        slope_stop = np.zeros((len(stop), size))
        slope_stop[np.arange(len(stop)), 9 + np.arange(len(stop))] = (stop != 0) / STOP_RAD
        slope_shape = np.zeros((12, size))
        slope_shape[np.arange(6), 3 + np.arange(6)] = 1 / self.shape_spread
        slope_shape[6 + np.arange(6), 3 + np.arange(6)] = (edge != 0) / STOP_SHAPE
        return (
            np.concatenate([bend, stop, middle, edge]),
            np.concatenate([slope_bend, slope_stop, slope_shape]),
        )
