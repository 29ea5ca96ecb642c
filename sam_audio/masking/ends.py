"""Continue sound beyond its ends, so that frames there see no step from nothing to the first sample.

A recording that starts at 10 000 (an offset, a drift) would otherwise begin with a click at every frequency.
"""

from collections.abc import Iterator

import numpy as np

from sam_audio.streaming import Counted, FrameProcess, fitted
from shared.encoders.audio import Block, Stft, analysed, synthesised


def extended(blocks: Iterator[Block], frames: int) -> Iterator[Block]:
    """Yield the sound with `frames` more samples on each side, mirrored through its end points.

    The value v at distance d beyond an end e becomes 2e − v, which keeps offset and slope (as in the
    forward–backward filters of Gustafsson 1996).

    Args:
        blocks: (C, T) float32, T of any size.
        frames: How many to add on each side.
    """
    held: list[Block] = []
    length = 0
    for block in blocks:
        held.append(block)
        length += block.shape[1]
        if length > frames:
            break
    if not length:
        return
    start = np.concatenate(held, axis=1)
    yield _mirrored(start, frames, before=True)
    yield start
    end = start
    for block in blocks:
        yield block
        end = _last(end, block, frames + 1)
    yield _mirrored(end, frames, before=False)


def _last(end: Block, block: Block, frames: int) -> Block:
    if block.shape[1] >= frames:
        return block[:, -frames:].copy()
    return np.concatenate([end[:, -frames:], block], axis=1)[:, -frames:]


def _mirrored(sound: Block, frames: int, *, before: bool) -> Block:
    part = sound[:, : frames + 1] if before else sound[:, -(frames + 1) :]
    width = (frames, 0) if before else (0, frames)
    wide = np.pad(part, ((0, 0), width), mode="reflect", reflect_type="odd")
    return wide[:, :frames] if before else wide[:, part.shape[1] :]


def pad_frames(stft: Stft) -> int:
    """Return how far sound is continued for these frames: a whole number of steps."""
    return stft.n_fft


def first_frame_start(stft: Stft) -> int:
    """Return where frame 0 of `through_extended` starts, samples from the first one of the sound."""
    return -stft.lead - pad_frames(stft)


def through_extended(blocks: Iterator[Block], stft: Stft, process: FrameProcess) -> Iterator[Block]:
    """Run a process on the frames of sound that goes on beyond its ends; as many samples come out as go in.

    Args:
        blocks: (C, T) float32.
        stft: How to cut frames; frame k starts at `first_frame_start(stft) + k · hop`.
        process: Takes and gives (C, F, bins) frames, the same number in all.
    """
    given = Counted(blocks)
    wide = extended(given, pad_frames(stft))
    sound = synthesised(process(analysed(wide, stft)), stft)
    return fitted(_without_start(sound, pad_frames(stft)), given)


def _without_start(blocks: Iterator[Block], frames: int) -> Iterator[Block]:
    for block in blocks:
        cut = min(frames, block.shape[1])
        frames -= cut
        yield block[:, cut:]
