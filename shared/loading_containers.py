"""Decode the first sound track of MP4, M4A, MOV, WebM, MKV and AAC files through FFmpeg."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError
from shared.loading_header import Header

_PICTURES = (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis")


def container(start: bytes) -> str:
    """Return FFmpeg's name of the container that begins with these bytes; "" when it is none of ours."""
    if start[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free") and start[8:12] not in _PICTURES:
        return "mov"
    if start.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    # ADTS: 12 sync bits, then layer 0 (ISO/IEC 13818-7 6.2.1); MP3 has another layer there.
    if len(start) > 1 and start[0] == 0xFF and start[1] & 0xF6 == 0xF0:
        return "aac"
    return ""


def header(path: Path, name: str) -> Header:
    """Read rate, channels and announced length of the first sound track.

    Raises:
        InputError: Damaged, or without sound.
    """
    import av

    with _opened(path, name) as file:
        if not file.streams.audio:
            raise InputError(f"{path} has no sound track.", "Choose a file with sound.")
        stream = file.streams.audio[0]
        announced = file.duration / av.time_base if file.duration else 0.0
        first = next(_frames(path, file), None)
        context = stream.codec_context
        return Header(
            sample_rate_hz=first.sample_rate if first else context.sample_rate,
            channels=len(first.layout.channels) if first else context.layout.nb_channels,
            frames=None,
            seconds=announced,
            container=f"{name} ({context.name})",
            floats=False,
            decode=Decode(name),
        )


@dataclass(frozen=True)
class Decode:
    """Yields (C, T) float32 blocks, as long as the codec's own frames.

    Args:
        name: FFmpeg's name of the container.
    """

    name: str

    def __call__(self, path: Path, /) -> Iterator[NDArray[np.float32]]:
        """Decode a file; raises `InputError` when it is damaged."""
        import av

        with _opened(path, self.name) as file:
            resampler: Any = None
            for frame in _frames(path, file):
                if resampler is None:
                    resampler = av.AudioResampler("fltp", frame.layout, frame.sample_rate)
                for plain in resampler.resample(frame):
                    yield plain.to_ndarray()


def _opened(path: Path, name: str) -> Any:
    import av
    from av.error import FFmpegError

    try:
        return av.open(str(path), format=name)
    except (FFmpegError, OSError, ValueError) as error:
        raise _damaged(path, error) from error


def _frames(path: Path, file: Any) -> Iterator[Any]:
    from av.error import FFmpegError

    try:
        yield from file.decode(file.streams.audio[0])
    except (FFmpegError, OSError, ValueError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> InputError:
    reason = getattr(error, "strerror", None) or error
    return InputError(f"{path} cannot be decoded ({reason}).", "Save, convert or download it again.")
