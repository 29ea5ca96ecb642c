"""A run that differs in effects alone takes the stems of the one before: the same files, no engine."""

from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from sam_audio import stem_files
from sam_audio.delivery import Delivery
from sam_audio.effects.gain import Gain
from sam_audio.levelling import Level
from sam_audio.separate import SeparationReport, separate_to_folder
from sam_audio.stem_cache import StemCache
from shared.chain import Chain
from shared.errors import Cancelled
from shared.media import Waveform
from shared.progress import Progress
from shared.prompts import Band, Prompts
from shared.synth import engine, siren

RATE_HZ = 8000
MIX = Waveform(sum(make(2, sample_rate_hz=RATE_HZ, seed=3) * 0.3 for make in (siren, engine)), RATE_HZ)
BOX: Prompts = (Band(0.2, 1.5, 300, 2000),)
NAMES = ("target.wav", "residual.wav")


@pytest.fixture
def cache(tmp_path: Path) -> StemCache:
    return StemCache(tmp_path / "cache")


def run(folder: Path, cache: StemCache, *, prompts: Prompts = BOX, **how: Any) -> SeparationReport:
    return separate_to_folder(MIX, prompts, folder, cache=cache, **how)


def test_other_effects_need_no_engine(
    tmp_path: Path, cache: StemCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(tmp_path / "one", cache)
    monkeypatch.setattr(stem_files, "pieces", None)
    second = run(
        tmp_path / "two", cache, chain=Chain((Gain(gain_db=-6),)), delivery=Delivery(("wav", "flac"))
    )
    for name in NAMES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert (tmp_path / "two" / "remix.flac").is_file()
    assert second.facts["stems_reused"] is True and "stems_reused" not in first.facts
    for fact in ("targets", "sum_error_dbfs", "duration_s"):
        assert second.facts[fact] == first.facts[fact]
    with pytest.raises(TypeError):
        run(tmp_path / "three", cache, prompts=(Band(0.2, 1.5, 300, 2500),))


def test_what_is_levelled_in_place_leaves_the_kept_stems_alone(tmp_path: Path, cache: StemCache) -> None:
    loud = Delivery(level=Level("loudness", -10))
    run(tmp_path / "loud", cache, delivery=loud)
    run(tmp_path / "again", cache, delivery=loud)
    plain = run(tmp_path / "plain", cache)
    separate_to_folder(MIX, BOX, tmp_path / "truth")
    assert plain.facts["stems_reused"] is True
    for name in NAMES:
        assert (tmp_path / "plain" / name).read_bytes() == (tmp_path / "truth" / name).read_bytes()
    loud_bytes = (tmp_path / "loud" / "target.wav").read_bytes()
    assert loud_bytes == (tmp_path / "again" / "target.wav").read_bytes()
    assert loud_bytes != (tmp_path / "plain" / "target.wav").read_bytes()


def test_a_cancelled_run_keeps_nothing(tmp_path: Path, cache: StemCache) -> None:
    stop = Event()

    def report(fraction: float, stage: str) -> None:
        if fraction > 0.1:
            stop.set()

    with pytest.raises(Cancelled):
        run(tmp_path / "one", cache, progress=Progress(report, stop))
    assert not cache.root.exists() and not (tmp_path / "one").exists()
    assert "stems_reused" not in run(tmp_path / "two", cache).facts


def test_without_a_cache_nothing_is_kept(tmp_path: Path) -> None:
    separate_to_folder(MIX, BOX, tmp_path / "one")
    separate_to_folder(MIX, BOX, tmp_path / "two")
    np.testing.assert_array_equal(
        *[np.fromfile(tmp_path / folder / NAMES[0], "u1") for folder in ("one", "two")]
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]
