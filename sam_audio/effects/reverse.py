"""Reverse: backwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from sam_audio.effects.spans import frames_of
from sam_audio.effects.stream import BLOCK_FRAMES, Block, Effect
from sam_audio.spill import Spill
from shared.placing import Spans


@dataclass(frozen=True)
class Reverse(Effect):
    """Play the sound backwards; in spans, each of them. All of it is read first."""

    id: ClassVar[str] = "reverse"
    title: ClassVar[str] = "Reverse"

    @property
    def neutral(self) -> bool:
        """Never."""
        return False

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the sound from its end on; what does not fit into memory waits in a temporary file."""
        held = Spill(channels)
        for block in blocks:
            held.put(block)
        yield from _backwards(held)

    def stream_in(
        self, blocks: Iterator[Block], *, spans: Spans, sample_rate_hz: int, channels: int
    ) -> Iterator[Block]:
        """Yield the sound with each span backwards in its own place."""
        waiting, held, start = iter(frames_of(spans, sample_rate_hz)), Spill(channels), 0
        span = next(waiting, None)
        for block in blocks:
            while span and start + block.shape[1] >= span[1]:
                inside = block[:, : max(span[1] - start, 0)]
                yield from _split(inside, max(span[0] - start, 0), held)
                yield from _backwards(held)
                block, start = block[:, inside.shape[1] :], start + inside.shape[1]
                span = next(waiting, None)
            before = block.shape[1] if span is None else max(span[0] - start, 0)
            start += block.shape[1]
            yield from _split(block, before, held)
        yield from _backwards(held)


def _split(block: Block, before: int, held: Spill) -> Iterator[Block]:
    """Yield the frames before a span, and put the rest aside."""
    if before:
        yield block[:, :before]
    held.put(block[:, before:])


def _backwards(held: Spill) -> Iterator[Block]:
    while held.frames:
        yield held.take_last(min(held.frames, BLOCK_FRAMES))[:, ::-1].copy()


EFFECTS = (Reverse,)
