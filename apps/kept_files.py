"""Files that were read stay in memory between quick questions about them."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from shared.encoders.cache import EncoderCache
from shared.errors import InputError

T = TypeVar("T")
KEPT_BYTES = 300_000_000  # of decoded pictures; those in use are kept whatever their size


class KeptFiles:
    """What was made of files, as long as they do not change and there is room."""

    def __init__(self) -> None:
        self._kept = EncoderCache(limit_bytes=KEPT_BYTES)

    def get(self, path: str | Path, load: Callable[[str | Path], T], weight: Callable[[T], int]) -> T:
        """Return what a file holds; it is read once as long as it does not change.

        Args:
            path: The file, or a folder.
            load: Reads it; always the same for one file.
            weight: Gives the bytes of what was read.

        Raises:
            InputError: It is not there any more; and errors of `load`.
        """
        try:
            facts = Path(path).stat()
        except OSError:
            raise InputError(f"{path} is not there any more.", "Choose the photo again.") from None

        def read() -> tuple[T, int]:
            made = load(path)
            return made, weight(made)

        return self._kept.get("file", f"{path}:{facts.st_mtime_ns}:{facts.st_size}", read)
