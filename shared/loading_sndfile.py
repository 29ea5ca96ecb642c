"""Decode WAV, FLAC, OGG, MP3, AIFF and kin through libsndfile."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError
from shared.loading_header import BLOCK_FRAMES, Header, early_end

# Length in the header of these is a guess (MP3), or may be left out (FLAC: "unknown").
_UNKNOWN_FRAMES = 1 << 50
_READ = "WAV, FLAC, OGG, MP3, AIFF, M4A, MP4, MOV, WebM, MKV, AAC, CSV and NPY"


def header(path: Path) -> Header:
    """Read rate, channels and length.

    Raises:
        InputError: Not a sound file, or a FLAC file that is cut off.
    """
    with _opened(path) as file:
        known = file.format != "MP3" and 0 < file.frames < _UNKNOWN_FRAMES
        empty = file.frames == 0 and file.format not in ("MP3", "FLAC")
        if known and file.format == "FLAC":
            _refuse_cut_off(path, file)
        return Header(
            sample_rate_hz=file.samplerate,
            channels=file.channels,
            frames=file.frames if known or empty else None,
            seconds=file.frames / file.samplerate if known or file.format == "MP3" else 0.0,
            container=f"{file.format} ({file.subtype})",
            floats=file.subtype in ("FLOAT", "DOUBLE"),
            decode=decode,
            warnings=_cut_off(path, file),
            exact=file.format == "MP3" and _counts_frames(path),
        )


def decode(path: Path) -> Iterator[NDArray[np.float32]]:
    """Yield (C, T) float32 blocks; whole numbers are scaled to −1..1, floats are given as they are.

    Raises:
        InputError: The file is damaged.
    """
    import soundfile

    with _opened(path) as file:
        try:
            while len(block := file.read(BLOCK_FRAMES, dtype="float32", always_2d=True)):
                yield np.ascontiguousarray(block.T)
        except soundfile.LibsndfileError as error:
            at_s = file.tell() / file.samplerate
            raise InputError(
                f"{path} is damaged after {at_s:.1f} s ({error.error_string}).", "Save or download it again."
            ) from error


# What libsndfile logs of a chunk that is longer than the file, and of an Ogg stream without its last page.
_SHORT_CHUNK = re.compile(r"^ *(?:data|SSND) : (\d+) \(should be (\d+)\)", re.MULTILINE)
_OPEN_STREAM = ("lacks an end-of-stream bit", "Junk after the last page")
_NO_SIZE = 0xFFFFFF00  # written by recorders that stream and do not know the length yet
_HEADER_BYTES = 1 << 18  # room for the tags, with a cover picture, before MP3's first frame


def _cut_off(path: Path, file: Any) -> tuple[str, ...]:
    """Return a warning when the file holds less than its header announces."""
    log, there_s = file.extra_info, file.frames / file.samplerate
    found = _SHORT_CHUNK.search(log)
    if found and int(found[1]) < _NO_SIZE and int(found[2]) > 0:
        return early_end(path, there_s, there_s * int(found[1]) / int(found[2]))
    if any(words in log for words in _OPEN_STREAM):
        return (
            f"{path.name} ends early: its last page is damaged. {there_s:.1f} s are there and were used.",
        )
    return ()


def _counts_frames(path: Path) -> bool:
    """Whether an MP3 file tells its length (Xing or Info header of its first frame), or it is guessed."""
    with path.open("rb") as stream:
        start = stream.read(_HEADER_BYTES)
    return b"Xing" in start or b"Info\0" in start


def _opened(path: Path) -> Any:
    import soundfile

    try:
        return soundfile.SoundFile(str(path))
    except (soundfile.LibsndfileError, TypeError) as error:  # TypeError: a name ending in .raw
        raise InputError(
            f"{path} is not a sound file that can be read.", f"{_READ} are; convert it to one of them."
        ) from error


def _refuse_cut_off(path: Path, file: Any) -> None:
    import soundfile

    try:
        file.seek(file.frames - 1)
        whole = len(file.read(1)) == 1
    except soundfile.LibsndfileError:
        whole = False
    if not whole:
        raise InputError(f"{path} is cut off before its end.", "Save or download it again.")
