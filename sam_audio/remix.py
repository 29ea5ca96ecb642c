"""Put the targets, with effects on them, back with the residual, without clipping."""

from collections.abc import Iterator

import numpy as np

from sam_audio.effects.stream import BlockStream
from sam_audio.export.wav import WavFile
from sam_audio.levelling import CEILING_DBTP, Level, Settled, settle
from sam_audio.loudness import LevelMeter
from sam_audio.streaming import BLOCK_FRAMES, Fifo
from shared.chain import Chain
from shared.encoders.audio import Block
from shared.exporting import atomic
from shared.media import AudioSource
from shared.progress import Progress

CEILING = 10 ** (CEILING_DBTP / 20)


def write_remix(
    targets: list[WavFile],
    residual: AudioSource,
    chain: Chain,
    remix: WavFile,
    *,
    level: Level | None = None,
    progress: Progress,
) -> Settled:
    """Write effects(sum of targets) + residual, at its level.

    Effects keep length and timing. Effects that are all neutral give the mix back as it was, whatever its
    peak, unless a loudness is asked for.

    Args:
        targets: At least one.
        residual: Of the same length, rate and channels.
        chain: Effects, of `sam_audio.effects`.
        remix: Where to.
        level: How loud; one gain that keeps −1 dBTP when None.
        progress: Where to report and when to stop.

    Raises:
        ExportError: The disk is full, or an effect changed the length.
    """
    level = level or Level()
    share, read, written = progress.within(0.0, 0.7), 0, 0

    def watched() -> Iterator[Block]:
        """Report reading as well: an effect that reads all first writes nothing until then."""
        nonlocal read
        for block in _summed(targets):
            read += block.shape[1]
            share.step((read + written) / (2 * remix.frames), "remix")
            yield block

    stream: BlockStream = chain(BlockStream(remix.sample_rate_hz, remix.channels, watched()))
    meter = LevelMeter(remix.sample_rate_hz, remix.channels)
    with atomic(remix.path) as draft:
        file = WavFile.like(remix, draft)
        with file.writer() as writer:
            for both in _with(stream.blocks, residual):
                meter.add(both)
                writer.write(both)
                written = writer.frames
                share.step((read + written) / (2 * remix.frames), "remix")
        as_it_was = chain.neutral and level.mode != "loudness"
        wanted = Level("as_is") if as_it_was else level
        return settle(file, wanted, meter.levels(), name="remix", progress=progress.within(0.7, 1.0))


def _with(wet: Iterator[Block], residual: AudioSource) -> Iterator[Block]:
    """Yield blocks plus the residual, in time with one another."""
    waiting, rest, held = Fifo(), residual.blocks(BLOCK_FRAMES), 0
    for sound in wet:
        while held < sound.shape[1] and (block := next(rest, None)) is not None:
            waiting.put(block)
            held += block.shape[1]
        held -= sound.shape[1]
        yield sound + waiting.take(sound.shape[1])


def _summed(files: list[WavFile]) -> Iterator[Block]:
    """Yield the sum of files of equal length."""
    for blocks in zip(*(file.blocks(BLOCK_FRAMES) for file in files), strict=True):
        yield np.asarray(np.sum(blocks, axis=0, dtype=np.float32))
