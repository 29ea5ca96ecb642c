"""Read sound files block by block: never more than a few seconds of them in memory.

WAV, FLAC, OGG, MP3, AIFF and kin are decoded by libsndfile; the sound of MP4, M4A, MOV, WebM, MKV and
AAC by FFmpeg, which is given the container's name so that it opens no playlist and nothing over a net.
Recordings of sensors come as CSV or NPY as well (`shared.loading_table`, `shared.loading_npy`).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from shared.errors import InputError
from shared.limits import Limits
from shared.loading_file import checked_file
from shared.loading_header import LOUDEST, Block, Decoder, Header, checked_rate, early_end
from shared.media import check_audio

# Corrupt files hold few such samples by accident; above this share the file is not sound.
TOLERATED_BAD_SHARE = 0.01
SLOW_HZ = 8000


@dataclass(frozen=True, eq=False)
class AudioFile:
    """A sound file that is decoded anew, block by block, each time it is read; an `AudioSource`.

    Args:
        path: The file.
        sample_rate_hz: Rate of the file.
        channels: Number of channels of the file, 1..8.
        frames: Exact number of samples per channel that `blocks` yields.
        container: Format in words, such as "WAV (PCM_24)".
        warnings: What was repaired.
        decode: Yields the raw blocks.
        loudest: Greatest sample that is believed; others are replaced by silence.
    """

    path: Path
    sample_rate_hz: int
    channels: int
    frames: int
    container: str
    warnings: tuple[str, ...]
    decode: Decoder
    loudest: float = LOUDEST

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.frames / self.sample_rate_hz

    @cached_property
    def content_key(self) -> str:
        """Sha256 of the file's bytes."""
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def blocks(self, frames: int) -> Iterator[Block]:
        """Yield (C, T) float32 blocks of `frames` frames each, the last one shorter.

        Raises:
            InputError: The file is damaged, or has changed since it was loaded.
        """
        count = 0
        for block in _of_length((_repaired(b, self.loudest) for b in self.decode(self.path)), frames):
            count += block.shape[1]
            yield block
        if count != self.frames:
            raise InputError(
                f"{self.path} ends at {count / self.sample_rate_hz:.2f} s, but "
                f"{self.duration_s:.2f} s were announced: it is cut off, or has changed meanwhile.",
                "Save or download it again.",
            )


def load_audio(
    path: str | Path, *, limits: Limits | None = None, sample_rate_hz: int | None = None
) -> AudioFile:
    """Open a sound file, the first sound track of a film, or a sensor's recording, without decoding it.

    MP3, FFmpeg's formats and CSV are decoded once to count their frames exactly; float files and NPY are
    scanned once for NaN.

    Args:
        path: WAV, FLAC, OGG, MP3, AIFF, M4A, MP4, MOV, WebM, MKV, AAC, CSV, TSV or NPY.
        limits: Largest input; from the environment when not given.
        sample_rate_hz: Of an NPY file, or of a CSV file without (or instead of) a time column.

    Raises:
        InputError: Not such a file, damaged, empty, too long, too many channels, not finite, no rate, or
            another rate than the file's own.
    """
    limits = limits or Limits.from_environment()
    given_hz = None if sample_rate_hz is None else checked_rate(sample_rate_hz)
    path, start = checked_file(path, limits, limit="sound_megabytes")
    header = _header(path, start, given_hz)
    check_audio(header.channels, 1, header.sample_rate_hz)
    limits.refuse_above("audio_channels", header.channels, f"{path} has {header.channels} channels")
    seconds = _costed_s(header.seconds, header.sample_rate_hz)
    limits.refuse_above("audio_minutes", seconds / 60, f"{path} lasts {seconds / 60:.0f} minutes")
    frames, warnings = header.frames, header.warnings
    if frames is None or header.floats:
        facts = path.stat()
        frames, bad = _scan(path, facts.st_size, facts.st_mtime_ns, header, limits)
        warnings += _judge(path, bad, frames * header.channels)
        if header.exact:
            warnings += early_end(path, frames / header.sample_rate_hz, header.seconds)
    check_audio(header.channels, frames, header.sample_rate_hz)
    return AudioFile(
        path,
        header.sample_rate_hz,
        header.channels,
        frames,
        header.container,
        warnings,
        header.decode,
        header.loudest,
    )


def _costed_s(seconds: float, sample_rate_hz: int) -> float:
    """Return the length that the limit counts: slow recordings cost as much as their samples at 8 kHz."""
    return seconds * min(sample_rate_hz / SLOW_HZ, 1)


def _header(path: Path, start: bytes, given_hz: int | None) -> Header:
    from shared import loading_containers, loading_npy, loading_sndfile, loading_table

    if start.startswith(loading_npy.MAGIC):
        return loading_npy.header(path, given_hz)
    if path.suffix.lower() in loading_table.SUFFIXES:
        return loading_table.header(path, given_hz)
    name = loading_containers.container(start)
    header = loading_containers.header(path, name) if name else loading_sndfile.header(path)
    if given_hz not in (None, header.sample_rate_hz):
        raise InputError(
            f"{path} says that its sample rate is {header.sample_rate_hz} Hz, not {given_hz} Hz.",
            "Leave the rate out; it is for CSV and NPY files.",
        )
    return header


@lru_cache(maxsize=64)
def _scan(path: Path, size: int, changed_ns: int, header: Header, limits: Limits) -> tuple[int, int]:
    """Count frames and bad samples by decoding; remembered for a file (size and time) until it changes."""
    frames = bad = 0
    for block in header.decode(path):
        frames += block.shape[1]
        bad += block.size - int(np.count_nonzero(np.abs(block) <= header.loudest))
        minutes = _costed_s(frames / header.sample_rate_hz, header.sample_rate_hz) / 60
        limits.refuse_above("audio_minutes", minutes, f"{path} lasts longer than its header says")
    return frames, bad


def _judge(path: Path, bad: int, total: int) -> tuple[str, ...]:
    if not bad:
        return ()
    fact = f"{bad} of {total} samples are not finite numbers or beyond any level"
    if bad > TOLERATED_BAD_SHARE * total:
        raise InputError(f"{path}: {fact}.", "The file is damaged: record, convert or download it again.")
    return (f"{fact}; they were replaced by silence.",)


def _repaired(block: Block, loudest: float) -> Block:
    good = np.abs(block) <= loudest
    return block if good.all() else np.where(good, block, np.float32(0))


def _of_length(blocks: Iterable[Block], frames: int) -> Iterator[Block]:
    """Cut and join blocks to `frames` frames each, the last one shorter."""
    kept: list[Block] = []
    length = 0
    for block in blocks:
        kept.append(block)
        length += block.shape[1]
        if length >= frames:
            joined = np.concatenate(kept, axis=1) if len(kept) > 1 else kept[0]
            whole = length - length % frames
            for start in range(0, whole, frames):
                yield np.ascontiguousarray(joined[:, start : start + frames])
            kept, length = [joined[:, whole:]], length - whole
    if length:
        yield np.ascontiguousarray(np.concatenate(kept, axis=1))
