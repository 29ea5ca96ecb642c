"""Run a process on windows that begin and end with the sound, and cross-fade them where they overlap.

Unlike `sam_audio.overlap`, no window is padded and the process is told where each begins: a generating
model hears silence that is not there, and places are told it in seconds.
"""

from collections.abc import Callable, Iterator

import numpy as np

from shared.encoders.audio import Block

Process = Callable[[Block, int], Block]


def chunked(blocks: Iterator[Block], *, window: int, overlap: int, process: Process) -> Iterator[Block]:
    """Process sound in windows; any block size gives the same result, in bounded memory.

    Args:
        blocks: (C, T) float32.
        window: Frames of a window; shorter sound is one window of its own length.
        overlap: Frames that a window shares with the next one, less than half of it. The last window ends
            with the sound and is whole, so that it shares more; only these frames are faded.
        process: Turns (C, n) at frame `start` into (C, n), float32; n is at most `window`.

    Yields:
        (C, T) float32, in all as many frames as came in.
    """
    held: list[Block] = []
    begin = count = 0  # of what is held; what lies before the next window's begin is kept for the last one
    next_start = 0
    tail: Block | None = None
    for block in blocks:
        held.append(block)
        count += block.shape[1]
        while begin + count > next_start + window:  # more must follow: the last window is cut another way
            joined = np.concatenate(held, axis=1)
            part = joined[:, next_start - begin : next_start - begin + window]
            made = _joined(tail, process(np.ascontiguousarray(part), next_start))
            yield made[:, : window - overlap]
            tail = made[:, window - overlap :]
            next_start += window - overlap
            keep = max(next_start + overlap - window, begin)  # the last window may begin this early
            held, begin, count = [joined[:, keep - begin :]], keep, count - (keep - begin)
    if not count:
        return
    joined = np.concatenate(held, axis=1)
    start = max(begin, begin + count - window) if tail is not None else 0
    made = process(np.ascontiguousarray(joined[:, start - begin :]), start)
    yield _joined(tail, made[:, next_start - start :])


def _joined(tail: Block | None, sound: Block) -> Block:
    """Fade from the last window's end into the beginning of this one."""
    if tail is None:
        return sound
    frames = tail.shape[1]
    rise = (np.arange(frames, dtype=np.float32) + 0.5) / frames
    return np.concatenate([tail * (1 - rise) + sound[:, :frames] * rise, sound[:, frames:]], axis=1)
