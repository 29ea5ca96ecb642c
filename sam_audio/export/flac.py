"""FLAC of 24 bits: about half the size of WAV; what lies above full scale would be cut, so it is refused."""

from pathlib import Path

from sam_audio.types import Stem
from shared.errors import ExportError
from shared.exporting import Exporter
from shared.media import AudioSource, Waveform

WRITE_FRAMES = 65_536
MAX_RATE_HZ = 655_350  # FLAC format, STREAMINFO


def write_flac(source: AudioSource, path: Path, *, gain: float = 1.0) -> None:
    """Write a source whole.

    Args:
        source: What to write.
        path: Where to.
        gain: Factor that brings its peak to full scale or below.

    Raises:
        ExportError: A sample lies above full scale, or libsndfile cannot write there.
    """
    import soundfile

    try:
        with soundfile.SoundFile(
            path, "w", source.sample_rate_hz, source.channels, subtype="PCM_24", format="FLAC"
        ) as file:
            for block in source.blocks(WRITE_FRAMES):
                scaled = block * gain if gain != 1 else block
                if abs(scaled).max(initial=0.0) > 1:
                    raise ExportError(
                        "FLAC cannot hold sound above full scale.", "Take WAV, or lower the level first."
                    )
                file.write(scaled.T)
    except soundfile.LibsndfileError as error:
        raise ExportError(
            f"Cannot write FLAC to {path.name} ({error}).", "Is the disk full? Free space, or take WAV."
        ) from error


def _write_stem(stem: Stem, path: Path, *, gain: float = 1.0) -> None:
    write_flac(stem.sound, path, gain=gain)


EXPORTERS = (
    Exporter(Waveform, ".flac", write_flac, "FLAC, 24 bits"),
    Exporter(Stem, ".flac", _write_stem, "FLAC, 24 bits"),
)
