"""From clicks, boxes and found things to one mask: propose, judge, look closer."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from shared.cut import outline
from shared.cut.belief import likely_cut, likely_overlap, log_odds
from shared.cut.candidates import others
from shared.cut.canvas import BoxPx, Canvas, Clicks, Mask, around, canvas, overlap
from shared.cut.judge import expected_overlap
from shared.cut.propose import box_cut, box_grabcut, from_clicks
from shared.cut.refine import TRUST, refined
from shared.detector import Detection
from shared.encoders.image import Encoding
from shared.masks import box_of

CLOSE_PX, MARGIN = 200, 0.5
NO_CLICKS = Clicks(np.zeros((0, 2)), np.zeros(0, np.bool_))
LEAST_THING = 0.3
SHIFTS = (-1.5, 0.0, 1.5)  # log odds: part, object, and what else hangs together with it
ODDS_SHARE = 0.4  # of the odds in the promise of a mask; the rest is its looks
THING_BONUS = 0.3  # what the detector's belief adds to a mask's expected overlap
PERSON_TRUST = 4.0
ALTERNATIVE = 0.9  # overlap below which another mask of a click is worth showing


@dataclass(frozen=True, eq=False)
class Found:
    """One selected object.

    Args:
        mask: (H, W) bool, of the encoded photo's size; may be empty.
        score: Expected overlap with what was meant, 0..1.
        label: Class that the detector gave it, or "".
        options: Other masks that the first click may have meant, each with its score; of the size of
            the encoding's canvas.
        others: Part and whole that it may mean as well, ready to be shown, the best first.
    """

    mask: Mask
    score: float
    label: str = ""
    options: tuple[tuple[float, Mask], ...] = ()
    others: tuple["Found", ...] = ()


def by_first_click(encoding: Encoding, xy_px: tuple[float, float]) -> Found:
    """Select what a single click means: a found thing under it, or the best of many cuts.

    Args:
        encoding: The photo.
        xy_px: (column, row) in pixels of the encoded photo.
    """
    whole, spot = encoding.whole, np.array([xy_px])
    clicks = whole.clicks(spot, np.ones(1, np.bool_))
    things = _things_at(encoding, xy_px)
    with ThreadPoolExecutor(1) as helper:
        if any(thing.label == "person" for thing in things):
            helper.submit(encoding.people)  # the nets run while this thread cuts
        odds = log_odds(whole, encoding.sight, clicks, None)
        cuts = [likely_cut(whole, odds, clicks, shift=shift) for shift in SHIFTS]
        cuts += from_clicks(whole, clicks)
        options = [(promise(whole, odds, mask, clicks), mask) for mask in cuts]
    for thing in things:
        mask = whole.shrink(by_thing(encoding, thing, grabcut=False).mask)
        if respects(mask, clicks):
            options.append((promise(whole, odds, mask, clicks) + THING_BONUS * thing.score, mask))
    best = max(range(len(options)), key=lambda n: options[n][0])
    ranked = [options[best], *others(options, options[best][1])]
    drawn = [odds if best < len(cuts) else None, None, None]  # a thing has been drawn by its detection
    shown = [
        closer_look(encoding, enlarged(whole, mask, encoding), spot, odds=part).mask
        for (_, mask), part in zip(ranked, drawn, strict=False)
    ]
    kept = [Found(full, min(score, 1.0)) for (score, _), full in zip(ranked, shown, strict=True)]
    more = tuple(
        f for n, f in enumerate(kept[1:], 1) if all(overlap(f.mask, o.mask) < ALTERNATIVE for o in kept[:n])
    )
    return replace(kept[0], options=tuple(options), others=more)


def promise(canvas: Canvas, odds: NDArray[np.float64], mask: Mask, clicks: Clicks) -> float:
    """Return the overlap with what is meant that a mask promises, by its looks and by its cells' odds."""
    judged = expected_overlap(canvas, mask, clicks)
    return ODDS_SHARE * likely_overlap(canvas, odds, mask) + (1 - ODDS_SHARE) * judged


def by_box(encoding: Encoding, box_px: BoxPx, *, grabcut: bool = True) -> Found:
    """Select what a box encloses: the better of a graph cut and GrabCut, by the judge.

    Args:
        encoding: The photo.
        box_px: Left, top, right, bottom in pixels of the encoded photo.
        grabcut: Whether to try GrabCut as well, which takes most of the time.
    """
    near = canvas(encoding.pixels, short_px=CLOSE_PX, within=around(box_px, MARGIN, encoding.pixels.shape))
    options = [box_cut(near, box_px)] + ([box_grabcut(near, box_px)] if grabcut else [])
    judged = [(expected_overlap(near, mask) * _filled(near, mask, box_px), mask) for mask in options]
    score, mask = max(judged, key=lambda option: option[0])
    full = outline.full_size(near, mask, encoding.pixels)
    return Found(_within(full, box_px), score)


def by_thing(encoding: Encoding, thing: Detection, *, grabcut: bool = True) -> Found:
    """Select a thing that the detector found; a person by the pose net's mask when it sees one there."""
    if thing.label == "person":
        for person in encoding.people():
            probability = person.mask_probability(*encoding.pixels.shape[:2])
            mask = probability > 0.5
            if mask.any() and _share_inside(mask, thing.box_xyxy) > 0.7:
                closer = closer_look(encoding, mask, np.zeros((0, 2)), trust=PERSON_TRUST)
                return Found(closer.mask, thing.score, thing.label)
    found = by_box(encoding, thing.box_xyxy, grabcut=grabcut)
    return Found(found.mask, thing.score, thing.label)


