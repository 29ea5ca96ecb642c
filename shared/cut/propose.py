"""Masks that a click or a box may mean: cuts from several sizes of belief around it."""

import numpy as np
from numpy.typing import NDArray

from shared.cut.canvas import BoxPx, Canvas, Clicks, Mask, under_clicks
from shared.cut.maxflow import SURE, distances, minimum_cut

RADII = (0.05, 0.09, 0.15, 0.25, 0.4)  # of the shorter side
SMOOTHNESS = (6.0, 20.0)
WALKS = (0.7, 1.5)  # trust in geodesic distance
ROUNDS = 3


def from_clicks(canvas: Canvas, clicks: Clicks) -> list[Mask]:
    """Return what clicks may mean, small parts to large ones; masks of the canvas, none empty."""
    masks = [
        disk_cut(canvas, clicks, radius=radius, smoothness=smoothness)
        for radius in RADII
        for smoothness in SMOOTHNESS
    ]
    masks += [walk_cut(canvas, clicks, trust=trust) for trust in WALKS]
    masks = [under_clicks(mask, clicks) for mask in masks]
    return [mask for mask in masks if mask.any()]


def disk_cut(canvas: Canvas, clicks: Clicks, *, radius: float, smoothness: float) -> Mask:
    """Cut around disks at the clicks, learning both colours anew in each of three rounds.

    The idea of GrabCut (Rother et al., 2004), with colour histograms on cells.
    """
    import cv2

    cells, (height, width) = canvas.cells, canvas.shape
    reach = radius * min(height, width)
    apart = np.linalg.norm(cells.centre[:, None] - clicks.on[None], axis=2).min(axis=1) / reach
    away = apart[cells.labels]
    prior = np.clip(2.0 * (1.0 - apart), -2.5, 2.0) * cells.sizes
    mask, near = away < 1, np.exp(-np.maximum(away - 1, 0)) + 0.05
    spots = 2.0 * np.exp(-((away * reach / 4) ** 2))
    for _ in range(ROUNDS):
        belief = cells.total(1.2 * canvas.log_ratio(mask + spots, ~mask * near)) + prior
        mask = minimum_cut(cells, _fixed(canvas, belief, clicks), smoothness=smoothness)[cells.labels]
        outside = np.asarray(cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 3))
        near = np.exp(-outside / (0.5 * np.sqrt(mask.sum()) + 0.5)) + 0.05
    return mask


def walk_cut(canvas: Canvas, clicks: Clicks, *, trust: float, smoothness: float = 12.0) -> Mask:
    """Cut where the walk to the click and the walk to the picture's border meet at edges.

    Geodesic belief (Bai & Sapiro, 2007) joined with colour histograms.
    """
    cells, labels = canvas.cells, canvas.cells.labels
    border = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    clear = np.linalg.norm(cells.centre[border][:, None] - clicks.on[None], axis=2).min(axis=1) > 10
    beside = np.concatenate([cells.at(clicks.xy[~clicks.keep]), border[clear].astype(np.int64)])
    to_object, to_rest = distances(cells, cells.at(clicks.on)), distances(cells, beside)
    share = to_rest / (to_object + to_rest + 1e-9)
    likely = share[labels]
    wanted, other = np.maximum(likely - 0.5, 0) ** 2, np.maximum(0.5 - likely, 0) ** 2 + 1e-6
    belief = cells.total(canvas.log_ratio(wanted, other))
    belief += trust * 2 * np.log((share + 0.02) / (1.02 - share)) * cells.sizes
    return minimum_cut(cells, _fixed(canvas, belief, clicks), smoothness=smoothness)[labels]


def box_cut(canvas: Canvas, box_px: BoxPx, *, smoothness: float = 10.0) -> Mask:
    """Cut the object that a box encloses: nothing outside it, its middle more likely than its corners."""
    cells = canvas.cells
    left, top, right, bottom = canvas.picture.box(box_px)
    half = np.array([max(right - left, 1.0), max(bottom - top, 1.0)]) / 2
    place = (cells.centre + 0.5 - [(left + right) / 2, (top + bottom) / 2]) / half
    outside = np.abs(place).max(axis=1) > 1
    share = np.clip(1.15 - 0.75 * np.linalg.norm(place, axis=1), 0.08, 0.92)
    prior = np.log(share / (1 - share)) * cells.sizes
    beyond, likely = outside[cells.labels], share[cells.labels] * ~outside[cells.labels]
    mask = likely > 0.5
    wanted, other = likely**2, np.where(beyond, 1.0, 0.5 * (1 - likely))
    for _ in range(ROUNDS):
        belief = cells.total(1.2 * canvas.log_ratio(wanted, other)) + prior
        belief[outside] = -SURE
        mask = minimum_cut(cells, belief, smoothness=smoothness)[cells.labels]
        wanted, other = likely**2 * mask, np.where(beyond, 1.0, 0.5 * (1 - likely) * ~mask)
    return mask


def box_grabcut(canvas: Canvas, box_px: BoxPx, *, rounds: int = 3) -> Mask:
    """OpenCV's GrabCut from a box: Gaussian mixtures of colour on the pixel grid."""
    import cv2

    height, width = canvas.shape
    left, top, right, bottom = (round(v) for v in canvas.picture.box(box_px))
    marks = np.full((height, width), cv2.GC_BGD, np.uint8)
    marks[max(top, 0) : max(bottom, 1), max(left, 0) : max(right, 1)] = cv2.GC_PR_FGD
    if (marks == cv2.GC_PR_FGD).all() or len(np.unique(canvas.bins)) < 2:
        return marks > 0  # no background to learn from
    pixels = np.ascontiguousarray(canvas.picture.pixels[:, :, ::-1])
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)
    cv2.grabCut(pixels, marks, (0, 0, 0, 0), models[0], models[1], rounds, cv2.GC_INIT_WITH_MASK)
    return (marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD)


def _fixed(canvas: Canvas, belief: NDArray[np.float64], clicks: Clicks) -> NDArray[np.float64]:
    """Make the belief in clicked cells certain; a cell clicked both ways keeps the last click."""
    fixed = belief.copy()
    for cell, keep in zip(canvas.cells.at(clicks.xy), clicks.keep, strict=True):
        fixed[cell] = SURE if keep else -SURE
    return fixed
