"""MP3 of the best variable bit rate (LAME's V0, through libsndfile): about 250 kbit/s of stereo."""

from pathlib import Path

from sam_audio.export.sndfile import Tags, encode
from sam_audio.types import Stem
from shared.errors import ExportError
from shared.exporting import Exporter
from shared.media import AudioSource, Waveform

# ISO/IEC 11172-3 (MPEG-1), 13818-3 (MPEG-2), and the "2.5" rates that every decoder knows.
RATES_HZ = (8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
MAX_CHANNELS = 2


def mp3_rate_hz(sample_rate_hz: int) -> int:
    """Return the rate of an MP3 file for sound of a rate: the same, the next one above, or 48 kHz."""
    return next((rate_hz for rate_hz in RATES_HZ if rate_hz >= sample_rate_hz), RATES_HZ[-1])


def write_mp3(source: AudioSource, path: Path, *, gain: float = 1.0, tags: Tags | None = None) -> None:
    """Write a source whole, at a rate that MP3 knows (`mp3_rate_hz`); its length is kept to the sample.

    Args:
        source: What to write, one or two channels.
        path: Where to.
        gain: Factor that brings its peak to full scale or below.
        tags: What players show.

    Raises:
        ExportError: More than two channels, or a sample above full scale.
        OSError: The file cannot be written.
    """
    refuse_channels(source.channels)
    rate_hz = mp3_rate_hz(source.sample_rate_hz)
    quality = {"bitrate_mode": "VARIABLE", "compression_level": 0.0}
    encode(source, path, kind=("MP3", "MPEG_LAYER_III"), gain=gain, tags=tags, rate_hz=rate_hz, **quality)


def refuse_channels(channels: int) -> None:
    """Refuse more channels than MP3 has.

    Raises:
        ExportError: With formats that hold them.
    """
    if channels > MAX_CHANNELS:
        raise ExportError(
            f"MP3 holds one or two channels; this sound has {channels}.", "Take OGG, FLAC or WAV."
        )


def _write_stem(stem: Stem, path: Path, *, gain: float = 1.0) -> None:
    write_mp3(stem.sound, path, gain=gain, tags=Tags(stem.name))


EXPORTERS = (
    Exporter(Waveform, ".mp3", write_mp3, "MP3, best variable bit rate"),
    Exporter(Stem, ".mp3", _write_stem, "MP3, best variable bit rate"),
)