def respects(mask: Mask, clicks: Clicks) -> bool:
    """Whether a mask of the canvas holds all clicks on the object and none beside it."""
    height, width = mask.shape
    columns = np.clip(np.rint(clicks.xy[:, 0]), 0, width - 1).astype(int)
    rows = np.clip(np.rint(clicks.xy[:, 1]), 0, height - 1).astype(int)
    return bool((mask[rows, columns] == clicks.keep).all())


def closer_look(
    encoding: Encoding,
    mask: Mask,
    xy_px: NDArray[np.float64],
    keep: NDArray[np.bool_] | None = None,
    *,
    trust: float = TRUST,
    odds: NDArray[np.float64] | None = None,
) -> Found:
    """Refine a mask on a canvas of its own neighbourhood, then bring it to full size.

    Args:
        encoding: The photo.
        mask: (H, W) bool, of the encoded photo's size.
        xy_px: (N, 2) clicks in pixels of the encoded photo.
        keep: (N,) whether each is on the object; all are when None.
        trust: Log odds a pixel that the mask deserves.
        odds: (n,) log odds of the cells of the photo's canvas; None without.
    """
    keep = np.ones(len(xy_px), np.bool_) if keep is None else keep
    box = _box_of(mask, xy_px[keep])
    near = canvas(encoding.pixels, short_px=CLOSE_PX, within=around(box, MARGIN, encoding.pixels.shape))
    clicks = near.clicks(xy_px, keep) if len(xy_px) else NO_CLICKS
    old = near.shrink(mask)
    likely = None if odds is None else nearby(encoding.whole, odds, near)
    cut = refined(near, old, clicks, trust=trust, odds=likely)
    full = outline.full_size(near, cut, encoding.pixels)
    if len(xy_px) > 1:  # a correction: what it does not touch keeps its outline
        full = np.where(near.enlarge(_grown(cut ^ old), mask.shape), full, mask)
    height, width = full.shape
    spots = np.clip(np.floor(xy_px), 0, [width - 1, height - 1]).astype(np.int64)
    for (column, row), on in zip(spots, keep, strict=True):
        full[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2] = on
    full = outline.tidy(full, spots=spots, keep=keep)
    judged = clicks if clicks.keep.any() else None
    return Found(full, expected_overlap(near, cut, judged))


def nearby(whole: Canvas, odds: NDArray[np.float64], near: Canvas) -> NDArray[np.float64]:
    """Bring the odds of the whole photo's cells to the (h, w) pixels of a closer canvas."""
    import cv2

    (height, width), (left, top, right, bottom) = near.shape, near.box_px
    corners = whole.picture.to_small(np.array([[left, top], [right, bottom]], np.float64) - 0.5) + 0.5
    (x0, y0), (x1, y1) = corners
    columns = np.linspace(x0, x1, width, endpoint=False) + (x1 - x0) / width / 2 - 0.5
    rows = np.linspace(y0, y1, height, endpoint=False) + (y1 - y0) / height / 2 - 0.5
    across, down = np.meshgrid(columns.astype(np.float32), rows.astype(np.float32))
    field = odds[whole.cells.labels].astype(np.float32)
    shown = cv2.remap(field, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(shown, np.float64)


def _grown(mask: Mask) -> Mask:
    import cv2

    return cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0


def _things_at(encoding: Encoding, xy_px: tuple[float, float]) -> list[Detection]:
    x, y = xy_px
    things = [t for t in encoding.things if t.score >= LEAST_THING]
    return [t for t in things if t.box_xyxy[0] <= x <= t.box_xyxy[2] and t.box_xyxy[1] <= y <= t.box_xyxy[3]][
        :2
    ]


def enlarged(source: Canvas, mask: Mask, encoding: Encoding) -> Mask:
    """Return a canvas' mask at the size of the encoded photo."""
    import cv2

    height, width = encoding.pixels.shape[:2]
    return np.asarray(cv2.resize(mask.astype(np.float32), (width, height))) > 0.5


def _box_of(mask: Mask, xy_px: NDArray[np.float64]) -> BoxPx:
    corners = np.array(box_of(mask) if mask.any() else (), np.float64).reshape(-1, 2)
    points = np.concatenate([corners, xy_px, xy_px + 1])
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _filled(near: Canvas, mask: Mask, box_px: BoxPx) -> float:
    """How well a mask fills its box: 1 when it touches all sides and covers a fifth of it or more."""
    left, top, right, bottom = near.picture.box(box_px)
    if not mask.any():
        return 0.0
    first_column, first_row, last_column, last_row = box_of(mask)
    wide = (last_column - first_column) / max(right - left, 1.0)
    high = (last_row - first_row) / max(bottom - top, 1.0)
    cover = mask.sum() / max((right - left) * (bottom - top), 1.0)
    return float(min(wide, 1.0) * min(high, 1.0) * min(1.0, 0.5 + 2.5 * cover))


def _share_inside(mask: Mask, box_px: BoxPx) -> float:
    left, top, right, bottom = (round(v) for v in box_px)
    return float(mask[max(top, 0) : bottom, max(left, 0) : right].sum() / mask.sum())


def _within(mask: Mask, box_px: BoxPx, *, slack_px: int = 1) -> Mask:
    kept = np.zeros_like(mask)
    left, top, right, bottom = box_px
    rows = slice(max(int(top) - slack_px, 0), int(np.ceil(bottom)) + slack_px)
    columns = slice(max(int(left) - slack_px, 0), int(np.ceil(right)) + slack_px)
    kept[rows, columns] = mask[rows, columns]
    return kept
