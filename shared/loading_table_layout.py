"""Find out how a table is laid out: delimiter, decimal comma, names, and what its first column means."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from shared.errors import InputError

LONGEST_LINE = 65_536
SNIFFED_LINES = 200
MOST_HEADER_LINES = 50
DELIMITERS = {"\t": "tab", ";": "semicolon", ",": "comma", "": "space"}
_TIME = re.compile(r"^(time|t|timestamp|seconds?|secs?|s|ms|date|datetime|elapsed|zeit|temps)\b")
_COUNT = re.compile(r"^(index|idx|samples?|sample (number|no\.?|#)|n|nr\.?|no\.?|#|frames?|rows?)$")
_UNITS_S = {
    "ns": 1e-9,
    "us": 1e-6,
    "µs": 1e-6,
    "ms": 1e-3,
    "msec": 1e-3,
    "milliseconds": 1e-3,
    "s": 1.0,
    "sec": 1.0,
    "seconds": 1.0,
    "min": 60.0,
    "minutes": 60.0,
    "h": 3600.0,
    "hours": 3600.0,
}
_EVEN = 1e-3  # how much steps of a nameless time column may differ, of the step


class Line(NamedTuple):
    """A line of a file, with its number from 1."""

    number: int
    text: str


@dataclass(frozen=True)
class Layout:
    """How the rows of a table are to be read.

    Args:
        encoding: Of the text.
        delimiter: Between columns; "" for spaces.
        decimal_comma: Whether 1,5 means 1.5.
        trailing: Whether every row ends with a delimiter.
        skip: Lines before the first row.
        columns: Columns of a row.
        names: Names of the columns; empty when there are none.
        leading: 1 when the first column is time or a count, which is no channel; else 0.
        time_unit_s: Seconds that 1 in the time column means; 0 when there is no time column.
        dates: Whether times are dates, such as 2026-01-31T12:00:00.25.
        epoch: Time of the first row, when times are dates.
    """

    encoding: str
    delimiter: str
    decimal_comma: bool
    trailing: bool
    skip: int
    columns: int
    names: tuple[str, ...]
    leading: int
    time_unit_s: float
    dates: bool
    epoch: str

    @property
    def has_time(self) -> bool:
        """Whether the first column is time."""
        return self.time_unit_s > 0

    @property
    def in_words(self) -> str:
        """Delimiter and number of channels, for the manifest."""
        return f"{DELIMITERS[self.delimiter]}, {self.columns - self.leading} channels"

    def plain(self, text: str) -> str:
        """Return a row with decimal points and without a delimiter at its end."""
        text = text.strip("\r\n ")
        text = text.replace(",", ".") if self.decimal_comma else text
        return text[:-1] if self.trailing and text.endswith(self.delimiter) else text


def lines(path: Path, encoding: str) -> Iterator[Line]:
    """Yield the lines of a text file.

    Raises:
        InputError: A line is too long for a row of samples, or the file is no text.
    """
    with path.open(encoding=encoding, errors="replace") as stream:
        number = 0
        while text := stream.readline(LONGEST_LINE):
            number += 1
            if "\0" in text:
                raise InputError(f"{path} is no table of text.", "Save it as CSV in UTF-8.")
            if len(text) == LONGEST_LINE:
                raise InputError(
                    f"{path}: line {number} is longer than {LONGEST_LINE} characters.",
                    "Give one row a sample and one column a channel (turn the table round).",
                )
            yield Line(number, text)


def split(text: str, delimiter: str) -> list[str]:
    """Return the cells of a row without spaces and quotes around them."""
    cells = text.split(delimiter) if delimiter else text.split()
    return [cell.strip().strip('"').strip() for cell in cells]


def find_layout(path: Path) -> Layout:
    """Read the first lines of a table and find out how it is laid out.

    Raises:
        InputError: It holds no rows of numbers.
    """
    encoding = _encoding(path)
    head = [line for line, _ in zip(lines(path, encoding), range(SNIFFED_LINES), strict=False)]
    filled = [line for line in head if line.text.strip() and not line.text.lstrip().startswith("#")]
    for delimiter in DELIMITERS:
        for start, line in enumerate(filled[: MOST_HEADER_LINES + 1]):
            if _is_row(line.text, delimiter):
                return _layout(path, encoding, delimiter, filled, start)
    shown = filled[0].text.strip()[:40] if filled else ""
    raise InputError(
        f"{path} holds no rows of numbers (it begins with {shown!r})." if shown else f"{path} holds no rows.",
        "Give one row a sample, columns parted by comma, semicolon or tab; at most a few lines of names "
        "before them.",
    )


def _encoding(path: Path) -> str:
    with path.open("rb") as stream:
        start = stream.read(2)
    return "utf-16" if start in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _is_row(text: str, delimiter: str) -> bool:
    """Whether every cell is a number (the first may be a date); without delimiter, at least one."""
    text = text.strip()
    if delimiter and delimiter not in text:
        return False
    cells = split(text.removesuffix(delimiter) if delimiter else text, delimiter)
    if delimiter in ("\t", ";"):
        cells = [cell.replace(",", ".") for cell in cells]
    rest = cells[1:] if len(cells) > 1 and _is_date(cells[0]) else cells
    return bool(rest) and all(map(_is_number, rest))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _is_date(cell: str) -> bool:
    return re.match(r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d", cell) is not None


def _layout(path: Path, encoding: str, delimiter: str, filled: list[Line], start: int) -> Layout:
    first = filled[start].text.strip()
    rows = [line.text.strip() for line in filled[start:]]
    trailing = bool(delimiter) and all(row.endswith(delimiter) for row in rows)
    decimal_comma = delimiter in ("\t", ";") and any("," in row for row in rows)
    cells = split(first.removesuffix(delimiter) if trailing else first, delimiter)
    names = _names(path, filled[start - 1], delimiter, len(cells), trailing) if start else ()
    dates = _is_date(cells[0])
    column = [_value(split(row, delimiter)[0].replace(",", ".")) for row in rows]
    meaning, unit_s = _first_column(names, len(cells), dates, column)
    if meaning and len(cells) == 1:
        raise InputError(f"{path} holds times, but no values.", "Give at least one column of values.")
    return Layout(
        encoding=encoding,
        delimiter=delimiter,
        decimal_comma=decimal_comma,
        trailing=trailing,
        skip=filled[start].number - 1,
        columns=len(cells),
        names=names,
        leading=int(bool(meaning)),
        time_unit_s=unit_s,
        dates=dates,
        epoch=cells[0].removesuffix("Z").replace(" ", "T") if dates else "",
    )


def _names(path: Path, line: Line, delimiter: str, columns: int, trailing: bool) -> tuple[str, ...]:
    """Return the column names in the line before the first row; none when it has other columns."""
    text = line.text.strip()
    names = split(text.removesuffix(delimiter) if trailing else text, delimiter)
    if len(names) != columns:
        return ()
    if _is_number(names[0]):
        raise InputError(
            f"{path}: line {line.number} holds numbers and {next(n for n in names if not _is_number(n))!r}.",
            "Fill gaps and replace what is no number first.",
        )
    return tuple(names)


def _value(cell: str) -> float:
    return float(cell) if _is_number(cell) else float("nan")


def _first_column(
    names: tuple[str, ...], columns: int, dates: bool, column: list[float]
) -> tuple[str, float]:
    """Return "time" and its unit in seconds, "count" and 0, or "" and 0 for a column of values."""
    if dates:
        return "time", 1.0
    if names:
        name = names[0].lower()
        if _COUNT.match(name):
            return "count", 0.0
        return ("time", _unit_s(name, column)) if _TIME.match(name.replace("_", " ")) else ("", 0.0)
    steps = np.diff(column)
    if columns == 1 or len(steps) < 2 or not steps.min() > 0 or np.ptp(steps) > _EVEN * steps.mean():
        return "", 0.0
    return ("count", 0.0) if np.all(steps == 1) else ("time", 1.0)


def _unit_s(name: str, column: list[float]) -> float:
    """Read the unit in a name such as "Time (ms)" or "t_us"; without one, judge by size (Unix time)."""
    for word in re.findall(r"[a-zµ]+", name)[::-1]:
        if word in _UNITS_S and (word != "t"):
            return _UNITS_S[word]
    size = max((abs(value) for value in column if value == value), default=0.0)
    return 1.0 if size < 1e11 else 1e-3 if size < 1e14 else 1e-6 if size < 1e17 else 1e-9
