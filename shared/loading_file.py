"""Check a file before any decoder sees it: there, regular, readable, not empty, not too large."""

import os
import stat
from pathlib import Path

from shared.errors import InputError
from shared.limits import Limits


def checked_file(path: str | Path, limits: Limits, *, limit: str = "file_megabytes") -> tuple[Path, bytes]:
    """Return the path and the first 64 bytes of a file that may be decoded.

    Links are followed; devices, pipes and folders are refused without being opened.

    Args:
        path: The file.
        limits: Largest input.
        limit: The limit that its size is held against.

    Raises:
        InputError: Why this file cannot be read, and what to do.
    """
    path = Path(path)
    try:
        facts = path.stat()
        _refuse_irregular(path, facts)
        limits.refuse_above(limit, facts.st_size / 1e6, f"{path} has {facts.st_size / 1e6:.0f} MB")
        with path.open("rb") as stream:
            return path, stream.read(64)
    except FileNotFoundError:
        what = "is a link to a file that is not there" if path.is_symlink() else "does not exist"
        raise InputError(f"{path} {what}.", "Check the name and the folder.") from None
    except PermissionError:
        raise InputError(f"{path} may not be read.", "Give yourself read permission, or copy it.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{str(path)[:200]!r} cannot be opened ({reason}).", "Check the name.") from None


def _refuse_irregular(path: Path, facts: os.stat_result) -> None:
    if stat.S_ISDIR(facts.st_mode):
        raise InputError(f"{path} is a folder.", "Choose a file in it.")
    if not stat.S_ISREG(facts.st_mode):
        raise InputError(f"{path} is a device or pipe, not a file.", "Save it as a file first.")
    if facts.st_size == 0:
        raise InputError(f"{path} is empty (0 bytes).", "Choose another file, or save it again.")
