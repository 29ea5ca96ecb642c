"""Cameras and outlines of a turntable, which mend one another in turns."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sam_3d.photos.agreeing import marks_that_agree
from sam_3d.photos.album import Album
from sam_3d.photos.marking import FAILED, OWN, Marks, mark
from sam_3d.photos.turntable import Turntable, find_turntable
from shared.progress import Progress
from shared.prompts import Prompts

TURNS = 3
_MARKED_ANEW = 2  # in which turn; by then the cameras are about right
_TOUCHING = 0.002  # error of a turntable whose outlines need no further turn


def turned(
    album: Album,
    prompts: Mapping[str, Prompts],
    marks: Marks,
    *,
    angles_deg: Sequence[float],
    direction: str,
    engine: str = "auto",
    progress: Progress | None = None,
) -> tuple[Turntable, list[NDArray[np.bool_]]]:
    """Return a turntable's cameras, and outlines that were cut again by them.

    Outlines carried without any camera may be wrong by half, and so are the first cameras. By these they are
    cut again, and cameras are found anew; by the second ones all is marked anew, as where cameras are known.
    The turn in which the outlines agree best is taken.

    Args:
        album: The photos in which the object was found, in order.
        prompts: What marks it, by photo name.
        marks: The outlines, carried without cameras.
        angles_deg: How far the object was turned at each photo.
        direction: See `find_turntable`.
        engine: Mask engine, or "auto".
        progress: Told of each turn; may cancel.

    Raises:
        InputError: The outlines fit no turntable.
    """
    progress = progress or Progress()
    given = {photo.name: prompts[photo.name] for photo in album.photos if photo.name in prompts}
    pictures, now = [photo.image for photo in album.photos], marks
    found = find_turntable(
        album, now.masks, angles_deg=angles_deg, direction=direction, progress=_share(progress, 0, 1)
    )
    best, outlines = found, list(now.masks)
    for turn in range(1, TURNS + 1):
        if turn == _MARKED_ANEW:
            now = mark(album, given, views=found.views, engine=engine)
        now = marks_that_agree(now, pictures, found.views, progress=_share(progress, turn, 0))
        if set(now.ways) == {OWN} or FAILED in now.ways:
            break
        found = find_turntable(
            album,
            now.masks,
            angles_deg=angles_deg,
            direction=direction,
            near=None if turn == 1 else found,
            progress=_share(progress, turn, 1),
        )
        if turn == 1 or found.error < best.error:
            best, outlines = found, list(now.masks)
        if best.error < _TOUCHING:
            break
    return best, outlines


def _share(progress: Progress, turn: int, half: int) -> Progress:
    start = turn + half / 2
    return progress.within(start / (TURNS + 1), (start + 0.5) / (TURNS + 1))
