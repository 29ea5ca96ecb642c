"""Sound that flows through effects block by block, in bounded memory and without seams."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import numpy as np

from sam_audio.effects.spans import heard_within
from shared.chain import Chain
from shared.encoders.audio import Block
from shared.errors import InputError
from shared.media import AudioSource
from shared.params import validated
from shared.placing import Spans

MIN_SAMPLE_RATE_HZ = 1000
BLOCK_FRAMES = 65536


@dataclass(frozen=True)
class BlockStream:
    """Sound on its way: blocks that are read once, in order.

    Args:
        sample_rate_hz: At least 1000.
        channels: Rows of each block.
        blocks: (C, F) float32 blocks; F may differ from block to block and may be 0.
    """

    sample_rate_hz: int
    channels: int
    blocks: Iterator[Block]

    @classmethod
    def of(cls, source: AudioSource, *, block_frames: int = BLOCK_FRAMES) -> "BlockStream":
        """Read a file or a waveform from its start, `block_frames` frames at a time."""
        return cls(source.sample_rate_hz, source.channels, source.blocks(block_frames))


class Effect(ABC):
    """A step of a chain over sound: a frozen dataclass of declared parameters.

    What every effect keeps: as many frames come out as go in, latency is compensated, the result does
    not depend on the block size, silence stays silence, and neutral settings change no sample.
    Tails (reverb, echoes) that would last beyond the end are cut there with a short fade.

    An effect has `neutral` and `stream`. It overrides `accept` to refuse sound that it cannot work on, and
    `stream_in` when it must know in which spans it will be heard.
    """

    id: ClassVar[str]
    title: ClassVar[str]

    def __post_init__(self) -> None:
        validated(self)

    def __call__(self, value: BlockStream, /) -> BlockStream:
        """Return the stream with this effect on it; nothing is computed before blocks are read.

        Raises:
            InputError: The sample rate is below 1000 Hz, or the effect cannot work on such sound.
        """
        if self.neutral:
            return value
        self.accept(value.sample_rate_hz, value.channels)
        return replace(value, blocks=self.stream(value.blocks, value.sample_rate_hz, value.channels))

    def within(self, value: BlockStream, spans: Spans) -> BlockStream:
        """Return the stream with this effect on it in spans of time alone, see `heard_within`.

        Args:
            value: The sound.
            spans: Seconds, sorted and apart.

        Raises:
            InputError: As when called.
        """
        if self.neutral:
            return value
        rate, channels = value.sample_rate_hz, value.channels
        self.accept(rate, channels)
        effect = partial(self.stream_in, spans=spans, sample_rate_hz=rate, channels=channels)
        blocks = heard_within(value.blocks, effect, spans=spans, sample_rate_hz=rate, channels=channels)
        return replace(value, blocks=blocks)

    def accept(self, sample_rate_hz: int, channels: int) -> None:
        """Refuse sound that the effect cannot work on.

        Raises:
            InputError: The sample rate is below 1000 Hz.
        """
        if sample_rate_hz < MIN_SAMPLE_RATE_HZ:
            raise InputError(
                f"Effects want a sample rate of at least {MIN_SAMPLE_RATE_HZ} Hz, "
                f"but got {sample_rate_hz} Hz.",
                "Resample the sound first.",
            )

    def stream_in(
        self, blocks: Iterator[Block], *, spans: Spans, sample_rate_hz: int, channels: int
    ) -> Iterator[Block]:
        """Yield the effect as it will be heard in spans: by default, that on the whole sound."""
        return self.stream(blocks, sample_rate_hz, channels)

    @property
    @abstractmethod
    def neutral(self) -> bool:
        """Whether the settings change nothing; the sound is then passed on untouched."""

    @abstractmethod
    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the effect of (C, F) float32 blocks, as many frames in all as came in."""


def check_effects(chain: Chain[BlockStream], source: AudioSource) -> None:
    """Refuse a chain that cannot work on a sound, before anything is computed.

    Raises:
        InputError: An effect wants other sound, such as stereo or a higher sample rate.
        EngineUnavailable: An effect wants an engine that cannot run here.
    """
    chain(BlockStream(source.sample_rate_hz, source.channels, iter(())))


def reblocked(blocks: Iterator[Block], frames: int) -> Iterator[Block]:
    """Cut a stream into blocks of exactly `frames` frames; the last one may be shorter."""
    waiting: list[Block] = []
    held = 0
    for block in blocks:
        waiting.append(block)
        held += block.shape[1]
        if held < frames:
            continue
        joined = np.concatenate(waiting, axis=1)
        full = held - held % frames
        for start in range(0, full, frames):
            yield joined[:, start : start + frames]
        waiting, held = [joined[:, full:]], held - full
    if held:
        yield np.concatenate(waiting, axis=1)


def advanced(
    blocks: Iterator[Block], process: Callable[[Block], Block], *, latency_frames: int, flush_frames: int
) -> Iterator[Block]:
    """Run a process that answers late, and give its answer in time with the input.

    Args:
        blocks: The input.
        process: Takes (C, F) and gives (C, F), delayed.
        latency_frames: How late its output is; that much is dropped at the start.
        flush_frames: Size of the blocks of silence that bring out the end.
    """
    skip, owed, channels = latency_frames, 0, 1

    def emit(answer: Block) -> Block:
        nonlocal skip, owed
        dropped = min(skip, answer.shape[1])
        skip -= dropped
        kept = answer[:, dropped : dropped + owed]
        owed -= kept.shape[1]
        return kept

    for block in blocks:
        channels = block.shape[0]
        owed += block.shape[1]
        yield emit(process(block))
    while owed:
        yield emit(process(np.zeros((channels, flush_frames), np.float32)))


def with_tail(pairs: Iterator[tuple[Block, Block]], *, fade_frames: int) -> Iterator[Block]:
    """Sum dry and wet blocks, fading the wet part out over the last `fade_frames` of the stream."""
    stacked = (np.concatenate(pair, axis=0) for pair in pairs)
    held: Block | None = None
    for block in stacked:
        held = block if held is None else np.concatenate([held, block], axis=1)
        if held.shape[1] > fade_frames:
            ready, held = held[:, :-fade_frames], held[:, -fade_frames:]
            yield _summed(ready)
    if held is not None:
        channels = held.shape[0] // 2
        frames = held.shape[1]
        ramp = np.cos(np.linspace(0.0, np.pi / 2, frames, dtype=np.float32)) ** 2
        yield held[:channels] + held[channels:] * ramp


def _summed(stacked: Block) -> Block:
    channels = stacked.shape[0] // 2
    return stacked[:channels] + stacked[channels:]


def crossfade(wet: float) -> tuple[float, float]:
    """Return the equal-power gains (dry, wet) for a wet share of 0..1."""
    return (0.0, 1.0) if wet == 1 else (float(np.cos(wet * np.pi / 2)), float(np.sin(wet * np.pi / 2)))
