"""Recordings as they come: silence, DC, clipping, mu-law, ultrasound, eight channels, cut off, with gaps."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from sam_audio.engines.noise_profile import NoiseProfile
from sam_audio.engines.selection import Selection
from sam_audio.engines.similar import Similar
from shared.errors import InputError, StudioError
from shared.loading import load_audio
from shared.progress import Progress
from shared.prompts import Band, Example, Noise, Span

RNG = np.random.default_rng(0)
HISS = RNG.normal(0, 0.1, (8000, 1))


def square(frames: int = 8000) -> np.ndarray:
    return np.clip(3 * np.sign(np.sin(np.arange(frames) / 20)), -1, 1)[:, None]


CASES: dict[str, tuple[np.ndarray, int, str]] = {
    "silence": (np.zeros((8000, 2)), 8000, "PCM_16"),
    "constant": (np.full((8000, 1), 0.7), 8000, "PCM_16"),
    "clipped square": (square(), 8000, "PCM_16"),
    "one sample": (np.full((1, 1), 0.5), 8000, "PCM_16"),
    "mu-law": (HISS, 8000, "ULAW"),
    "ultrasound": (HISS, 384_000, "FLOAT"),
    "7.1": (np.repeat(HISS, 8, axis=1) * np.arange(8), 48_000, "PCM_24"),
    "one hertz": (HISS + 1e4, 1, "FLOAT"),
}


def sweep(path: Path) -> None:
    """Gate, clean and compare: each gives a whole result, or says what is wrong."""
    source = load_audio(path)
    length_s, top_hz = source.frames / source.sample_rate_hz, source.sample_rate_hz / 2
    quarter = (0.25 * length_s, 0.5 * length_s)
    for engine, prompts in (
        (Selection(), (Band(*quarter, 0.2 * top_hz, 0.5 * top_hz), Span(0, length_s))),
        (NoiseProfile(), (Noise(*quarter),)),
        (Similar(), (Example(*quarter),)),
    ):
        try:
            take = engine.prepare(source, prompts, Progress())
        except StudioError as error:
            assert error.cure and not isinstance(engine, Selection)
            continue
        found = np.concatenate(list(take(source.blocks(3000))), axis=1)
        assert found.shape == (source.channels, source.frames)
        assert np.isfinite(found).all()


@pytest.mark.parametrize("case", CASES)
def test_whole_results_or_clear_errors(tmp_path, case: str):
    samples, rate_hz, subtype = CASES[case]
    path = tmp_path / "a.wav"
    soundfile.write(path, samples, rate_hz, subtype=subtype)
    sweep(path)


def test_a_file_that_ends_early_is_taken_to_where_it_ends(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, HISS, 8000)
    path.write_bytes(path.read_bytes()[:9000])
    sweep(path)


def test_a_few_gaps_are_silenced_and_told_and_many_refused(tmp_path):
    path = tmp_path / "a.wav"
    samples = HISS.copy()
    samples[4000:4010] = np.nan
    soundfile.write(path, samples, 8000, subtype="FLOAT")
    assert load_audio(path).warnings
    sweep(path)
    samples[4000:5000] = np.nan
    soundfile.write(path, samples, 8000, subtype="FLOAT")
    with pytest.raises(InputError, match="not finite"):
        load_audio(path)
