"""Outlines that agree: each photo is cut again by what all outlines together leave, and by all colours."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.backdrop import against_backdrop
from sam_3d.photos.carving import bounds, grid_in, outline
from sam_3d.photos.cuts import Cut, Mask, Picture, colour_odds, labelled
from sam_3d.photos.judging import CELLS, insides
from sam_3d.photos.marking import CARRIED, FAILED, OWN, PROMPTED, Marks
from shared.errors import InputError
from shared.media import Image
from shared.progress import Progress
from shared.render import View

_VOTES = 0.7  # share of the outlines that a place must lie in
_ROUNDS = 2
_INSIDE = 0.45  # how sure the middle of what is left is
_NEARLY = 0.75  # overlap (IoU) of a prompted outline and the one that takes its place
_WITHIN = 0.25, 4.0  # area of an outline over that of the one before, else it is kept as it was


def cut_again(
    photos: Sequence[Image],
    views: Sequence[View],
    masks: Sequence[Mask],
    *,
    floor: float | None = None,
    progress: Progress | None = None,
) -> list[Mask]:
    """Return outlines that agree better with one another and with the colours of the object.

    Args:
        photos: From all around.
        views: Their cameras.
        masks: (H, W) bool outlines, some of them wrong in parts; an empty one counts nothing and is filled.
        floor: Height (y) of the ground, where it is known.
        progress: Told of each photo; may cancel.

    Raises:
        InputError: The outlines do not meet.
    """
    progress = progress or Progress()
    done = list(masks)
    for stage in range(_ROUNDS):
        good = [i for i, mask in enumerate(done) if mask.any()]
        used, shown = [views[i] for i in good], [done[i] for i in good]
        outlines = [outline(view, mask) for view, mask in zip(used, shown, strict=True)]
        box = bounds(used, shown, floor=floor)
        points, inside = insides(outlines, box, floor)
        left = points[inside.mean(0) >= _VOTES]
        if not len(left):
            return done
        cell = grid_in(*box, cells=CELLS).step
        cuts = [Cut.of(photo, view, left, cell) for photo, view in zip(photos, views, strict=True)]
        before = [_cropped(mask, cut) for mask, cut in zip(done, cuts, strict=True)]
        sure = [_core(cut, cell) for cut in cuts]
        taught = [np.where(cut.near > 0, 2 * inner * old - 0.4, -1) for cut, inner, old in
                  zip(cuts, sure, before, strict=True)]  # fmt: skip
        odds = colour_odds(cuts, [np.asarray(t, np.float32) for t in taught], np.ones((len(cuts), 3)))
        plain = against_backdrop(cuts, sure)
        for i, (cut, photo) in enumerate(zip(cuts, photos, strict=True)):
            progress.step((stage + i / len(cuts)) / _ROUNDS, "cutting out what all photos agree on")
            evidence = _INSIDE * sure[i] + (0.0 if plain is None else plain[i])
            made = cut.placed(labelled(cut, evidence, odds[i]), (photo.height, photo.width))
            share = made.sum() / max(int(done[i].sum()), 1)
            if not done[i].any() or _WITHIN[0] < share < _WITHIN[1]:
                done[i] = made
    return done


def marks_that_agree(
    marks: Marks,
    photos: Sequence[Image],
    views: Sequence[View],
    *,
    floor: float | None = None,
    progress: Progress | None = None,
) -> Marks:
    """Return marks with carried outlines cut again, and with prompted ones where they hardly change.

    Args:
        marks: Of all photos; one that failed is filled where the others say what is there.
        photos: The pictures.
        views: Their cameras.
        floor: Height (y) of the ground, where it is known.
        progress: Told of each photo; may cancel.
    """
    try:
        made = cut_again(photos, views, marks.masks, floor=floor, progress=progress)
    except InputError:
        return marks
    masks, ways = list(marks.masks), list(marks.ways)
    for i, mask in enumerate(made):
        if not mask.any() or ways[i] == OWN:
            continue
        alike = (mask & masks[i]).sum() / max(int((mask | masks[i]).sum()), 1)
        if ways[i] != PROMPTED or alike > _NEARLY:
            masks[i] = mask
            ways[i] = CARRIED if ways[i] == FAILED else ways[i]
    warnings = marks.warnings if FAILED in ways or FAILED not in marks.ways else ()
    return replace(marks, masks=tuple(masks), ways=tuple(ways), warnings=warnings)


def _core(cut: Cut, cell: float) -> Picture:
    """Return 1 well inside of what is left, 0 near its edge and outside."""
    import cv2

    focal = cut.view.camera.focal_px
    depth = float(np.linalg.norm(cut.view.camera_from_world[:3, 3]))
    reach = max(2.0, 2.5 * cell * focal / max(depth, 1e-9))
    inner = cv2.distanceTransform(cut.near, cv2.DIST_L2, 3)
    return np.clip(inner / reach - 1, 0, 1).astype(np.float32)


def _cropped(mask: NDArray[np.bool_], cut: Cut) -> Picture:
    import cv2

    left, top, right, bottom = cut.box
    part = mask[top:bottom, left:right].astype(np.float32)
    return np.asarray(cv2.resize(part, cut.view.camera.size_px, interpolation=cv2.INTER_AREA), np.float32)
