"""Put effects on the targets, and these back with the residual, without clipping."""

from collections.abc import Iterator

import numpy as np

from sam_audio.effects.stream import BlockStream
from sam_audio.export.wav import WavFile
from sam_audio.levelling import CEILING_DBTP, Level, Settled, settle
from sam_audio.loudness import LevelMeter, Levels
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
    wet: WavFile,
    remix: WavFile,
    *,
    level: Level | None = None,
    progress: Progress,
) -> tuple[Levels, Settled]:
    """Write effects(sum of targets), and that + residual at its level.

    Effects keep length and timing. Effects that are all neutral give the mix back as it was, whatever its
    peak, unless a loudness is asked for.

    Args:
        targets: At least one.
        residual: Of the same length, rate and channels.
        chain: Effects, of `sam_audio.effects`.
        wet: Where the targets with their effects go; no gain is put on them, so that they and the residual
            add up to the remix before its gain.
        remix: Where the whole goes.
        level: How loud; one gain that keeps −1 dBTP when None.
        progress: Where to report and when to stop.

    Returns:
        How loud the wet sound is, and what was done to the remix.

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
    meters = {file: LevelMeter(remix.sample_rate_hz, remix.channels) for file in ("wet", "remix")}
    with atomic(wet.path) as wet_draft, atomic(remix.path) as draft:
        file = WavFile.like(remix, draft)
        with WavFile.like(wet, wet_draft).writer() as alone, file.writer() as whole:
            for sound, both in _with(stream.blocks, residual):
                for name, writer, block in (("wet", alone, sound), ("remix", whole, both)):
                    meters[name].add(block)
                    writer.write(block)
                written = whole.frames
                share.step((read + written) / (2 * remix.frames), "remix")
        as_it_was = chain.neutral and level.mode != "loudness"
        wanted = Level("as_is") if as_it_was else level
        rest = progress.within(0.7, 1.0)
        settled = settle(file, wanted, meters["remix"].levels(), name="remix", progress=rest)
        return meters["wet"].levels(), settled


def _with(wet: Iterator[Block], residual: AudioSource) -> Iterator[tuple[Block, Block]]:
    """Yield blocks, and the same plus the residual, in time with one another."""
    waiting, rest, held = Fifo(), residual.blocks(BLOCK_FRAMES), 0
    for sound in wet:
        while held < sound.shape[1] and (block := next(rest, None)) is not None:
            waiting.put(block)
            held += block.shape[1]
        held -= sound.shape[1]
        yield sound, sound + waiting.take(sound.shape[1])


def _summed(files: list[WavFile]) -> Iterator[Block]:
    """Yield the sum of files of equal length."""
    for blocks in zip(*(file.blocks(BLOCK_FRAMES) for file in files), strict=True):
        yield np.asarray(np.sum(blocks, axis=0, dtype=np.float32))
