"""How likely each cell belongs to what clicks correct: a smaller net, on each cell's relations alone.

Two hidden layers, trained by `tools/train_clicks/corrections.py` on freely licensed photos with true masks.
Beside the net of `shared/cut/belief.py`, which sees the whole photo, its mild odds measured better at
corrections: after three clicks they leave more to the clicks themselves.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from shared.cut.belief import LIMIT
from shared.cut.canvas import Canvas, Clicks, Mask
from shared.cut.relations import relations
from shared.cut.sight import Sight
from shared.weights import path

FILE = "click_belief.npz"


@dataclass(frozen=True, eq=False)
class Weights:
    """The net.

    Args:
        scaling: Mean and spread of each of the five maps that the detector's net gives.
        mean: (44,) of the relations.
        spread: (44,) of the relations.
        layers: (in, out) weights and (out,) biases of three layers.
    """

    scaling: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]
    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    layers: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]


@cache
def weights() -> Weights:
    """Open the shipped net.

    Raises:
        WeightsError: The file is missing or was altered.
    """
    with np.load(path(FILE)) as kept:
        return Weights(
            tuple((kept[f"map_mean_{n}"], kept[f"map_spread_{n}"]) for n in range(5)),
            kept["mean"],
            kept["spread"],
            tuple((kept[f"weight_{n}"], kept[f"bias_{n}"]) for n in range(3)),
        )


def corrected_odds(canvas: Canvas, sight: Sight, clicks: Clicks, before: Mask | None) -> NDArray[np.float64]:
    """Return (n,) log odds of each cell to belong to the object, −5..5.

    Args:
        canvas: The whole photo.
        sight: What the detector's net saw of it.
        clicks: All clicks; the first on the object counts as the first one.
        before: (h, w) mask that the earlier clicks gave; None at the first click.
    """
    cells, net = canvas.cells, weights()
    at = cells.at(clicks.xy)
    so_far = None if before is None else 2 * cells.mean(before.astype(np.float64)) - 1
    values = relations(cells, sight, at[clicks.keep], at[~clicks.keep], so_far)
    values = (values - net.mean) / net.spread
    for number, (weight, bias) in enumerate(net.layers):
        values = np.asarray(values @ weight + bias, np.float32)
        if number < len(net.layers) - 1:
            values = np.maximum(values, 0)
    return np.clip(values[:, 0].astype(np.float64), -LIMIT, LIMIT)
