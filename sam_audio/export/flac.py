"""FLAC of 24 bits: about half the size of WAV; what lies above full scale would be cut, so it is refused."""

from pathlib import Path

from sam_audio.export.sndfile import Tags, encode
from sam_audio.types import Stem
from shared.exporting import Exporter
from shared.media import AudioSource, Waveform


def write_flac(source: AudioSource, path: Path, *, gain: float = 1.0, tags: Tags | None = None) -> None:
    """Write a source whole.

    Args:
        source: What to write.
        path: Where to.
        gain: Factor that brings its peak to full scale or below.
        tags: What players show.

    Raises:
        ExportError: A sample lies above full scale, or libsndfile cannot write such sound.
        OSError: The file cannot be written.
    """
    encode(source, path, kind=("FLAC", "PCM_24"), gain=gain, tags=tags)


def _write_stem(stem: Stem, path: Path, *, gain: float = 1.0) -> None:
    write_flac(stem.sound, path, gain=gain, tags=Tags(stem.name))


EXPORTERS = (
    Exporter(Waveform, ".flac", write_flac, "FLAC, 24 bits"),
    Exporter(Stem, ".flac", _write_stem, "FLAC, 24 bits"),
)
