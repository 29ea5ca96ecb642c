"""Encode through libsndfile, block by block, so that a full disk is an error and never a short file."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np

from sam_audio.export.pcm import refuse_above_full_scale
from sam_audio.streaming import fitted, resampled
from shared.encoders.audio import Block
from shared.errors import ExportError
from shared.media import AudioSource

WRITE_FRAMES = 65_536


@dataclass(frozen=True)
class Tags:
    """What players show of a file; empty ones are left out.

    Args:
        title: Name of the stem.
        album: Name of the recording that it is from.
        comment: What made it.
    """

    title: str = ""
    album: str = ""
    comment: str = ""


def encode(
    source: AudioSource,
    path: Path,
    *,
    kind: tuple[str, str],
    gain: float = 1.0,
    tags: Tags | None = None,
    rate_hz: int | None = None,
    **quality: Any,
) -> None:
    """Write a source whole.

    Args:
        source: What to write.
        path: Where to.
        kind: libsndfile's names of format and encoding, such as ("FLAC", "PCM_24").
        gain: Factor that brings its peak to full scale or below.
        tags: What players show.
        rate_hz: Rate of the file; the source's when None.
        quality: libsndfile's settings of the encoder.

    Raises:
        ExportError: A sample lies above full scale, or libsndfile cannot write such sound.
        OSError: The file cannot be written.
    """
    import soundfile

    rate_hz = rate_hz or source.sample_rate_hz
    form, subtype = kind
    with path.open("wb+", buffering=0) as file:
        stream: Any = _Stream(file)
        try:
            with soundfile.SoundFile(
                stream, "w", rate_hz, source.channels, subtype=subtype, format=form, **quality
            ) as encoder:
                _label(encoder, tags or Tags())
                _feed(encoder, source, rate_hz, gain, f"{form} files")
                stream.check()
        except (soundfile.LibsndfileError, AssertionError) as error:  # soundfile asserts that all was written
            stream.check()
            raise ExportError(
                f"{form} cannot hold this sound ({error}).", "Take WAV, which holds any sound."
            ) from error
        finally:
            stream.check()


def _label(encoder: Any, tags: Tags) -> None:
    for field in fields(tags):
        if text := getattr(tags, field.name):
            setattr(encoder, field.name, text)


def _feed(encoder: Any, source: AudioSource, rate_hz: int, gain: float, what: str) -> None:
    length = _Extent(source.channels, frames_at(source, rate_hz))
    sound = resampled(_scaled(source, gain, what), source.sample_rate_hz, rate_hz)
    for block in fitted(sound, length):
        encoder.write(block.T)


def _scaled(source: AudioSource, gain: float, what: str) -> Iterator[Block]:
    for block in source.blocks(WRITE_FRAMES):
        scaled = block * np.float32(gain) if gain != 1 else block
        refuse_above_full_scale(scaled, what)
        yield scaled


def frames_at(source: AudioSource, rate_hz: int) -> int:
    """Return how many samples a source has at another rate: all of its time, rounded up."""
    return -(-source.frames * rate_hz // source.sample_rate_hz)


@dataclass(frozen=True)
class _Extent:
    channels: int
    frames: int


class _Stream:
    """An unbuffered file that libsndfile writes through; what goes wrong is kept, as C cannot hand it on."""

    def __init__(self, file: FileIO) -> None:
        self._file = file
        self._error: OSError | None = None
        self.seek, self.tell, self.read, self.readinto = file.seek, file.tell, file.read, file.readinto

    def write(self, data: bytes) -> int:
        """Write all of it; 0 when that cannot be done."""
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
            return len(data)
        except OSError as error:
            self._error = self._error or error
            return 0

    def check(self) -> None:
        """Raise what went wrong while writing."""
        if self._error is not None:
            raise self._error
