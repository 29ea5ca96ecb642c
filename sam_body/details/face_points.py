"""The face net's 468 points on the body's mesh, and what the net makes of that mesh itself."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from shared import weights

Array = NDArray[np.float64]
FILE = "face_points.npz"


@dataclass(frozen=True, eq=False)
class FaceTable:
    """The baked table.

    Args:
        vertices: (468, 3) of the body's mesh.
        weights: (468, 3) of these, sums are 1.
        shape: (468, 3) the average body's face at rest as the net sees it, metres, template frame.
        straight: (3,) unit: along which eyes seem to look to the iris net when they look straight ahead.
    """

    vertices: NDArray[np.int64]
    weights: Array
    shape: Array
    straight: Array


@cache
def table() -> FaceTable:
    """Load it, once a process.

    Raises:
        WeightsError: The file is missing or altered.
    """
    with np.load(weights.path(FILE), allow_pickle=False) as data:
        shares = data["weights"].astype(np.float64)
        return FaceTable(
            data["vertices"].astype(np.int64),
            shares / shares.sum(1, keepdims=True),
            data["shape"].astype(np.float64),
            data["straight"].astype(np.float64),
        )


def face_points(surface: Array) -> Array:
    """(468, 3) the points on a surface of (V, 3) vertices."""
    return np.einsum("kc,kcd->kd", table().weights, surface[table().vertices])
