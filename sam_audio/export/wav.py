"""WAV, written as the sound comes: 32-bit floats, never rounded nor clipped, or 24 or 16 bits.

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

from sam_audio.export.pcm import Quantiser
from sam_audio.types import Stem
from shared.encoders.audio import Block
from shared.errors import ExportError
from shared.exporting import Exporter
from shared.media import AudioSource, Waveform

SAMPLE_BYTES = 4
FLOAT_BITS, BITS = 32, (16, 24, 32)
PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE
GUID_END = bytes.fromhex("000000001000800000aa00389b71")
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
        bits: 32 (floats), 24 or 16 (whole numbers; 16 with dither).
    """

    def __init__(
        self, path: Path, *, sample_rate_hz: int, channels: int, frames: int, bits: int = FLOAT_BITS
    ) -> None:
        self._expected = frames
        self._to_bytes = _float_bytes if bits == FLOAT_BITS else Quantiser(bits)
        self.frames = self._bytes = 0
        self._file: BinaryIO = path.open("wb")
        self._file.write(header(sample_rate_hz, channels, frames, bits=bits))

    def __enter__(self) -> "WavWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._bytes % 2:
                self._file.write(b"\0")  # chunks have even lengths
        finally:
            self._file.close()
        if kind is None and self.frames != self._expected:
            raise ExportError(f"The sound wanted {self._expected} samples, but {self.frames} came.")

    def write(self, block: Block) -> None:
        """Append (C, T) float32 samples.

        Raises:
            ExportError: A sample lies above full scale, and the file holds whole numbers.
        """
        self._bytes += self._file.write(self._to_bytes(block))
        self.frames += block.shape[1]


def _float_bytes(block: Block) -> bytes | memoryview:
    return np.ascontiguousarray(block.T, dtype="<f4").data


def header(sample_rate_hz: int, channels: int, frames: int, *, bits: int = FLOAT_BITS) -> bytes:
    """Return all that stands before the samples."""
    frame_bytes = bits // 8 * channels
    data_bytes = frames * frame_bytes
    chunks = _chunk(b"fmt ", _form(sample_rate_hz, channels, frame_bytes, bits))
    if bits == FLOAT_BITS:
        chunks += _chunk(b"fact", struct.pack("<I", min(frames, LARGEST_RIFF)))
    riff_bytes = 4 + len(chunks) + 8 + data_bytes + data_bytes % 2
    if riff_bytes <= LARGEST_RIFF:
        start = struct.pack("<4sI4s", b"RIFF", riff_bytes, b"WAVE")
        return start + chunks + struct.pack("<4sI", b"data", data_bytes)
    long = _chunk(b"ds64", struct.pack("<QQQI", riff_bytes + 36, data_bytes, frames, 0))
    start = struct.pack("<4sI4s", b"RF64", LARGEST_RIFF, b"WAVE")
    return start + long + chunks + struct.pack("<4sI", b"data", LARGEST_RIFF)


def _form(sample_rate_hz: int, channels: int, frame_bytes: int, bits: int) -> bytes:
    """Return the format chunk; more than two channels name their places."""
    plain = FLOAT if bits == FLOAT_BITS else PCM
    tag = plain if channels <= 2 else EXTENSIBLE
    rate_bytes = min(sample_rate_hz * frame_bytes, LARGEST_RIFF)
    form = struct.pack("<HHIIHH", tag, channels, sample_rate_hz, rate_bytes, frame_bytes, bits)
    if tag == EXTENSIBLE:
        places = struct.pack("<HHI", 22, bits, SPEAKERS.get(channels, 0))
        return form + places + struct.pack("<H", plain) + GUID_END
    return form + struct.pack("<H", 0) if plain == FLOAT else form


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("<4sI", name, len(content)) + content


@dataclass(frozen=True)
class WavFile:
    """A file that `WavWriter` wrote, read back block by block; an `AudioSource`."""

    path: Path
    sample_rate_hz: int
    channels: int
    frames: int

    @classmethod
    def like(cls, source: AudioSource, path: Path) -> "WavFile":
        """Return a file of the rate, channels and length of a sound."""
        return cls(path, source.sample_rate_hz, source.channels, source.frames)

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


def write_wav(source: AudioSource, path: Path, *, gain: float = 1.0, bits: int = FLOAT_BITS) -> None:
    """Write a source whole.

    Args:
        source: What to write.
        path: Where to.
        gain: Factor for all samples.
        bits: 32 (floats), 24 or 16 (whole numbers; 16 with dither).

    Raises:
        ExportError: Another number of bits, or a sample above full scale for whole numbers.
    """
    if bits not in BITS:
        raise ExportError(f"WAV is written with 16, 24 or 32 bits, not {bits}.")
    form = {"sample_rate_hz": source.sample_rate_hz, "channels": source.channels, "frames": source.frames}
    with WavWriter(path, **form, bits=bits) as writer:
        for block in source.blocks(WRITE_FRAMES):
            writer.write(block * np.float32(gain) if gain != 1 else block)


def _write_stem(stem: Stem, path: Path, *, gain: float = 1.0, bits: int = FLOAT_BITS) -> None:
    write_wav(stem.sound, path, gain=gain, bits=bits)


EXPORTERS = (
    Exporter(Waveform, ".wav", write_wav, "WAV, 32-bit float"),
    Exporter(Stem, ".wav", _write_stem, "WAV, 32-bit float"),
)
