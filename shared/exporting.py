"""Write results whole or not at all, and find the exporter for a type and a suffix."""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.discovery import declared
from shared.errors import ExportError, StudioError
from shared.registry import Missing, present


@dataclass(frozen=True)
class Exporter:
    """One file format of one result type; modules list theirs in `EXPORTERS`.

    Args:
        type: The result class it writes.
        suffix: With the dot, lower case: ".stl".
        write: Writes the result to a path; keyword options as documented by the exporter.
        title: What a person calls it.
        companions: Whether it writes further files beside the path, named after it (OBJ: MTL and PNG).
        missing: Says why it cannot write here, such as a package that is not installed; None when it can.
    """

    type: type
    suffix: str
    write: Callable[..., None]
    title: str
    companions: bool = False
    missing: Callable[[], Missing | None] = present


def export(result: Any, path: str | Path, *, package: str, **options: Any) -> Path:
    """Write a result to `path`, in the format that its suffix names.

    Args:
        result: Separation, Masks, Reconstruction, Body …
        path: Final name; nothing stands there unless the export succeeded.
        package: Folder of exporters to look in, such as "sam_3d.export".

    Raises:
        ExportError: No exporter for this type and suffix, or the file cannot be written.
    """
    path = Path(path)
    table: dict[str, Exporter] = {
        e.suffix: e for e in declared(package, "EXPORTERS") if isinstance(result, e.type)
    }
    exporter = table.get(path.suffix.lower())
    if exporter is None:
        raise ExportError(
            f"There is no {path.suffix or 'suffix-less'} form of a {type(result).__name__}.",
            f"Choose from {', '.join(sorted(table)) or 'nothing (no exporter is registered)'}.",
        )
    if missing := exporter.missing():
        raise ExportError(f"{exporter.title} cannot be written here: {missing.reason}", missing.cure)
    if exporter.companions:
        with staged_folder(path.parent) as folder:
            exporter.write(result, folder / path.name, **options)
        return path
    with atomic(path) as draft:
        exporter.write(result, draft, **options)
    return path


def unwritable(package: str, suffixes: Iterable[str]) -> dict[str, Missing]:
    """Return those of some suffixes that no exporter of a folder can write here, and why.

    Args:
        package: Folder of exporters, such as "sam_3d.export".
        suffixes: With or without the dot; those that no exporter has are passed over.
    """
    found: dict[str, Missing] = {}
    for suffix in suffixes:
        dotted = f".{suffix.lstrip('.')}"
        answers = [e.missing() for e in declared(package, "EXPORTERS") if e.suffix == dotted]
        reasons = [answer for answer in answers if answer is not None]
        if reasons and len(reasons) == len(answers):
            found[suffix] = reasons[0]
    return found


@contextmanager
def atomic(path: str | Path) -> Iterator[Path]:
    """Give a draft path (same folder, same suffix); on success it becomes `path`, else it is removed.

    Raises:
        ExportError: The folder cannot be written or the disk is full.
    """
    path = Path(path)
    with _explained(path), _made(path.parent):
        handle, name = tempfile.mkstemp(path.suffix, f".{path.stem}.partial-", path.parent)
        os.close(handle)
        draft = Path(name)
        try:
            yield draft
            draft.chmod(0o644)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


@contextmanager
def staged_folder(folder: str | Path, *, room_bytes: int = 0) -> Iterator[Path]:
    """Give an empty draft folder; on success its files move into `folder`, else nothing is left.

    Files of the same names in `folder` are replaced, others stay.

    Args:
        folder: Where the files go; made when it is not there.
        room_bytes: What the files will take, as far as known: a disk without that room is refused
            before any work is done.

    Raises:
        ExportError: The folder cannot be written or the disk is full.
    """
    folder = Path(folder)
    with _explained(folder), _made(folder):
        _check_room(folder, room_bytes)
        draft = Path(tempfile.mkdtemp(prefix=".run.partial-", dir=folder))
        try:
            yield draft
            _move_all(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _check_room(folder: Path, room_bytes: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < max(room_bytes, _FULL_BYTES):
        raise ExportError(
            f"Cannot write to {folder}: {free / 1e6:.1f} MB are free, "
            f"but the result takes about {max(room_bytes, _FULL_BYTES) / 1e6:.0f} MB.",
            _CURES[errno.ENOSPC],
        )


def _move_all(draft: Path, folder: Path) -> None:
    items = sorted(draft.iterdir())
    for item in items:
        if (folder / item.name).is_dir():
            raise ExportError(
                f"Cannot write {folder / item.name}: a folder of that name is in the way.",
                "Remove it or choose another folder.",
            )
    for item in items:
        item.replace(folder / item.name)


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make a folder and those above it; on failure remove again those that are new and empty."""
    new = [p for p in (folder, *folder.parents) if not p.exists()]
    try:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except FileNotFoundError as error:  # only where the system makes all folders itself, as in /proc
            raise ExportError(
                f"Cannot write to {folder}: it cannot be made.", "Choose another folder."
            ) from error
        yield
    except BaseException:
        for empty in new:
            with suppress(OSError):
                empty.rmdir()
        raise


_CURES = {
    errno.ENOSPC: "The disk is full: free some space or choose another folder.",
    errno.EDQUOT: "The disk quota is used up: free some space or choose another folder.",
    errno.EFBIG: "No larger file may be written there: choose another disk, or a smaller format.",
    errno.EIO: "The disk failed: choose another one.",
    errno.EACCES: "Choose a folder that you may write to.",
    errno.EPERM: "Choose a folder that you may write to.",
    errno.EROFS: "The file system is read-only: choose another folder.",
    errno.ENOTDIR: "A part of that path is a file: choose another folder.",
    errno.EISDIR: "A folder of that name is in the way: choose another name.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
    errno.EEXIST: "A file of that name is in the way: choose another folder.",
}


# A disk with less room than this is what a library's vague complaint while writing is about.
_FULL_BYTES = 1_000_000


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except StudioError:
        raise
    # Encoders in C report a full disk as errors of their own (soundfile: LibsndfileError).
    except Exception as error:
        code = error.errno or 0 if isinstance(error, OSError) else 0
        if code not in _CURES and _full(path):
            code = errno.ENOSPC
        if code not in _CURES:
            raise
        raise ExportError(f"Cannot write to {path} ({os.strerror(code)}).", _CURES[code]) from error


def _full(path: Path) -> bool:
    existing = next((p for p in (path, *path.parents) if p.exists()), Path())
    return shutil.disk_usage(existing).free < _FULL_BYTES
