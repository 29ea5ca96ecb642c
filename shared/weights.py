"""Shipped weights are data: a row each in `weights/table.json`, checked by sha256 before first use.

A row: file, bytes, sha256, title, source (package and version, or how it was made), licence,
made_by (the script under `tools/` that makes the file from its source).
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared.errors import WeightsError

FOLDER = Path(__file__).with_name("weights")


@dataclass(frozen=True)
class WeightsRow:
    """One shipped file of weights."""

    file: str
    bytes: int
    sha256: str
    title: str
    source: str
    licence: str
    made_by: str


@cache
def table() -> dict[str, WeightsRow]:
    """Return all rows by file name."""
    rows = json.loads((FOLDER / "table.json").read_text("utf8"))
    return {row["file"]: WeightsRow(**row) for row in rows}


def row(file: str) -> WeightsRow:
    """Return the row of a shipped file.

    Raises:
        WeightsError: There is no such row.
    """
    try:
        return table()[file]
    except KeyError:
        raise WeightsError(f"There are no weights {file!r} in the table.") from None


@cache
def path(file: str) -> Path:
    """Return where a shipped file lies, after checking its size and sha256 (once a process).

    Raises:
        WeightsError: The file is missing or is not the one that was shipped.
    """
    wanted, found = row(file), FOLDER / file
    if not found.is_file():
        raise WeightsError(f"The weights {file} are missing.", "Install the suite again.")
    with found.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    if sha256 != wanted.sha256:
        raise WeightsError(
            f"The weights {file} are not the ones that were shipped (sha256 {sha256[:12]}…, "
            f"wanted {wanted.sha256[:12]}…).",
            "Install the suite again.",
        )
    return found
