"""How likely each cell belongs to what is clicked: a small net on its relations to the clicks.

Two hidden layers, trained by `tools/train_clicks/` on freely licensed photos with true masks.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from shared.cut.canvas import Canvas, Clicks, Mask, under_clicks
from shared.cut.maxflow import SURE, minimum_cut
from shared.cut.relations import relations
from shared.cut.sight import Sight
from shared.weights import path

FILE = "click_belief.npz"
LIMIT = 5.0  # log odds beyond which nothing is more certain
SMOOTHNESS = 12.0


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


def log_odds(canvas: Canvas, sight: Sight, clicks: Clicks, before: Mask | None) -> NDArray[np.float64]:
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


def likely_cut(canvas: Canvas, odds: NDArray[np.float64], clicks: Clicks, *, shift: float = 0.0) -> Mask:
    """Cut out what is likely, along edges; only what hangs together with a click on the object.

    Args:
        canvas: Where to cut.
        odds: (n,) log odds of each cell.
        clicks: The clicks; their cells are certain.
        shift: Added to the log odds: more gives a larger mask.
    """
    cells = canvas.cells
    belief = (odds + shift) * cells.sizes
    for cell, keep in zip(cells.at(clicks.xy), clicks.keep, strict=True):
        belief[cell] = SURE if keep else -SURE
    mask = minimum_cut(cells, belief, smoothness=SMOOTHNESS)[cells.labels]
    return under_clicks(mask, clicks)


def likely_overlap(canvas: Canvas, odds: NDArray[np.float64], mask: Mask) -> float:
    """Return the overlap (IoU) with what is meant that the odds promise a mask, 0..1."""
    share = 1 / (1 + np.exp(-odds[canvas.cells.labels]))
    held = float(share[mask].sum())
    return held / max(float(mask.sum()) + float(share.sum()) - held, 1.0)
