"""WAV of 32-bit floats, written as the sound comes: nothing is rounded, nothing is clipped.

RIFF/WAVE as in Microsoft's "Multiple channel audio data and WAVE files"; above 4 GiB the RF64 form of
EBU Tech 3306. Written with plain file operations, so that a full disk is an error and not a short file.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np

from sam_audio.types import Stem
from shared.encoders.audio import Block
from shared.errors import ExportError
from shared.exporting import Exporter
from shared.media import AudioSource, Waveform

SAMPLE_BYTES = 4
FLOAT, EXTENSIBLE = 3, 0xFFFE
FLOAT_GUID = bytes.fromhex("0300000000001000800000aa00389b71")
SPEAKERS = {1: 0x4, 2: 0x3, 4: 0x33, 6: 0x3F, 8: 0x63F}  # usual places of so many channels
LARGEST_RIFF = 2**32 - 1
WRITE_FRAMES = 65_536


class WavWriter:
    """Write (C, T) blocks to a file whose length is known from the start.

    Args:
        path: Where to.
        sample_rate_hz: Of the sound.
        channels: Of the sound.
        frames: How many will come in all.
    """

    def __init__(self, path: Path, *, sample_rate_hz: int, channels: int, frames: int) -> None:
        self._expected = frames
        self.frames = 0
        self._file: BinaryIO = path.open("wb")
        self._file.write(header(sample_rate_hz, channels, frames))

    def __enter__(self) -> "WavWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if kind is None and self.frames != self._expected:
            raise ExportError(f"The sound wanted {self._expected} samples, but {self.frames} came.")

    def write(self, block: Block) -> None:
        """Append (C, T) float32 samples."""
        self._file.write(np.ascontiguousarray(block.T, dtype="<f4").data)
        self.frames += block.shape[1]


def header(sample_rate_hz: int, channels: int, frames: int) -> bytes:
    """Return all that stands before the samples."""
    frame_bytes = SAMPLE_BYTES * channels
    data_bytes = frames * frame_bytes
    tag = FLOAT if channels <= 2 else EXTENSIBLE
    rate_bytes = min(sample_rate_hz * frame_bytes, LARGEST_RIFF)
    form = struct.pack("<HHIIHH", tag, channels, sample_rate_hz, rate_bytes, frame_bytes, 32)
    if tag == EXTENSIBLE:
        form += struct.pack("<HHI", 22, 32, SPEAKERS.get(channels, 0)) + FLOAT_GUID
    else:
        form += struct.pack("<H", 0)
    chunks = _chunk(b"fmt ", form) + _chunk(b"fact", struct.pack("<I", min(frames, LARGEST_RIFF)))
    riff_bytes = 4 + len(chunks) + 8 + data_bytes
    if riff_bytes <= LARGEST_RIFF:
        start = struct.pack("<4sI4s", b"RIFF", riff_bytes, b"WAVE")
        return start + chunks + struct.pack("<4sI", b"data", data_bytes)
    long = _chunk(b"ds64", struct.pack("<QQQI", riff_bytes + 36, data_bytes, frames, 0))
    start = struct.pack("<4sI4s", b"RF64", LARGEST_RIFF, b"WAVE")
    return start + long + chunks + struct.pack("<4sI", b"data", LARGEST_RIFF)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("<4sI", name, len(content)) + content


@dataclass(frozen=True)
class WavFile:
    """A file that `WavWriter` wrote, read back block by block; an `AudioSource`."""

    path: Path
    sample_rate_hz: int
    channels: int
    frames: int

    @property
    def content_key(self) -> str:
        """The path: these files are ours and live for one run."""
        return str(self.path)

    @property
    def offset(self) -> int:
        """Where the samples begin, bytes."""
        return len(header(self.sample_rate_hz, self.channels, self.frames))

    def blocks(self, frames: int) -> Iterator[Block]:
        """Yield (C, T) float32 blocks of `frames` frames each, the last one shorter."""
        with self.path.open("rb") as stream:
            stream.seek(self.offset)
            size = frames * self.channels * SAMPLE_BYTES
            while data := stream.read(size):
                yield np.frombuffer(data, "<f4").reshape(-1, self.channels).T

    def writer(self) -> WavWriter:
        """Open it for writing."""
        return WavWriter(
            self.path, sample_rate_hz=self.sample_rate_hz, channels=self.channels, frames=self.frames
        )

    def scale(self, factor: float) -> None:
        """Multiply all samples, in place."""
        size = WRITE_FRAMES * self.channels * SAMPLE_BYTES
        with self.path.open("r+b") as stream:
            place = self.offset
            stream.seek(place)
            while data := stream.read(size):
                stream.seek(place)
                stream.write((np.frombuffer(data, "<f4") * np.float32(factor)).data)
                place += len(data)
                stream.seek(place)


def write_wav(source: AudioSource, path: Path) -> None:
    """Write a source whole."""
    rate_hz, channels, frames = source.sample_rate_hz, source.channels, source.frames
    with WavWriter(path, sample_rate_hz=rate_hz, channels=channels, frames=frames) as writer:
        for block in source.blocks(WRITE_FRAMES):
            writer.write(block)


def _write_stem(stem: Stem, path: Path) -> None:
    write_wav(stem.sound, path)


EXPORTERS = (
    Exporter(Waveform, ".wav", write_wav, "WAV, 32-bit float"),
    Exporter(Stem, ".wav", _write_stem, "WAV, 32-bit float"),
)
