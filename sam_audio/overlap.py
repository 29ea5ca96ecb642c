"""Run a process on windows of one length and cross-fade what it makes, as the sound comes.

For nets that were trained on stretches of one length. Each window is weighted by a triangle and the sum of
the weighted windows is divided by the sum of the weights, so that every sample leans on the windows in whose
middle it lies (Défossez et al., "Music Source Separation in the Waveform Domain", 2019, section 4.3).
"""

from collections.abc import Callable, Iterator

import numpy as np

from shared.encoders.audio import Block

WindowProcess = Callable[[Block], Block]


def overlapped(blocks: Iterator[Block], *, window: int, hop: int, process: WindowProcess) -> Iterator[Block]:
    """Process sound in windows that overlap; any block size gives the same result.

    Args:
        blocks: (C, T) float32.
        window: Frames that the process takes and gives at a time.
        hop: Frames from one window to the next, at most `window`.
        process: Turns (C, window) into (D, window), float32.

    Yields:
        (D, T) float32, in all as many frames as came in. Sound that is shorter than a window, and the end,
        stand in the middle of one: with what comes before them where there is such, else with silence.
    """
    fading = _Fading(window, hop)
    held = _Held()
    begin = 0
    for block in blocks:
        held.put(block)
        while held.stop > begin + window:  # more must follow: the last window is cut another way
            yield fading.add(process(held.part(begin, begin + window)))
            begin += hop
            held.forget(begin - hop)
    count = held.stop - begin
    if count > 0:
        lead = (window - count) // 2
        sound = process(held.part(begin - lead, begin - lead + window))
        yield fading.finish(sound[:, lead : lead + count])


class _Held:
    """The stretch of the input that windows may still need, at its place in the whole."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._start = 0
        self.stop = 0

    def put(self, block: Block) -> None:
        if block.shape[1] or not self._blocks:
            self._blocks.append(block)
        self.stop += block.shape[1]

    def part(self, start: int, stop: int) -> Block:
        """Return frames start..stop, silence where there are none."""
        joined = np.concatenate(self._blocks, axis=1)
        self._blocks = [joined]
        room = ((0, 0), (max(self._start - start, 0), max(stop - self.stop, 0)))
        return np.pad(joined[:, max(start - self._start, 0) : max(stop - self._start, 0)], room)

    def forget(self, before: int) -> None:
        if before > self._start:
            self._blocks = [self._blocks[0][:, before - self._start :].copy()]
            self._start = before


class _Fading:
    """Weighted sum of windows; gives out what no later window will touch."""

    def __init__(self, window: int, hop: int) -> None:
        rise = np.arange(1, window - window // 2 + 1, dtype=np.float32)
        self._shape = np.concatenate([rise[: window // 2], rise[::-1]]) / rise[-1]
        self._hop = hop
        self._sum: Block | None = None
        self._weight = np.zeros(window, np.float32)

    def add(self, sound: Block) -> Block:
        total = self._added(sound)
        ready = total[:, : self._hop] / self._weight[: self._hop]
        room = ((0, 0), (0, self._hop))
        self._sum = np.pad(total[:, self._hop :], room)
        self._weight = np.pad(self._weight[self._hop :], room[1])
        return ready

    def finish(self, sound: Block) -> Block:
        count = sound.shape[1]
        return self._added(sound)[:, :count] / self._weight[:count]

    def _added(self, sound: Block) -> Block:
        count = sound.shape[1]
        if self._sum is None:
            self._sum = np.zeros((sound.shape[0], len(self._weight)), np.float32)
        self._sum[:, :count] += sound * self._shape[:count]
        self._weight[:count] += self._shape[:count]
        return self._sum
