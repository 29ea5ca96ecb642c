"""Put the targets, with effects on them, back with the residual, without clipping."""

from collections.abc import Iterator

import numpy as np

from sam_audio.effects.stream import BlockStream
from sam_audio.export.wav import WavFile
from sam_audio.streaming import BLOCK_FRAMES, Fifo
from shared.chain import Chain
from shared.encoders.audio import Block
from shared.exporting import atomic
from shared.media import AudioSource
from shared.progress import Progress

FULL_SCALE = 1.0


def write_remix(
    targets: list[WavFile], residual: AudioSource, chain: Chain, remix: WavFile, *, progress: Progress
) -> float:
    """Write effects(sum of targets) + residual.

    Effects keep length and timing. Where the sum would exceed full scale, the whole file is lowered by one
    static gain, so that the balance stays; it is never raised.

    Args:
        targets: At least one.
        residual: Of the same length, rate and channels.
        chain: Effects; an empty chain gives the mix back.
        remix: Where to.
        progress: Where to report and when to stop.

    Returns:
        The gain in dB, 0 or below.

    Raises:
        ExportError: The disk is full, or an effect changed the length.
    """
    stream: BlockStream = chain(BlockStream(remix.sample_rate_hz, remix.channels, _summed(targets)))
    waiting = Fifo()
    rest = residual.blocks(BLOCK_FRAMES)
    held, peak = 0, 0.0
    with atomic(remix.path) as draft:
        file = WavFile(draft, remix.sample_rate_hz, remix.channels, remix.frames)
        with file.writer() as writer:
            for wet in stream.blocks:
                while held < wet.shape[1] and (block := next(rest, None)) is not None:
                    waiting.put(block)
                    held += block.shape[1]
                held -= wet.shape[1]
                both = wet + waiting.take(wet.shape[1])
                peak = max(peak, float(np.abs(both).max(initial=0.0)))
                writer.write(both)
                progress.step(writer.frames / remix.frames, "remix")
        if peak > FULL_SCALE:
            file.scale(FULL_SCALE / peak * (1 - 2.0**-20))
    return -20 * float(np.log10(peak)) if peak > FULL_SCALE else 0.0


def _summed(files: list[WavFile]) -> Iterator[Block]:
    """Yield the sum of files of equal length."""
    for blocks in zip(*(file.blocks(BLOCK_FRAMES) for file in files), strict=True):
        yield np.sum(blocks, axis=0) if len(blocks) > 1 else blocks[0]
