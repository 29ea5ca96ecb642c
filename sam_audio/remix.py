"""Put the targets, with effects on them, back with the residual, without clipping."""

from collections.abc import Iterator

import numpy as np

from sam_audio.effects.stream import BlockStream
from sam_audio.export.wav import WavFile
from sam_audio.peak import TruePeak
from sam_audio.streaming import BLOCK_FRAMES, Fifo
from shared.chain import Chain
from shared.encoders.audio import Block
from shared.exporting import atomic
from shared.media import AudioSource
from shared.progress import Progress

CEILING = 10 ** (-1 / 20)  # −1 dBTP, what EBU R 128 allows, so that lossy codecs and converters do not clip


def write_remix(
    targets: list[WavFile], residual: AudioSource, chain: Chain, remix: WavFile, *, progress: Progress
) -> float:
    """Write effects(sum of targets) + residual.

    Effects keep length and timing. Where the true peak of the sum would exceed −1 dBTP, the whole file is
    lowered by one static gain, so that the balance stays; it is never raised. Effects that are all neutral
    give the mix back as it was, whatever its peak.

    Args:
        targets: At least one.
        residual: Of the same length, rate and channels.
        chain: Effects, of `sam_audio.effects`.
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
    held, meter = 0, TruePeak(remix.channels)
    with atomic(remix.path) as draft:
        file = WavFile(draft, remix.sample_rate_hz, remix.channels, remix.frames)
        with file.writer() as writer:
            for wet in stream.blocks:
                while held < wet.shape[1] and (block := next(rest, None)) is not None:
                    waiting.put(block)
                    held += block.shape[1]
                held -= wet.shape[1]
                both = wet + waiting.take(wet.shape[1])
                meter.add(both)
                writer.write(both)
                progress.step(writer.frames / remix.frames, "remix")
        gain = _gain(chain, meter)
        if gain < 1:
            file.scale(gain)
    return 20 * float(np.log10(gain))


def _gain(chain: Chain, meter: TruePeak) -> float:
    """Return the factor, 1 or below, that keeps the true peak at the ceiling."""
    if chain.neutral:
        return 1.0
    return min(1.0, CEILING / max(meter.value(), 1e-9))


def _summed(files: list[WavFile]) -> Iterator[Block]:
    """Yield the sum of files of equal length."""
    for blocks in zip(*(file.blocks(BLOCK_FRAMES) for file in files), strict=True):
        yield np.asarray(np.sum(blocks, axis=0, dtype=np.float32))
