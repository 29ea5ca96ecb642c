"""Frames in pieces of a fixed size with their surroundings, whatever blocks they come in."""

from collections.abc import Iterator

import numpy as np

from shared.encoders.audio import Frames

MOST_CELLS = 1 << 21  # of one channel and piece: memory stays bounded for long windows


def surrounded(frames: Iterator[Frames], *, around: int = 32) -> Iterator[tuple[Frames, int, int]]:
    """Yield frames with up to `around` more on each side; start and stop say which are meant.

    The pieces begin at fixed frames, so that the result of work on them is the same for blocks of any size.

    Args:
        frames: (C, F, bins), F of any size.
        around: How many frames of context; fewer where frames are very long.
    """
    waiting: list[Frames] = []
    held = start = 0
    count = 0
    for block in frames:
        if not count:
            count = int(np.clip(MOST_CELLS // block.shape[2], 8, 256))
            around = min(around, count)
        waiting.append(block)
        held += block.shape[1]
        while held >= start + count + around:
            joined = np.concatenate(waiting, axis=1)
            stop = start + count
            yield joined[:, : stop + around], start, stop
            left = stop - min(around, stop)
            waiting, start = [joined[:, left:].copy()], stop - left
            held = waiting[0].shape[1]
    if held > start:
        joined = np.concatenate(waiting, axis=1)
        yield joined, start, joined.shape[1]
