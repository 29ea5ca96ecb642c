"""Read recordings kept as tables (CSV, TSV): one row a sample, one column a channel, perhaps one of time.

Rows are parsed block by block. A time column is recognised by its name, or without names by its even steps;
it gives the sample rate and every row is checked against it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError
from shared.loading_header import (
    BLOCK_FRAMES,
    MEASURED_LIMIT,
    RATE_TOLERANCE,
    Block,
    Header,
    checked_rate,
    rate_wanted,
)
from shared.loading_table_layout import Layout, Line, find_layout, lines, split

SUFFIXES = (".csv", ".tsv")
UNEVEN = 0.55  # of a step; time stamps that are rounded may be half a step off either way
JUDGED_STEPS, RATE_DRIFT = 100, 0.01  # of so many rows, the mean step may be so much off
Table = NDArray[np.float64]


def header(path: Path, sample_rate_hz: int | None) -> Header:
    """Find out how a table is laid out, and at which rate its rows come.

    Args:
        path: The file.
        sample_rate_hz: The rate; None to take it from the time column.

    Raises:
        InputError: No table of numbers, no rate, or a rate that is not a whole number of Hz.
    """
    layout = find_layout(path)
    first = next(_tables(path, layout))
    measured_hz = _rate_hz(first[:, 0]) if layout.has_time else None
    rate_hz = sample_rate_hz or _inferred(path, measured_hz)
    notes = _notes(path, layout, measured_hz, sample_rate_hz)
    return Header(
        sample_rate_hz=rate_hz,
        channels=first.shape[1] - layout.leading,
        frames=None,
        seconds=0.0,
        container=f"table ({layout.in_words})",
        floats=False,
        decode=Decode(layout, 0 if sample_rate_hz else rate_hz),
        loudest=MEASURED_LIMIT,
        warnings=notes,
    )


def _inferred(path: Path, measured_hz: float | None) -> int:
    if measured_hz is None:
        raise rate_wanted(path)
    try:
        return checked_rate(measured_hz)
    except InputError as error:
        raise InputError(
            f"{path}: by the time column, {error.problem[:1].lower()}{error.problem[1:]}", error.cure
        ) from None


def _notes(path: Path, layout: Layout, measured_hz: float | None, given_hz: int | None) -> tuple[str, ...]:
    if given_hz and measured_hz and abs(measured_hz - given_hz) > RATE_TOLERANCE * given_hz:
        return (f"The time column says {measured_hz:.4g} Hz; read at {given_hz} Hz, as was asked.",)
    if layout.leading and not layout.names:
        what = "time in seconds" if layout.has_time else "a count of rows"
        return (f"The first column was taken for {what}, because its steps are even.",)
    return ()


def _rate_hz(times_s: Table) -> float | None:
    """Return rows per second of the first rows, gaps left out; None when time does not go on."""
    steps = np.diff(times_s)
    usual = float(np.median(steps)) if len(steps) else 0.0
    if not usual > 0:
        return None
    return 1 / float(steps[np.abs(steps - usual) <= UNEVEN * usual].mean())


@dataclass(frozen=True)
class Decode:
    """Yields (C, T) float32 blocks of a table.

    Args:
        layout: How it is laid out.
        rate_hz: Rate that the time column must keep; 0 when it is not to be checked.
    """

    layout: Layout
    rate_hz: int

    def __call__(self, path: Path, /) -> Iterator[Block]:
        """Parse a file; raises `InputError` with the line that is wrong."""
        clock = _Clock(path, self.rate_hz) if self.layout.has_time and self.rate_hz else None
        for chunk in _chunks(path, self.layout):
            table = _parsed(path, chunk, self.layout)
            if clock:
                clock.check(table[:, 0], chunk)
            values = table[:, self.layout.leading :]
            _refuse_wild(path, values, chunk, self.layout)
            yield np.ascontiguousarray(values.T, np.float32)


class _Clock:
    """Checks that times go on evenly from chunk to chunk: no row missing, doubled, late or out of order."""

    def __init__(self, path: Path, rate_hz: int) -> None:
        self._path, self._rate_hz = path, rate_hz
        self._last = np.zeros(0)

    def check(self, times_s: Table, chunk: list[Line]) -> None:
        """Refuse steps below half or above one and a half of the usual one, and another rate later on."""
        steps = np.diff(np.concatenate([self._last, times_s])) * self._rate_hz
        wrong = np.flatnonzero(~(np.abs(steps - 1) <= UNEVEN))
        if len(wrong):
            row = int(wrong[0]) + (len(self._last) == 0)
            step_s = steps[wrong[0]] / self._rate_hz
            raise self._uneven(f"Line {chunk[row].number} comes {step_s:.6g} s after the row before it")
        if len(steps) >= JUDGED_STEPS and abs(steps.mean() - 1) > RATE_DRIFT:
            first, last = chunk[0].number, chunk[-1].number
            raise self._uneven(f"Lines {first} to {last} come every {steps.mean() / self._rate_hz:.6g} s")
        self._last = times_s[-1:]

    def _uneven(self, fact: str) -> InputError:
        return InputError(
            f"{self._path}: the time column is not even. {fact}, but the first rows come every "
            f"{1 / self._rate_hz:.6g} s.",
            "Fill the gap or resample to even steps; or give the rate (--rate HZ) to take rows as they come.",
        )


def _tables(path: Path, layout: Layout) -> Iterator[Table]:
    return (_parsed(path, chunk, layout) for chunk in _chunks(path, layout))


def _chunks(path: Path, layout: Layout) -> Iterator[list[Line]]:
    """Yield lines that hold rows, BLOCK_FRAMES / 4 at a time."""
    chunk: list[Line] = []
    for line in lines(path, layout.encoding):
        if line.number > layout.skip and line.text.strip():
            chunk.append(line)
            if len(chunk) == BLOCK_FRAMES // 4:
                yield chunk
                chunk = []
    if chunk:
        yield chunk


def _parsed(path: Path, chunk: list[Line], layout: Layout) -> Table:
    """Return the numbers of some lines, (N, columns) float64; times in seconds."""
    texts = [layout.plain(line.text) for line in chunk]
    try:
        if layout.dates:
            cut = [text.partition(layout.delimiter) for text in texts]
            times = np.array([_date(part[0]) for part in cut], "datetime64[ns]")
            seconds = (times - np.datetime64(layout.epoch, "ns")).astype(np.float64) / 1e9
            values = _numbers([part[2] for part in cut], layout)
            table = np.concatenate([seconds[:, None], values], axis=1)
        else:
            table = _numbers(texts, layout)
            if layout.has_time:
                table[:, 0] *= layout.time_unit_s
        if table.shape[1] == layout.columns:
            return table
    except ValueError:
        pass  # told below, with the line
    raise _explained(path, chunk, layout)


def _numbers(texts: list[str], layout: Layout) -> Table:
    return np.loadtxt(texts, delimiter=layout.delimiter or None, ndmin=2, comments=None, quotechar='"')


def _date(cell: str) -> str:
    return cell.strip().strip('"').removesuffix("Z").replace(" ", "T")


def _explained(path: Path, chunk: list[Line], layout: Layout) -> InputError:
    """Find the first line that cannot be read, and say why."""
    for line in chunk:
        cells = split(layout.plain(line.text), layout.delimiter)
        if len(cells) != layout.columns:
            return InputError(
                f"{path}: line {line.number} has {len(cells)} columns, the first row has {layout.columns}.",
                "Give every row the same columns.",
            )
        for place, cell in enumerate(cells):
            if reason := _reason(cell, layout.dates and place == 0):
                return InputError(
                    f"{path}: line {line.number}, column {place + 1} {reason}.",
                    "Fill gaps and replace what is no number first.",
                )
    first, last = chunk[0].number, chunk[-1].number
    return InputError(f"{path}: lines {first} to {last} cannot be read as numbers.", "Save the table again.")


def _reason(cell: str, date: bool) -> str:
    if not cell:
        return "is empty"
    kind: Any = (lambda text: np.datetime64(_date(text))) if date else float
    try:
        kind(cell)
    except ValueError:
        return f"is {cell[:40]!r}, not a {'date and time' if date else 'number'}"
    return ""


def _refuse_wild(path: Path, values: Table, chunk: list[Line], layout: Layout) -> None:
    good = np.abs(values) <= MEASURED_LIMIT
    if not good.all():
        row, column = np.argwhere(~good)[0]
        raise InputError(
            f"{path}: line {chunk[row].number}, column {column + 1 + layout.leading} is "
            f"{values[row, column]:g}; finite numbers up to {MEASURED_LIMIT:g} are read.",
            "Fill gaps, or give the quantity in a larger unit.",
        )
