"""Ogg Vorbis of quality 8: about 250 kbit/s of stereo, up to eight channels."""

from pathlib import Path

from sam_audio.export.ogg_pages import number_pages
from sam_audio.export.sndfile import Tags, encode
from sam_audio.types import Stem
from shared.exporting import Exporter
from shared.media import AudioSource, Waveform

MAX_RATE_HZ = 192_000  # libvorbis has no settings above 200 kHz
QUALITY = 0.2  # libsndfile counts from 0, the best (q10), to 1 (q0)


def ogg_rate_hz(sample_rate_hz: int) -> int:
    """Return the rate of a Vorbis file for sound of a rate: the same, 192 kHz at most."""
    return min(sample_rate_hz, MAX_RATE_HZ)


def write_ogg(source: AudioSource, path: Path, *, gain: float = 1.0, tags: Tags | None = None) -> None:
    """Write a source whole; its length is kept to the sample.

    Args:
        source: What to write.
        path: Where to.
        gain: Factor that brings its peak to full scale or below.
        tags: What players show.

    Raises:
        ExportError: A sample above full scale, or a sound that Vorbis cannot hold.
        OSError: The file cannot be written.
    """
    rate_hz = ogg_rate_hz(source.sample_rate_hz)
    kind = ("OGG", "VORBIS")
    encode(source, path, kind=kind, gain=gain, tags=tags, rate_hz=rate_hz, compression_level=QUALITY)
    number_pages(path)


def _write_stem(stem: Stem, path: Path, *, gain: float = 1.0) -> None:
    write_ogg(stem.sound, path, gain=gain, tags=Tags(stem.name))


EXPORTERS = (
    Exporter(Waveform, ".ogg", write_ogg, "Ogg Vorbis, quality 8"),
    Exporter(Stem, ".ogg", _write_stem, "Ogg Vorbis, quality 8"),
)
