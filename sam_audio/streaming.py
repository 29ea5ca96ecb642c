"""Carry sound through an engine block by block: rates, exact lengths, and what is left beside a target."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from shared.encoders.audio import Block, Frames, Stft, analysed, synthesised
from shared.media import AudioSource
from shared.progress import Progress

BLOCK_FRAMES = 48_000
FrameProcess = Callable[[Iterator[Frames]], Iterator[Frames]]


class Extent(Protocol):
    """How much sound there is, or has been so far."""

    @property
    def channels(self) -> int: ...
    @property
    def frames(self) -> int: ...


class Counted:
    """Blocks that remember how many channels and frames have passed."""

    def __init__(self, blocks: Iterator[Block]) -> None:
        self._blocks = blocks
        self.channels = 0
        self.frames = 0

    def __iter__(self) -> "Counted":
        return self

    def __next__(self) -> Block:
        block = next(self._blocks)
        self.channels = block.shape[0]
        self.frames += block.shape[1]
        return block


def through_frames(
    blocks: Iterator[Block], sample_rate_hz: int, *, stft: Stft, rate_hz: int, process: FrameProcess
) -> Iterator[Block]:
    """Run a process on time–frequency frames at its own rate; as many samples come out as go in.

    Args:
        blocks: (C, T) float32 at `sample_rate_hz`.
        sample_rate_hz: Of input and output.
        stft: How the process wants its frames.
        rate_hz: The rate that the process works at.
        process: Takes and gives (C, F, bins) frames, the same number in all.
    """
    given = Counted(blocks)
    work = Counted(resampled(given, sample_rate_hz, rate_hz))
    sound = fitted(synthesised(process(analysed(work, stft)), stft), work)
    return fitted(resampled(sound, rate_hz, sample_rate_hz), given)


def resampled(blocks: Iterator[Block], from_hz: int, to_hz: int) -> Iterator[Block]:
    """Change the sample rate as the sound comes (libsoxr, high quality, no delay)."""
    if from_hz == to_hz:
        yield from blocks
        return
    import soxr

    stream = None
    for block in blocks:
        stream = stream or soxr.ResampleStream(from_hz, to_hz, block.shape[0], dtype="float32")
        yield _rows(stream.resample_chunk(np.ascontiguousarray(block.T)), block.shape[0])
    if stream is not None:
        channels = block.shape[0]
        yield _rows(stream.resample_chunk(np.zeros((0, channels), np.float32), last=True), channels)


def _rows(samples: Block, channels: int) -> Block:
    return np.ascontiguousarray(samples.reshape(-1, channels).T)


def fitted(blocks: Iterator[Block], like: Extent) -> Iterator[Block]:
    """Cut or pad with silence, so that as many frames come out as passed through `like`."""
    given = 0
    for block in blocks:
        part = block[:, : max(like.frames - given, 0)]
        given += part.shape[1]
        yield part
    if given < like.frames:
        yield np.zeros((like.channels, like.frames - given), np.float32)


@dataclass(frozen=True, eq=False)
class Watched:
    """A source that tells how far it has been read, and stops the reading when asked to.

    Args:
        source: What is read.
        progress: Is told after each block, and raises when the work is to stop.
        stage: What is being done.
    """

    source: AudioSource
    progress: Progress
    stage: str

    @property
    def sample_rate_hz(self) -> int:
        """Rate of the source."""
        return self.source.sample_rate_hz

    @property
    def channels(self) -> int:
        """Channels of the source."""
        return self.source.channels

    @property
    def frames(self) -> int:
        """Samples per channel of the source."""
        return self.source.frames

    @property
    def content_key(self) -> str:
        """Key of the source."""
        return self.source.content_key

    def blocks(self, frames: int) -> Iterator[Block]:
        """Yield the source's blocks."""
        read = 0
        for block in self.source.blocks(frames):
            read += block.shape[1]
            self.progress.step(read / self.source.frames, self.stage)
            yield block


class Fifo:
    """Blocks that wait until somebody takes their frames, in order."""

    def __init__(self) -> None:
        self._blocks: deque[Block] = deque()

    @property
    def frames(self) -> int:
        """How many frames wait."""
        return sum(block.shape[1] for block in self._blocks)

    def put(self, block: Block) -> None:
        """Append a block."""
        if block.shape[1]:
            self._blocks.append(block)

    def clear(self) -> None:
        """Forget all that waits."""
        self._blocks.clear()

    def take(self, frames: int) -> Block:
        """Take exactly `frames` frames, which must be there; of none, the shape is (1, 0)."""
        parts: list[Block] = []
        while frames > 0:
            block = self._blocks.popleft()
            if block.shape[1] > frames:
                self._blocks.appendleft(block[:, frames:])
                block = block[:, :frames]
            parts.append(block)
            frames -= block.shape[1]
        if not parts:
            return np.zeros((1, 0), np.float32)
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def tapped(blocks: Iterator[Block], fifo: Fifo) -> Iterator[Block]:
    """Pass blocks on, and keep each for a later `take`."""
    for block in blocks:
        fifo.put(block)
        yield block


def left_over(
    blocks: Iterator[Block],
    take: Callable[[Iterator[Block]], Iterator[tuple[Block, ...]]],
    gates: Sequence[Callable[[Iterator[Block]], Iterator[Block]]],
    targets: Sequence[Fifo],
) -> Iterator[Block]:
    """Yield what a separation leaves: the input less the targets, which go to `targets` meanwhile.

    Args:
        blocks: The input.
        take: Gives one block a target at a time, all of one length, in all as many frames as came in.
        gates: What each target passes before it is taken out; may answer late.
        targets: Where each target goes.
    """
    waiting = Fifo()
    pairs = zip(gates, branches(take(tapped(blocks, waiting)), len(gates)), strict=True)
    streams = [gate(branch) for gate, branch in pairs]
    ahead = [Fifo() for _ in streams[1:]]
    for first in streams[0]:
        count = first.shape[1]
        if not count:
            continue
        for fifo, stream in zip(ahead, streams[1:], strict=True):
            while fifo.frames < count:
                fifo.put(next(stream))
        found = (first, *(fifo.take(count) for fifo in ahead))
        left = waiting.take(count)
        for target, fifo in zip(found, targets, strict=True):
            fifo.put(target)
            left = left - target
        yield left


def branches(groups: Iterator[tuple[Block, ...]], count: int) -> list[Iterator[Block]]:
    """Part a stream of tuples into streams that can be read one after another; what waits is kept."""
    waiting: list[deque[Block]] = [deque() for _ in range(count)]

    def branch(place: int) -> Iterator[Block]:
        while True:
            if not waiting[place]:
                group = next(groups, None)
                if group is None:
                    return
                for queue, block in zip(waiting, group, strict=True):
                    queue.append(block)
            yield waiting[place].popleft()

    return [branch(place) for place in range(count)]
