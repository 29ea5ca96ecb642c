"""Result folders of jobs, below one root, removed when they are old."""

import shutil
import tempfile
import time
import uuid
import zipfile
from pathlib import Path

from apps import manifest
from apps.runner import Result
from shared.exporting import atomic

KEEP_HOURS = 24.0
PACKED_ALREADY = (".wav", ".flac", ".mp3", ".ogg", ".png", ".jpg")


def _compression(file: Path) -> int:
    """Return how a file is packed: sound and pictures hardly become smaller, and may be gigabytes."""
    return zipfile.ZIP_STORED if file.suffix in PACKED_ALREADY else zipfile.ZIP_DEFLATED


class ResultStore:
    """Keeps one folder a job.

    Args:
        root: Folder that holds them; a fresh temporary one when None.
        keep_hours: Age after which a folder is removed, at the next new job.
    """

    def __init__(self, root: Path | None = None, *, keep_hours: float = KEEP_HOURS) -> None:
        self._root = root or Path(tempfile.mkdtemp(prefix="segstudio-"))
        self._keep_s = keep_hours * 3600

    @property
    def root(self) -> Path:
        """The folder that holds all results."""
        return self._root

    @property
    def kept(self) -> Path:
        """The folder for what later runs may take from earlier ones; as old as its newest entry."""
        return self._root / ".kept"

    def new_folder(self) -> Path:
        """Return the path of a new job's folder (not made yet) and remove those too old."""
        self._root.mkdir(parents=True, exist_ok=True)
        self._remove_old()
        return self._root / uuid.uuid4().hex

    def zip(self, result: Result) -> Path:
        """Return a zip of all files of a result under their download names, made at the first call."""
        path = result.folder / "result.zip"
        if not path.is_file():
            names = manifest.download_names(result.manifest)
            with atomic(path) as draft, zipfile.ZipFile(draft, "w") as archive:
                for file in result.files:
                    archive.write(file, names.get(file.name, file.name), _compression(file))
        return path

    def _remove_old(self) -> None:
        limit = time.time() - self._keep_s
        for folder in self._root.iterdir():
            if folder.is_dir() and folder.stat().st_mtime < limit:
                shutil.rmtree(folder, ignore_errors=True)
