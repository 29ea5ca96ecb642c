"""How likely each cell belongs to what is asked for: a small net, by clicks, a box, and the mask so far.

Trained by `tools/train_clicks/` on freely licensed photos with true masks and on scenes of our own.
"""

import numpy as np
from numpy.typing import NDArray

from shared.cut.asked import Share, described, grid_of
from shared.cut.canvas import Canvas, Clicks, Mask, under_clicks
from shared.cut.maxflow import SURE, minimum_cut
from shared.cut.sight import Sight
from shared.onnx import net

FILE = "click_net.onnx"
LIMIT = 5.0  # log odds beyond which nothing is more certain
SMOOTHNESS = 12.0


def log_odds(
    canvas: Canvas, sight: Sight, clicks: Clicks, before: Mask | None, *, box: Share | None = None
) -> NDArray[np.float64]:
    """Return (n,) log odds of each cell to belong to the object, −5..5.

    Args:
        canvas: The whole photo.
        sight: What the detector's net saw of it.
        clicks: All clicks; the first on the object counts as the first one. May be none with a box.
        before: (h, w) mask that the earlier clicks gave; None at the first click.
        box: What holds the object, in shares of the photo's width and height; None without.
    """
    values = described(canvas, sight, clicks, box=box, before=before)
    maps = {f"map_{number}": features[None] for number, features in enumerate(sight.maps)}
    grid = grid_of(canvas, values, sight.maps[0].shape[-1])
    place = sight.place.astype(np.float32)
    odds = net(FILE)(cells=values[None], place=place[None], grid=grid[None], **maps)["odds"][0]
    return np.clip(odds.astype(np.float64), -LIMIT, LIMIT)


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


def promised_overlap(odds: NDArray[np.float64], mask: Mask) -> float:
    """Return the overlap (IoU) with what is meant that (h, w) log odds promise a (h, w) mask, 0..1."""
    share = 1 / (1 + np.exp(-odds))
    held = float(share[mask].sum())
    return held / max(float(mask.sum()) + float(share.sum()) - held, 1.0)
