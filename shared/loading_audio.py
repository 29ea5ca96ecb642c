"""Read sound files block by block: never more than a few seconds of them in memory.

WAV, FLAC, OGG, MP3, AIFF and kin are decoded by libsndfile; the sound of MP4, M4A, MOV, WebM, MKV and
AAC by FFmpeg, which is given the container's name so that it opens no playlist and nothing over a net.
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
from shared.loading_header import Block, Decoder, Header
from shared.media import check_audio

# +120 dB above full scale: no sound has it; treated like NaN, which corrupt float files hold as well.
LOUDEST = 1e6
# Corrupt files hold few such samples by accident; above this share the file is not sound.
TOLERATED_BAD_SHARE = 0.01


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
    """

    path: Path
    sample_rate_hz: int
    channels: int
    frames: int
    container: str
    warnings: tuple[str, ...]
    decode: Decoder

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
        for block in _of_length(map(_repaired, self.decode(self.path)), frames):
            count += block.shape[1]
            yield block
        if count != self.frames:
            raise InputError(
                f"{self.path} ends at {count / self.sample_rate_hz:.2f} s, but "
                f"{self.duration_s:.2f} s were announced: it is cut off, or has changed meanwhile.",
                "Save or download it again.",
            )


def load_audio(path: str | Path, *, limits: Limits | None = None) -> AudioFile:
    """Open a sound file, or the first sound track of a film, without decoding it into memory.

    MP3 and FFmpeg's formats are decoded once to count their frames exactly (hundreds of times faster
    than they play); float files are scanned once for NaN.

    Args:
        path: WAV, FLAC, OGG, MP3, AIFF, M4A, MP4, MOV, WebM, MKV or AAC.
        limits: Largest input; from the environment when not given.

    Raises:
        InputError: Not such a file, damaged, empty, too long, too many channels, or not finite.
    """
    limits = limits or Limits.from_environment()
    path, start = checked_file(path, limits)
    header = _header(path, start)
    check_audio(header.channels, 1, header.sample_rate_hz)
    limits.refuse_above("audio_channels", header.channels, f"{path} has {header.channels} channels")
    limits.refuse_above(
        "audio_minutes", header.seconds / 60, f"{path} lasts {header.seconds / 60:.0f} minutes"
    )
    frames, warnings = header.frames, ()
    if frames is None or header.floats:
        facts = path.stat()
        frames, bad = _scan(path, facts.st_size, facts.st_mtime_ns, header, limits)
        warnings = _judge(path, bad, frames * header.channels)
    check_audio(header.channels, frames, header.sample_rate_hz)
    return AudioFile(
        path, header.sample_rate_hz, header.channels, frames, header.container, warnings, header.decode
    )


def _header(path: Path, start: bytes) -> Header:
    from shared import loading_containers, loading_sndfile

    if name := loading_containers.container(start):
        return loading_containers.header(path, name)
    return loading_sndfile.header(path)


@lru_cache(maxsize=64)
def _scan(path: Path, size: int, changed_ns: int, header: Header, limits: Limits) -> tuple[int, int]:
    """Count frames and bad samples by decoding; remembered for a file (size and time) until it changes."""
    frames = bad = 0
    for block in header.decode(path):
        frames += block.shape[1]
        bad += block.size - int(np.count_nonzero(np.abs(block) <= LOUDEST))
        minutes = frames / header.sample_rate_hz / 60
        limits.refuse_above("audio_minutes", minutes, f"{path} lasts longer than its header says")
    return frames, bad


def _judge(path: Path, bad: int, total: int) -> tuple[str, ...]:
    if not bad:
        return ()
    fact = f"{bad} of {total} samples are not finite numbers or beyond any level"
    if bad > TOLERATED_BAD_SHARE * total:
        raise InputError(f"{path}: {fact}.", "The file is damaged: record, convert or download it again.")
    return (f"{fact}; they were replaced by silence.",)


def _repaired(block: Block) -> Block:
    good = np.abs(block) <= LOUDEST
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
