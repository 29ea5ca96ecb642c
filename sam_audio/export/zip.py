"""All stems of a separation in one ZIP of WAV files."""

import tempfile
import zipfile
from pathlib import Path

from sam_audio.export.wav import write_wav
from sam_audio.planning import file_stem
from sam_audio.types import Separation
from shared.exporting import Exporter


def write_zip(separation: Separation, path: Path) -> None:
    """Write one WAV (32-bit float) a stem: target_<name>.wav each, residual.wav."""
    taken: set[str] = set()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for stem in separation.stems:
            name = "residual" if stem is separation.residual else file_stem(stem.name, taken)
            taken.add(name)
            with tempfile.TemporaryDirectory(dir=path.parent) as folder:
                file = Path(folder) / f"{name}.wav"
                write_wav(stem.sound, file)
                archive.write(file, file.name)


EXPORTERS = (Exporter(Separation, ".zip", write_zip, "ZIP of WAV stems"),)
