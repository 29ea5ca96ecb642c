"""What the drawing board shows of a recording: picture, waveform and scale, of all of it or of a stretch."""

import base64
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from sam_audio.axes import checked_axis
from sam_audio.preview import RANGE_DB, heat_pixels
from sam_audio.spectrum import Profile, profile
from shared.encoders.audio import Block
from shared.errors import InputError
from shared.loading import load_audio
from shared.media import AudioSource

COLUMNS, ROWS = 1600, 320
SKIPPED_FRAMES = 1 << 16
QUIETEST_TOP_DB = RANGE_DB - 120  # of silence nothing is drawn bright


@dataclass(frozen=True)
class Stretch:
    """A part of a sound; an `AudioSource` of its own.

    Args:
        whole: The sound.
        start: First frame.
        stop: One after the last, within the sound.
    """

    whole: AudioSource
    start: int
    stop: int

    @property
    def sample_rate_hz(self) -> int:
        """Rate of the sound."""
        return self.whole.sample_rate_hz

    @property
    def channels(self) -> int:
        """Channels of the sound."""
        return self.whole.channels

    @property
    def frames(self) -> int:
        """Length of the part."""
        return self.stop - self.start

    @property
    def content_key(self) -> str:
        """Key of the sound, and where the part lies."""
        return f"{self.whole.content_key}[{self.start}:{self.stop}]"

    def blocks(self, frames: int) -> Iterator[Block]:
        """Yield (C, T) blocks of `frames` frames each, the last one shorter."""
        place, kept = 0, np.empty((self.channels, 0), np.float32)
        for block in self.whole.blocks(SKIPPED_FRAMES):
            first, last = max(self.start - place, 0), min(self.stop - place, block.shape[1])
            place += block.shape[1]
            if first < last:
                kept = np.concatenate([kept, block[:, first:last]], axis=1)
            while kept.shape[1] >= frames:
                yield kept[:, :frames]
                kept = kept[:, frames:]
            if place >= self.stop:
                break
        if kept.shape[1]:
            yield kept


def facts_of(path: Path, sample_rate_hz: int | None = None) -> dict[str, Any]:
    """Return name, length, rate and channels of a recording.

    Args:
        path: The recording.
        sample_rate_hz: Of a sensor's CSV or NPY.

    Raises:
        InputError: Not a recording, damaged, too long, or a rate is wanted.
    """
    source = load_audio(path, sample_rate_hz=sample_rate_hz)
    return {
        "name": path.name,
        "duration_s": source.frames / source.sample_rate_hz,
        "sample_rate_hz": source.sample_rate_hz,
        "channels": source.channels,
    }


@lru_cache(maxsize=16)
def overview(path: Path, axis: str, sample_rate_hz: int | None = None) -> dict[str, Any]:
    """Return the view of a whole recording.

    Args:
        path: The recording.
        axis: "linear", "mel" or "log".
        sample_rate_hz: Of a sensor's CSV or NPY.

    Returns:
        picture (data URL), axis, start_s, end_s, columns, low and high (the waveform's extremes, −127..127
        of the loudest sample), top_db and peak (what was drawn brightest and widest).
    """
    source: Any = load_audio(path, sample_rate_hz=sample_rate_hz)
    return _view(source, axis, 0.0)


@lru_cache(maxsize=32)
def closer(
    path: Path, axis: str, start_s: float, end_s: float, sample_rate_hz: int | None = None
) -> dict[str, Any]:
    """Return the view of a stretch, in the colours of the whole.

    Args:
        path: The recording.
        axis: "linear", "mel" or "log".
        start_s: Where it starts, seconds.
        end_s: Where it ends; at least a frame later.
        sample_rate_hz: Of a sensor's CSV or NPY.

    Raises:
        InputError: The stretch is empty or lies outside the recording.
    """
    source: Any = load_audio(path, sample_rate_hz=sample_rate_hz)
    whole = overview(path, axis, sample_rate_hz)
    first = max(int(start_s * source.sample_rate_hz), 0)
    last = min(int(np.ceil(end_s * source.sample_rate_hz)), source.frames)
    if first >= last:
        raise InputError(f"There is no sound from {start_s:g} to {end_s:g} s.")
    return _view(Stretch(source, first, last), axis, first / source.sample_rate_hz, whole)


def _view(
    source: AudioSource, axis: str, start_s: float, like: dict[str, Any] | None = None
) -> dict[str, Any]:
    measured = profile(source, min(COLUMNS, source.frames), axis=checked_axis(axis), rows=ROWS)
    top_db = like["top_db"] if like else max(measured.top_db, QUIETEST_TOP_DB)
    peak = like["peak"] if like else float(max(np.abs(measured.low).max(), np.abs(measured.high).max(), 1e-9))
    return {
        "picture": _data_url(measured, top_db),
        "axis": axis,
        "start_s": start_s,
        "end_s": start_s + measured.duration_s,
        "columns": measured.low.size,
        "low": np.round(127 * measured.low / peak).astype(int).tolist(),
        "high": np.round(127 * measured.high / peak).astype(int).tolist(),
        "top_db": top_db,
        "peak": peak,
    }


def _data_url(measured: Profile, top_db: float) -> str:
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(heat_pixels(measured.levels_db, top_db)).save(stream, "webp", quality=82, method=2)
    return f"data:image/webp;base64,{base64.b64encode(stream.getvalue()).decode('ascii')}"
