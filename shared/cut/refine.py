"""Change an earlier mask as little as the clicks and the edges allow."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.cut.canvas import Canvas, Clicks, Mask, under_clicks
from shared.cut.maxflow import SURE, distances, minimum_cut

TRUST, CLICK_TRUST, SMOOTHNESS, ROUNDS = 1.5, 3.0, 12.0, 2
SEEN = 0.5
SOFT = 0.06  # width of the doubtful band along the old outline, in parts of the mask's size
ADD_REACH = 0.5  # least reach of a click that adds, in parts of the mask's size
REACH, LEAST_REACH_PX, HOLD = 4.0, 12.0, 3.0  # how far a correction goes, in distances to the old outline


def refined(
    canvas: Canvas,
    mask: Mask,
    clicks: Clicks,
    *,
    trust: float = TRUST,
    odds: NDArray[np.float64] | None = None,
) -> Mask:
    """Return a mask that keeps to the clicks, and elsewhere stays near the old one.

    A click that contradicts the old mask takes over the region that is nearer to it, walking around
    edges, than to the clicks that the mask already respects. Only what hangs together with such a click
    changes (progressive merge; Chen et al., "FocalClick", 2022), and the farther from it, the less likely.

    Args:
        canvas: Where to cut.
        mask: (h, w) earlier mask of the canvas.
        clicks: All clicks so far; none gives the old mask drawn to the nearest edges.
        trust: Log odds a pixel of the old mask, far from its outline.
        odds: (h, w) log odds of each pixel by what the detector's net saw; None without.
    """
    import cv2

    cells, clicks = canvas.cells, canvas.inside(clicks)
    size = np.sqrt(mask.sum() + 1.0)
    inwards = np.asarray(cv2.distanceTransform(np.pad(mask.astype(np.uint8), 1), cv2.DIST_L2, 5))[1:-1, 1:-1]
    outwards = np.asarray(cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5))
    outwards = outwards if mask.any() else np.full(mask.shape, 1e3)
    prior = trust * np.tanh((inwards - outwards) / (SOFT * size + 1.0))
    if odds is not None:
        prior += SEEN * odds
    wrong = _wrong(canvas, mask, clicks)
    prior = _contradicted(canvas, mask, clicks, prior)
    least = np.where(clicks.keep, max(ADD_REACH * size, LEAST_REACH_PX), LEAST_REACH_PX)
    prior += HOLD * _beyond(clicks.xy[wrong], least[wrong], inwards + outwards) * np.where(mask, 1.0, -1.0)
    old = mask
    spots = _spots(canvas, clicks)
    for _ in range(ROUNDS):
        outside = np.asarray(cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 3))
        near = np.exp(-outside / (0.5 * size + 1)) + 0.05
        wanted = mask + 2 * spots[0]
        other = ~mask * near + 2 * spots[1]
        belief = cells.total(canvas.log_ratio(wanted, other) + prior)
        for cell, keep in zip(cells.at(clicks.xy), clicks.keep, strict=True):
            belief[cell] = SURE if keep else -SURE
        mask = minimum_cut(cells, belief, smoothness=SMOOTHNESS)[cells.labels]
    if wrong.any():
        mask = old ^ _touching(mask ^ old, clicks.xy[wrong])
    return under_clicks(mask, clicks) if clicks.keep.any() else mask


def _wrong(canvas: Canvas, mask: Mask, clicks: Clicks) -> NDArray[np.bool_]:
    """(N,) whether the mask has each click on its wrong side."""
    held = canvas.cells.mean(mask.astype(np.float64)) > 0.5
    return held[canvas.cells.at(clicks.xy)] != clicks.keep


def _beyond(
    xy: NDArray[np.float64], least_px: NDArray[np.float64], to_outline: NDArray[Any]
) -> NDArray[np.float64]:
    """(h, w) 0 near the clicks, 1 far away, on the scale of each click's distance to the outline."""
    if not len(xy):
        return np.zeros(to_outline.shape)
    height, width = to_outline.shape
    rows, columns = np.ogrid[:height, :width]
    near = np.zeros(to_outline.shape)
    for (x, y), least in zip(xy, least_px, strict=True):
        row, column = int(np.clip(np.rint(y), 0, height - 1)), int(np.clip(np.rint(x), 0, width - 1))
        reach = max(REACH * float(to_outline[row, column]), least)
        near = np.maximum(near, np.exp(-(((rows - y) ** 2 + (columns - x) ** 2) / reach**2)))
    return 1 - near


def _touching(change: Mask, xy: NDArray[np.float64]) -> Mask:
    """Keep the connected parts of a change that hold one of the positions, or lie beside one."""
    import cv2

    _, found = cv2.connectedComponents(change.astype(np.uint8), connectivity=4)
    parts = np.asarray(found)
    height, width = change.shape
    kept = [np.zeros(1, parts.dtype)]
    for x, y in xy:
        row, column = int(np.clip(np.rint(y), 0, height - 1)), int(np.clip(np.rint(x), 0, width - 1))
        kept.append(parts[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3].ravel())
    return np.isin(parts, np.concatenate(kept)) & change


def _contradicted(
    canvas: Canvas, mask: Mask, clicks: Clicks, prior: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give the surroundings of clicks that the mask got wrong to those clicks."""
    cells = canvas.cells
    at, wrong = cells.at(clicks.xy), _wrong(canvas, mask, clicks)
    for keep in (True, False):
        bad = at[wrong & (clicks.keep == keep)]
        if not len(bad):
            continue
        settled = np.setdiff1d(at[~wrong | (clicks.keep != keep)], bad)
        to_bad = distances(cells, bad)
        to_settled = distances(cells, settled) if len(settled) else np.full(len(cells), to_bad.max() + 1)
        share = np.clip(2 * to_settled / (to_bad + to_settled + 1e-9) - 1, 0, 1)[cells.labels]
        prior = prior * (1 - share) + (CLICK_TRUST if keep else -CLICK_TRUST) * share
    return prior


def _spots(canvas: Canvas, clicks: Clicks) -> NDArray[np.float64]:
    """(2, h, w) soft spots around the clicks on and beside the object, for their colours."""
    height, width = canvas.shape
    radius = 0.04 * min(height, width) + 2
    rows, columns = np.ogrid[:height, :width]
    spots = np.zeros((2, height, width))
    for (x, y), keep in zip(clicks.xy, clicks.keep, strict=True):
        spots[0 if keep else 1] += np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * radius**2))
    return spots
