"""Bring MHR into the pose of a fitted body: joint to joint, by Levenberg–Marquardt.

The slopes are the file's own, by back-propagation. Turns are held near rest and lengths near average by
weak beliefs, and all within the file's joint limits.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_body.descent import Dense, descend
from sam_body.joint_names import bones_of
from sam_body.mhr.model import PARAMETERS, Mhr
from sam_body.types import Body

Array = NDArray[np.float64]

ROUNDS, ITERATIONS = 2, 20
_LIMBS = {
    "thigh": "upleg", "calf": "lowleg", "foot": "foot", "ball": "ball",
    "upperarm": "uparm", "lowerarm": "lowarm", "hand": "wrist",
}  # fmt: skip
SAME = {f"{ours}_{side}": f"{side}_{theirs}" for ours, theirs in _LIMBS.items() for side in "lr"}
SAME |= {"neck_01": "c_neck", "head": "c_head"}
"""Bones of the shipped body and the joints of MHR that lie in the same places."""
# How far joints of the two bodies may lie apart (metres) and parameters from rest (radians; powers of 2).
_LIMB_M, _TRUNK_M, _TURN, _LENGTH, _PLACE = 0.005, 0.03, 2.0, 0.3, 1e4


@dataclass(frozen=True)
class MhrFit:
    """Outcome of a fit.

    Args:
        parameters: (204,) of MHR.
        error_m: Mean distance of the limbs' joints.
    """

    parameters: Array
    error_m: float


def fit_joints(model: Mhr, body: Body) -> MhrFit:
    """Return the parameters with which MHR's joints lie where the body's do.

    Args:
        model: MHR.
        body: A fitted person of any rig.
    """
    ours = bones_of(body.rig.bones)
    rows = np.array([model.bones.index(name) for name in SAME.values()])
    wanted = body.posed_joints()[[ours[name] for name in SAME]]
    limbs = np.array([not name.startswith("c_") for name in SAME.values()])
    weight = 1 / np.where(limbs, _LIMB_M, _TRUNK_M)[:, None]
    belief = 1 / np.where(model.rigid, _PLACE, np.where(model.lengths, _LENGTH, _TURN))

    def evaluate(x: Array) -> Dense:
        places, slopes = model.places(x, rows)
        residual = np.concatenate([((places - wanted) * weight).ravel(), x * belief])
        return Dense(residual, np.concatenate([slopes * weight.repeat(3, axis=0), np.diag(belief)]))

    x = np.zeros(PARAMETERS)
    for _ in range(ROUNDS):
        x = model.within_limits(descend(x, evaluate, ITERATIONS)[0])
    apart = np.linalg.norm(model.places(x, rows)[0] - wanted, axis=1)
    return MhrFit(x, float(apart[limbs].mean()))
