"""All stems of a separation in one ZIP, under names that tell song, stem and engine."""

import shutil
import tempfile
import zipfile
from pathlib import Path

from sam_audio.export.formats import FORMATS, WORKING, chosen
from sam_audio.export.sndfile import Tags
from sam_audio.naming import distinct, download_name
from sam_audio.types import Separation
from shared.exporting import Exporter

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same stems make the same file


def write_zip(separation: Separation, path: Path, *, song: str = "", form: str = WORKING) -> None:
    """Write each stem as <song>_<stem>_<engine>, the residual last.

    Args:
        separation: What to write.
        path: Where to.
        song: What the recording is called; left out of the names when empty.
        form: Name of `sam_audio.export.formats`.

    Raises:
        InputError: There is no such format.
        ExportError: A stem lies above full scale, or has too many channels, for the format.
    """
    chosen([form], separation.mix)
    suffix = FORMATS[form].suffix
    stems = separation.stems
    engines = [[stem.chosen.spec.id] if stem.chosen else [] for stem in stems]
    names = distinct([download_name(song, s.name, e, suffix) for s, e in zip(stems, engines, strict=True)])
    with zipfile.ZipFile(path, "w") as archive, tempfile.TemporaryDirectory(dir=path.parent) as folder:
        for stem, name in zip(stems, names, strict=True):
            file = Path(folder) / "stem"
            FORMATS[form].save(stem.sound, file, tags=Tags(stem.name, song))
            with file.open("rb") as source, archive.open(_entry(name), "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.external_attr = 0o644 << 16
    return entry


EXPORTERS = (Exporter(Separation, ".zip", write_zip, "ZIP of WAV stems"),)
