"""The remix: effects on the target alone, one static gain, nothing clipped, neutral means untouched."""

from pathlib import Path

import numpy as np
import pytest

from sam_audio.effects.delay import Delay
from sam_audio.effects.gain import Gain
from sam_audio.effects.normalise import Normalise
from sam_audio.effects.reverb import Reverb
from sam_audio.export.wav import WavFile, write_wav
from sam_audio.levelling import Level
from sam_audio.loudness import levels
from sam_audio.peak import TruePeak
from sam_audio.remix import write_remix
from shared.chain import Chain
from shared.errors import Cancelled
from shared.media import Waveform
from shared.progress import Progress
from shared.synth import engine, siren

RATE_HZ = 8000
SECONDS = 20
TARGET = siren(SECONDS, sample_rate_hz=RATE_HZ, seed=1) * np.float32(0.5)
RESIDUAL = engine(SECONDS, sample_rate_hz=RATE_HZ, seed=2) * np.float32(0.5)


def file(path: Path, samples: np.ndarray) -> WavFile:
    write_wav(Waveform(samples, RATE_HZ), path)
    return WavFile(path, RATE_HZ, samples.shape[0], samples.shape[1])


def remixed(
    tmp_path: Path, steps: tuple, target: np.ndarray = TARGET, level: Level | None = None
) -> tuple[np.ndarray, float]:
    wet, result = (WavFile(tmp_path / f"{n}.wav", RATE_HZ, 2, target.shape[1]) for n in ("wet", "remix"))
    alone, done = write_remix(
        [file(tmp_path / "target.wav", target)],
        Waveform(RESIDUAL, RATE_HZ),
        Chain(steps),
        wet,
        result,
        level=level,
        progress=Progress(),
    )
    sound = np.concatenate(list(result.blocks(1 << 20)), axis=1)
    lone = np.concatenate(list(wet.blocks(1 << 20)), axis=1)
    assert alone.integrated_lufs == pytest.approx(levels(Waveform(lone, RATE_HZ)).integrated_lufs, abs=0.05)
    if level is None or level.mode not in ("limiter", "loudness"):
        np.testing.assert_allclose((lone + RESIDUAL) * 10 ** (done.gain_db / 20), sound, atol=1e-5)
    found = levels(Waveform(sound, RATE_HZ))
    assert done.levels.true_peak_dbtp == pytest.approx(found.true_peak_dbtp, abs=0.01)
    assert done.levels.integrated_lufs == pytest.approx(found.integrated_lufs, abs=0.05)
    return sound, done.gain_db


def true_peak(samples: np.ndarray) -> float:
    meter = TruePeak(2)
    meter.add(samples.astype(np.float32))
    return meter.value()


@pytest.mark.parametrize("steps", [(), (Gain(),), (Gain(), Reverb(wet=0))])
def test_without_effects_the_mix_comes_back_whatever_its_peak(tmp_path: Path, steps: tuple) -> None:
    sound, gain_db = remixed(tmp_path, steps, TARGET * 3)
    assert gain_db == 0
    np.testing.assert_allclose(sound, TARGET * 3 + RESIDUAL, atol=1e-6)


def test_effects_touch_the_target_alone(tmp_path: Path) -> None:
    sound, gain_db = remixed(tmp_path, (Gain(gain_db=-6), Delay(time_ms=100, wet=0.5, feedback=0)))
    assert gain_db == 0
    softer = TARGET * 10 ** (-6 / 20)
    wanted = RESIDUAL + softer + 0.5 * np.pad(softer, ((0, 0), (800, 0)))[:, : softer.shape[1]]
    np.testing.assert_allclose(sound[:, :-200], wanted[:, :-200], atol=1e-6)


def test_too_loud_is_lowered_by_one_gain_to_minus_one_dbtp(tmp_path: Path) -> None:
    sound, gain_db = remixed(tmp_path, (Gain(gain_db=12),))
    wanted = TARGET * 10 ** (12 / 20) + RESIDUAL
    factor = 10 ** (gain_db / 20)
    assert gain_db < -3
    np.testing.assert_allclose(sound, wanted * factor, atol=1e-6)
    assert 20 * np.log10(true_peak(sound)) == pytest.approx(-1, abs=0.01)


def test_loud_enough_is_not_raised(tmp_path: Path) -> None:
    sound, gain_db = remixed(tmp_path, (Gain(gain_db=-40),))
    assert gain_db == 0
    assert np.abs(sound).max() < 0.5


def test_a_limiter_lowers_peaks_alone(tmp_path: Path) -> None:
    sound, gain_db = remixed(tmp_path, (Gain(gain_db=12),), level=Level("limiter"))
    wanted = TARGET * 10 ** (12 / 20) + RESIDUAL
    assert gain_db == 0 and np.abs(wanted).max() > 1.2
    assert 20 * np.log10(true_peak(sound)) == pytest.approx(-1, abs=0.1)
    by_one_gain = 10 ** (-1 / 20) / true_peak(wanted)
    assert np.sqrt((sound**2).mean() / (wanted**2).mean()) > 1.1 * by_one_gain


def test_as_is_changes_nothing(tmp_path: Path) -> None:
    sound, gain_db = remixed(tmp_path, (Gain(gain_db=12),), level=Level("as_is"))
    assert gain_db == 0
    np.testing.assert_allclose(sound, TARGET * 10 ** (12 / 20) + RESIDUAL, atol=1e-5)


@pytest.mark.parametrize("steps", [(), (Gain(gain_db=6),)], ids=["neutral", "louder"])
@pytest.mark.parametrize("lufs", [-30.0, -20.0])
def test_a_loudness_is_met(tmp_path: Path, steps: tuple, lufs: float) -> None:
    sound, _ = remixed(tmp_path, steps, level=Level("loudness", lufs))
    assert levels(Waveform(sound, RATE_HZ)).integrated_lufs == pytest.approx(lufs, abs=0.1)


def test_cancelling_leaves_no_file(tmp_path: Path) -> None:
    from threading import Event

    stop = Event()
    stop.set()
    wet, result = (WavFile(tmp_path / f"{n}.wav", RATE_HZ, 2, TARGET.shape[1]) for n in ("wet", "remix"))
    with pytest.raises(Cancelled):
        write_remix(
            [file(tmp_path / "target.wav", TARGET)],
            Waveform(RESIDUAL, RATE_HZ),
            Chain((Gain(gain_db=3),)),
            wet,
            result,
            progress=Progress(cancelled=stop),
        )
    assert [path.name for path in tmp_path.iterdir()] == ["target.wav"]


def test_an_effect_that_reads_all_first_can_be_stopped_meanwhile(tmp_path: Path) -> None:
    seen: list[float] = []

    def report(fraction: float, stage: str) -> None:
        seen.append(fraction)
        if len(seen) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_remix(
            [file(tmp_path / "target.wav", np.tile(TARGET, (1, 4)))],
            Waveform(np.tile(RESIDUAL, (1, 4)), RATE_HZ),
            Chain((Normalise(),)),
            *(WavFile(tmp_path / f"{n}.wav", RATE_HZ, 2, 4 * TARGET.shape[1]) for n in ("wet", "remix")),
            progress=Progress(report),
        )
    assert seen == sorted(seen) and seen[-1] < 0.35
    assert not (tmp_path / "remix.wav").exists() and not (tmp_path / "wet.wav").exists()
