"""Find roughly where one outline lies in another: offset to some 50 ms, and how fast the clocks part.

Windows of the shorter sound are correlated with the whole of the longer one, and every pair of offset and
drift gathers what the windows say for it (a Hough transform); so a match that no single window shows is found
when many agree, and one that only a few windows hold is not drowned by the rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_audio.reference.envelopes import Outline

WINDOW = 800  # rows: 8 s
MOST_WINDOWS = 64
CELL = 4  # rows that share a cell of the vote
MOST_DRIFT = 600e-6
LEAST_Z, MOST_Z = (
    2.0,
    15.0,
)  # what a window says counts from this many standard deviations on, up to that many
CANDIDATES = 4

Curve = NDArray[np.float32]


@dataclass(frozen=True)
class Line:
    """Where mix row m lies in the reference: row offset + m · (1 + drift).

    Args:
        offset: In rows.
        drift: Of the reference's clock against the mix's.
        votes: How strongly the windows say so.
        rows: Rows of the mix at whose windows the match shows best, best first.
    """

    offset: float
    drift: float
    votes: float
    rows: tuple[int, ...] = ()


def lines(mix: Outline, reference: Outline) -> tuple[Line, ...]:
    """Return the likeliest lines, best first."""
    swap = len(reference.contrast) < len(mix.contrast)
    short, long = (reference, mix) if swap else (mix, reference)
    curves = list(_curves(short.contrast, long.contrast))
    return tuple(_swapped(line) if swap else line for line in _vote(curves, len(short.contrast)))


def _curves(short: Curve, long: Curve) -> Iterator[tuple[int, int, Curve]]:
    """Yield (start, length, curve) of windows; curve[i] is the z of row (i − length + 1) of the long one."""
    length = min(WINDOW, len(short))
    count = int(np.clip(4 * (len(short) // length) - 3, 1, MOST_WINDOWS))
    size = 1 << (len(long) + length).bit_length()
    spectra = np.fft.rfft(long, size, axis=0)
    energy = np.concatenate([[0.0], np.cumsum(np.square(long, dtype=np.float64).sum(1))])
    ends = np.arange(1, len(long) + length)
    local = energy[np.minimum(ends, len(long))] - energy[np.maximum(ends - length, 0)]
    local = np.maximum(local, 0.25 * np.median(local) + 1e-9)
    for start in np.linspace(0, len(short) - length, count).astype(int):
        window = short[start : start + length]
        norm = np.sqrt(np.square(window).sum(dtype=np.float64))
        if norm < 1e-6:
            continue
        product = (spectra * np.fft.rfft(window[::-1], size, axis=0)).sum(1)
        curve = np.fft.irfft(product, size)[: len(ends)] / (norm * np.sqrt(local))
        spread = 1.4826 * np.median(np.abs(curve)) + 1e-9
        yield int(start), length, (curve / spread).astype(np.float32)


def _vote(curves: list[tuple[int, int, Curve]], rows: int) -> Iterator[Line]:
    """Yield the best lines of short against long; a curve's place less its window's start is the offset."""
    if not curves:
        return
    steps = int(np.ceil(MOST_DRIFT * rows / 2 / CELL))
    drifts = np.linspace(-MOST_DRIFT, MOST_DRIFT, 2 * steps + 1) if steps else np.zeros(1)
    middle = rows / 2
    cells = (rows + max(len(curve) for _, _, curve in curves)) // CELL + 4
    votes = np.zeros((len(drifts), cells), np.float32)
    for start, _, curve in curves:
        said = _pooled(curve)
        for row, drift in enumerate(drifts):
            first = int(round((rows - start - drift * (start - middle)) / CELL))
            # Of equals, the least drift.
            votes[row, first : first + len(said)] += said[: cells - first] * (1 - abs(drift))
    votes = votes + 0.5 * (np.roll(votes, 1, axis=1) + np.roll(votes, -1, axis=1))
    length = curves[0][1]
    for _ in range(CANDIDATES):
        row, cell = np.unravel_index(int(votes.argmax()), votes.shape)
        if votes[row, cell] <= 0:
            return
        # At the middle of the short outline; `lines` are told at its row 0.
        offset = (cell + 0.5) * CELL - rows - (length - 1) - drifts[row] * middle
        line = Line(float(offset), float(drifts[row]), float(votes[row, cell]))
        yield Line(line.offset, line.drift, line.votes, _best_rows(curves, line))
        votes[:, max(cell - 8, 0) : cell + 9] = 0


def _pooled(curve: Curve) -> Curve:
    """Return what a curve says for each cell of offsets."""
    padded = np.pad(np.clip(curve, LEAST_Z, MOST_Z) - LEAST_Z, (0, -len(curve) % CELL))
    return padded.reshape(-1, CELL).max(1)


def _best_rows(curves: list[tuple[int, int, Curve]], line: Line) -> tuple[int, ...]:
    """Return the windows' starts that agree with a line, the clearest first."""
    said: list[tuple[float, int]] = []
    for start, length, curve in curves:
        place = int(round(line.offset + start * (1 + line.drift))) + length - 1
        near = curve[max(place - 2 * CELL, 0) : max(place + 2 * CELL + 1, 0)]
        said.append((float(near.max(initial=-1.0)), start))
    return tuple(start for _, start in sorted(said, reverse=True))


def _swapped(line: Line) -> Line:
    """Turn a line from reference to mix into one from mix to reference."""
    slope = 1 / (1 + line.drift)
    rows = tuple(int(round(line.offset + row * (1 + line.drift))) for row in line.rows)
    return Line(-line.offset * slope, slope - 1, line.votes, rows)
