"""Tell whether a mix really holds a reference: fit on one part of a piece, predict the other, and compare.

Two sounds that have nothing in common can always be fitted to one another a little, but such a fit predicts
nothing of what it has not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_audio.reference.filter import TINY, Taps, fit
from sam_audio.reference.frames import frames_of, stft
from sam_audio.reference.pieces import PART, PARTS, Piece
from sam_audio.reference.warp import AlignedReference, TimeMap
from shared.encoders.audio import Frames
from shared.media import Waveform

TAPS = Taps(2, 16)  # a quarter of a second of room at the work rate
SEEN = 5 / 8  # of a piece, for the fit
ROUNDS = 2
HEARD = 10**-2.7  # share of the fitted power
CHANCE = 0.03  # coherence that a piece of full length may reach by chance: measured 0.005 to 0.04


@dataclass(frozen=True, eq=False)
class Evidence:
    """What pieces say of a reference's part in a mix.

    Args:
        coherence: Magnitude-squared coherence of prediction and mix where the fit has not seen it, mean over
            the frequencies of the reference, 0..1.
        gain_db: Level of the reference's sound in the mix against the reference itself.
        profile: (TAPS.count,) share of the fitted power at each lag.
        chance: Coherence that unrelated sounds of this length may reach.
    """

    coherence: float
    gain_db: float
    profile: NDArray[np.float64]
    chance: float


def evidence(piece: Piece, times: TimeMap, work_hz: int) -> Evidence:
    """Fit a piece and predict its end.

    Args:
        piece: Sound of both.
        times: From the mix's time to the reference's.
        work_hz: Rate of the piece.
    """
    cut = stft(work_hz)
    heard = frames_of(piece.mix, cut)
    margin = 2 * TAPS.behind
    reference = AlignedReference(Waveform(piece.reference, work_hz), work_hz, _local(piece, times, work_hz))
    sound = reference.read(-margin * cut.hop, piece.mix.shape[1] + margin * cut.hop)
    first = margin - TAPS.behind
    known = frames_of(sound, cut)[:, first : first + heard.shape[1] + TAPS.behind + TAPS.ahead]
    lead = cut.lead // cut.hop
    split = int(heard.shape[1] * SEEN)
    valid = np.zeros(heard.shape[1], np.float32)
    valid[lead:split] = 1
    fitted = fit(heard, known, TAPS, valid=valid, rounds=ROUNDS)
    unseen = slice(split + lead, heard.shape[1] - lead)
    original = known[:, TAPS.behind : TAPS.behind + heard.shape[1]]
    level = _power(fitted.frames[:, lead:split]) / max(_power(original[:, lead:split]), TINY)
    coherence = _coherence(heard[:, unseen], fitted.frames[:, unseen])
    return Evidence(coherence, 10 * float(np.log10(level + TINY)), fitted.profile, _chance(piece))


def presence(told: Sequence[Evidence]) -> float:
    """Return by how much the coherences together exceed chance; pieces without the reference do not count."""
    return sum(max(each.coherence - each.chance, 0.0) for each in told)


def room_s(told: Evidence, work_hz: int) -> float:
    """Return for how long the reference lasts in the mix: its last lag that is not lost in the rest."""
    late = told.profile[TAPS.ahead :]
    heard = np.flatnonzero(late > HEARD)
    return (int(heard[-1]) if heard.size else 0) * stft(work_hz).hop / work_hz


def _chance(piece: Piece) -> float:
    return CHANCE * PARTS * PART / piece.mix.shape[1]


def _local(piece: Piece, times: TimeMap, work_hz: int) -> TimeMap:
    ends = np.array([0.0, piece.mix.shape[1] / work_hz])
    there = times.at(ends + piece.mix_start / work_hz) - piece.reference_start / work_hz
    return TimeMap(tuple(ends), tuple(there))


def _power(frames: Frames) -> float:
    return float(np.square(np.abs(frames)).mean())


def _coherence(heard: Frames, predicted: Frames) -> float:
    """Return the coherence, bin by bin over time and channels, mean over bins that the prediction reaches."""
    cross = np.abs((heard * predicted.conj()).sum((0, 1))) ** 2
    power = np.square(np.abs(predicted)).sum((0, 1))
    both = np.square(np.abs(heard)).sum((0, 1)) * power
    reached = power > 1e-5 * power.max()
    return float((cross[reached] / np.maximum(both[reached], 1e-30)).mean()) if power.max() > 0 else 0.0
