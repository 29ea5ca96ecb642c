"""Find a reference in a mix: where it starts, and how fast its clock runs there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_audio.reference.envelopes import STFT, Outline
from sam_audio.reference.pieces import (
    MARGIN,
    PART,
    PARTS,
    Correlation,
    Piece,
    correlations,
    drift_grid,
    pieces,
    stacked,
)
from sam_audio.reference.search import CELL, MOST_DRIFT, Line, lines
from sam_audio.reference.verify import Evidence, evidence, presence
from sam_audio.reference.warp import TimeMap
from shared.media import AudioSource
from shared.progress import Progress

WANDER = 64  # samples by which a piece may leave the common line: 4 ms
STRAIGHT = 1.5  # samples by which pieces may leave the line and the line still be taken as it is
CLEAR = 0.1  # presence from which no other candidate is tried
PRESENT = 0.02  # presence from which the mix holds the reference
JUDGED = 3  # pieces that are fitted to tell whether it does

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Alignment:
    """Where a reference lies in a mix.

    Args:
        times: From the mix's time to the reference's.
        drift: By how much the reference's clock runs faster than the mix's.
        evidence: What the clearest pieces say, the most coherent first.
        work_hz: Rate of the comparison.
    """

    times: TimeMap
    drift: float
    evidence: tuple[Evidence, ...]
    work_hz: int

    @property
    def presence(self) -> float:
        """How much better than by chance the reference predicts the mix."""
        return presence(self.evidence)


def aligned(
    mix: AudioSource,
    reference: AudioSource,
    *,
    outlines: tuple[Outline, Outline],
    work_hz: int,
    progress: Progress,
) -> Alignment | None:
    """Return the alignment under which the reference best predicts the mix; None when it hardly does.

    Args:
        mix: The recording.
        reference: What it may hold.
        outlines: Of both.
        work_hz: Rate of the outlines and of the comparison.
        progress: Where to report.
    """
    best: Alignment | None = None
    candidates = lines(*outlines)
    for place, line in enumerate(candidates):
        stage = progress.within(place / len(candidates), (place + 1) / len(candidates))
        found = pieces(mix, reference, outlines=outlines, line=line, work_hz=work_hz, progress=stage)
        if not found:
            continue
        alignment = _fine(found, line, work_hz)
        if best is None or alignment.presence > best.presence:
            best = alignment
        if best.presence > CLEAR:
            break
    return best if best is not None and best.presence > PRESENT else None


def _fine(found: Sequence[Piece], line: Line, work_hz: int) -> Alignment:
    """Align pieces to a fraction of a sample, and judge the clearest ones."""
    parts = [correlations(piece) for piece in found]
    drift = _common_drift(parts, found, line)
    profiles, centres, guesses = _halves(parts, found, drift)
    drift, lag = _consensus(profiles, centres, guesses, drift)
    times = centres - centres.mean()
    expected = lag + drift * times
    trust = np.array([profile.max() for profile in profiles]) + 1e-6
    lags = expected + _deviations(profiles, expected - guesses + MARGIN)
    if len(lags) > 1:
        drift, lag = _straight(times, lags, trust)
    else:
        lag = float(lags[0])
    places = _map(centres, lags, lag + drift * times, drift, work_hz)
    clearest = list(dict.fromkeys(int(i) * len(found) // len(trust) for i in np.argsort(-trust)))[:JUDGED]
    told = sorted((evidence(found[i], places, work_hz) for i in clearest), key=lambda e: -e.coherence)
    return Alignment(places, float(drift), tuple(told), work_hz)


def _halves(
    parts: list[Correlation], found: Sequence[Piece], drift: float
) -> tuple[list[Correlation], Numbers, Numbers]:
    """Return profile, centre and guessed lag of both halves of each piece, so that one piece tells drift."""
    profiles: list[Correlation] = []
    places: list[tuple[float, float]] = []
    for part, piece in zip(parts, found, strict=True):
        middle = len(part) // 2
        for first, last in ((0, middle), (middle, len(part))) if middle else ((0, 1),):
            profiles.append(_standard(stacked(part[first:last], np.array([drift]))[0]))
            places.append((piece.mix_start + PART * (first + last) / 2, piece.lag))
    centres, guesses = np.array(places).T
    return profiles, centres, guesses


def _common_drift(parts: list[Correlation], found: Sequence[Piece], line: Line) -> float:
    """Return the drift at which the pieces, each at its own lag, match best."""
    span = found[-1].centre - found[0].centre + PART
    grid = drift_grid(line.drift, min(2 * MOST_DRIFT, 4 * CELL * STFT.hop / span))
    heights = np.sum([stacked(part, grid).max(1) for part in parts], axis=0)
    return float(grid[int(np.argmax(heights))])


def _standard(profile: Correlation) -> Correlation:
    """Return a profile in standard deviations above its median."""
    middle = np.median(profile)
    spread = 1.4826 * np.median(np.abs(profile - middle)) + 1e-9
    return np.maximum((profile - middle) / spread, 0)


def _consensus(
    profiles: list[Correlation], centres: Numbers, guesses: Numbers, drift: float
) -> tuple[float, float]:
    """Return the drift, and the lag at the mean centre, that most profiles agree on."""
    from scipy.ndimage import uniform_filter1d

    smooth = [uniform_filter1d(np.sqrt(profile), 3) for profile in profiles]  # no profile rules alone
    times = centres - centres.mean()
    span = max(float(np.ptp(times)), PART)
    steps = int(np.ceil(1.5 * span / (PART * PARTS))) if len(profiles) > 1 else 0
    middle = float(guesses.mean())
    best, found = -1.0, (drift, middle)
    for candidate in drift + np.arange(-steps, steps + 1) / span:
        total = np.zeros(2 * MARGIN + 1)
        for profile, guess, time in zip(smooth, guesses, times, strict=True):
            total += _shifted(profile, int(round(middle + candidate * time - guess)))
        place = int(np.argmax(total))
        if total[place] > best:
            best, found = float(total[place]), (float(candidate), middle + place - MARGIN)
    return found


def _shifted(profile: Correlation, by: int) -> Correlation:
    """Return profile[i + by], zeros beyond the ends."""
    result = np.zeros_like(profile)
    low, high = max(0, -by), min(len(profile), len(profile) - by)
    if low < high:
        result[low:high] = profile[low + by : high + by]
    return result


def _deviations(profiles: list[Correlation], expected: Numbers) -> Numbers:
    """Return by how many samples each profile lies off its place, told against the pattern of them all.

    A room gives several peaks, of which now this, now that one is the highest; their pattern stays.
    """
    whole = np.round(expected).astype(int)
    near: list[Correlation] = []
    for profile, place in zip(profiles, whole, strict=True):
        start = int(np.clip(place, 0, len(profile) - 1)) + WANDER
        part = np.pad(profile, 3 * WANDER)[start : start + 4 * WANDER + 1]
        near.append(part / max(float(part.max()), 1e-9))
    pattern = np.sum(near, axis=0)[WANDER:-WANDER]
    offsets = np.zeros(len(near))
    for index, part in enumerate(near):
        match = np.asarray(np.correlate(part, pattern, "valid").real, np.float64)
        peak = int(np.argmax(match))
        offsets[index] = peak + _vertex(match, peak) - WANDER + whole[index] - expected[index]
    return offsets


def _vertex(values: Correlation, peak: int) -> float:
    """Return the top of the parabola through a peak and its neighbours, −0.5..0.5 from it."""
    if not 0 < peak < len(values) - 1:
        return 0.0
    left, top, right = values[peak - 1 : peak + 2]
    bend = left - 2 * top + right
    return 0.5 * (left - right) / bend if bend < 0 else 0.0


def _straight(times: Numbers, lags: Numbers, trust: Numbers) -> tuple[float, float]:
    """Fit a line of least absolute distance (iteratively reweighted); return slope and value at time 0."""
    weights = np.sqrt(trust)
    slope, value = 0.0, 0.0
    for _ in range(12):
        slope, value = np.polyfit(times, lags, 1, w=weights)
        weights = np.sqrt(trust / (np.abs(lags - value - slope * times) + 0.2))
    return float(slope), float(value)


def _map(centres: Numbers, lags: Numbers, line: Numbers, drift: float, work_hz: int) -> TimeMap:
    """Return the line as a map, or one through every piece when the clock wanders about it."""
    from scipy.ndimage import median_filter

    apart = median_filter(lags - line, 3, mode="nearest")
    knots = centres if np.abs(apart).max() > STRAIGHT and len(centres) > 4 else centres[:1]
    lag = line + apart if len(knots) > 1 else line[:1]
    mix = np.concatenate([[knots[0] - work_hz], knots, [knots[-1] + work_hz]])
    there = mix + np.concatenate([[lag[0] - drift * work_hz], lag, [lag[-1] + drift * work_hz]])
    return TimeMap(tuple((mix / work_hz).tolist()), tuple((there / work_hz).tolist()))
