"""How well prompts are answered on mixtures with known parts: target, residual, absent target, wrong prompt.

SI-SDR: Le Roux et al. 2019, all channels together. SDR: BSSEval's, with a filter of 512 samples, by
fast-bss-eval, mean of the channels. "i" is the improvement over the mix.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.audio_bars import si_sdr
from benchmarks.audio_cases import Case, Sound
from sam_audio.separate import separate
from shared.errors import PromptError
from shared.media import Waveform
from shared.prompts import Text

FLOOR_DB = -80.0


@dataclass(frozen=True)
class Score:
    """What was measured on one mixture, dB.

    Args:
        case: The mixture.
        engine: Who answered.
        si_sdri: Improvement of the target.
        sdri: The same, by BSSEval's SDR.
        residual_si_sdri: Improvement of what is left, against the rest of the mix.
        absent: Level of the answer against the sound, where the target is not in it at all.
        wrong_si_sdri: Improvement of the target where something else was asked for; None when refused.
    """

    case: Case
    engine: str
    si_sdri: float
    sdri: float
    residual_si_sdri: float
    absent: float
    wrong_si_sdri: float | None


def measured(cases: Iterable[Case], engine: str = "auto") -> Iterator[Score]:
    """Separate each mixture and score it; mixtures that no engine here is asked for are left out."""
    for case in cases:
        try:
            yield _score(case, engine)
        except PromptError as error:
            print(f"left out {case.group}: {case.name} ({error.problem})", flush=True)


def _score(case: Case, engine: str) -> Score:
    target, other = case.make()
    mix = target + other
    done = separate(Waveform(mix, case.rate_hz), (Text(case.prompt),), engine=engine)
    found, rest = done.target.sound.samples, done.residual.sound.samples
    alone = separate(Waveform(other, case.rate_hz), (Text(case.prompt),), engine=engine)
    chosen = done.target.chosen
    return Score(
        case,
        chosen.spec.id if chosen else engine,
        si_sdr(found, target) - si_sdr(mix, target),
        sdr(found, target) - sdr(mix, target),
        si_sdr(rest, other) - si_sdr(mix, other),
        level_db(alone.target.sound.samples, other),
        _wrong(case, mix, target, engine),
    )


def _wrong(case: Case, mix: Sound, target: Sound, engine: str) -> float | None:
    try:
        done = separate(Waveform(mix, case.rate_hz), (Text(case.wrong),), engine=engine)
    except PromptError:
        return None
    found = done.target.sound.samples
    if level_db(found, mix) <= FLOOR_DB:
        return FLOOR_DB  # nothing was given
    return max(si_sdr(found, target) - si_sdr(mix, target), FLOOR_DB)


def sdr(estimate: Sound, reference: Sound) -> float:
    """Return BSSEval's signal-to-distortion ratio in dB, mean of the channels that hold anything."""
    import fast_bss_eval

    loud = np.square(reference).mean(1) > 1e-10
    pairs = zip(
        reference[loud, None].astype(np.float64), estimate[loud, None].astype(np.float64), strict=True
    )
    return float(np.mean([np.asarray(fast_bss_eval.sdr(*pair)).item() for pair in pairs]))


def level_db(sound: Sound, against: Sound) -> float:
    """Return the level of one sound against another, dB, at least FLOOR_DB."""
    power, unit = (float(np.square(x, dtype=np.float64).mean()) for x in (sound, against))
    return max(10 * float(np.log10(power / unit + 1e-30)), FLOOR_DB)
