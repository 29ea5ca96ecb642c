"""The audio benchmark: folders of recordings are read, scores tell truth, the page holds every number."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("fast_bss_eval")

from benchmarks.audio_cases import Case, pairs
from benchmarks.audio_quality import FLOOR_DB, Score, level_db, measured, sdr
from benchmarks.audio_report import page

RATE_HZ = 8000


def noise(seed: int, frames: int = RATE_HZ) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.1, (2, frames)).astype(np.float32)


def write(path: Path, sound: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, sound.T, RATE_HZ, subtype="FLOAT")


def test_three_layouts_of_recordings_are_understood(tmp_path: Path):
    vocals, drums = noise(1), noise(2)
    write(tmp_path / "a" / "test" / "Song" / "mixture.wav", vocals + drums)
    write(tmp_path / "a" / "test" / "Song" / "vocals.wav", vocals)
    write(tmp_path / "b" / "one" / "mix.wav", vocals + drums)
    write(tmp_path / "b" / "one" / "target_dog_barking.wav", drums)
    write(tmp_path / "c" / "mix" / "x.wav", vocals + drums)
    write(tmp_path / "c" / "target" / "x.wav", vocals)
    write(tmp_path / "c" / "mix" / "alone.wav", vocals)
    for name, group, prompt, target in (
        ("a", "MUSDB18 vocals", "vocals", vocals),
        ("b", "dog barking", "dog barking", drums),
        ("c", "rain", "rain", vocals),
    ):
        [case] = pairs(tmp_path / name, "rain", seconds=0.5)
        assert (case.group, case.prompt, case.rate_hz) == (group, prompt, RATE_HZ)
        found, rest = case.make()
        np.testing.assert_allclose(found, target[:, -RATE_HZ // 2 :], atol=1e-6)
        np.testing.assert_allclose(found + rest, (vocals + drums)[:, -RATE_HZ // 2 :], atol=1e-6)


def test_sdr_is_the_level_of_what_is_wrong():
    target, wrong = noise(1), noise(2)
    assert sdr(target + 0.1 * wrong, target) == pytest.approx(20, abs=0.5)
    one_sided = target * np.array([[1], [0]], np.float32)
    assert sdr(one_sided + 0.1 * wrong, one_sided) == pytest.approx(20, abs=0.5)
    assert level_db(0.1 * target, target) == pytest.approx(-20)
    assert level_db(np.zeros_like(target), target) == FLOOR_DB


def test_a_mixture_is_scored_and_what_is_refused_is_left_out(capsys: pytest.CaptureFixture[str]):
    times = np.arange(2 * RATE_HZ) / RATE_HZ
    tone = np.stack([0.1 * np.sin(2 * np.pi * 440 * times)] * 2).astype(np.float32)
    clicks = np.zeros_like(tone)
    clicks[:, ::2000] = 1.0
    cases = [Case("drums", "clicks on a tone", "drums", RATE_HZ, lambda: (clicks, tone))]
    cases.append(Case("xyzzy", "nothing", "xyzzy", RATE_HZ, lambda: (clicks, tone)))
    [score] = measured(cases, engine="hpss")
    assert "left out xyzzy" in capsys.readouterr().out
    assert score.engine == "hpss" and score.si_sdri > 3 and score.residual_si_sdri > 3 and score.absent < -10


def test_the_page_tells_every_number_and_its_command():
    case = Case("speech", "voice in rain", "speech", RATE_HZ, lambda: (noise(1), noise(2)))
    scores = [
        Score(case, "hpss", 11.11, 12.22, 13.33, -14.44, None),
        Score(case, "hpss", 1.11, 2.22, 3.33, -4.44, -5.5),
    ]
    speeds = [
        {
            "engine": name,
            "seconds": 20.0,
            "wall_s": w,
            "cpu_s": w,
            "peak_mb": 10 * w,
            "loaded_mb": 5,
            "threads": 2,
        }
        for name, w in (("hpss", 30.0), ("demucs", 60.0))
    ]
    told = page(scores, [], speeds)
    assert "| speech | hpss | 2 | 6.1 | 1.1 | 7.2 | 8.3 | -9.4 | -5.5 |" in told
    assert "| hpss | 90.0 | 90.0 | 300 | 0.50 x | 0.50 x |" in told
    assert "| demucs (random weights) | 180.0 | 180.0 | 600 | 1 | 1 |" in told
    assert "python -m benchmarks.audio --report docs/audio_quality.md" in told and "{" not in told
    assert "recordings that were given" not in told
    assert "recordings that were given" in page(scores, scores, speeds)
