"""Kept stems: found by what made them, shared without copying, bounded, and never half there."""

import os
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sam_audio.planning import Part, Plan
from sam_audio.stem_cache import StemCache, stem_key
from sam_audio.tally import Measured, Tally
from shared.media import Waveform
from shared.prompts import Band, Reference, Text
from shared.registry import Chosen, EngineSpec

SPEC = EngineSpec(
    id="half",
    task="separate",
    tier="embedded",
    title="Half",
    summary="Halves the level.",
    accepts=frozenset({Text}),
    licence="Apache-2.0",
    version="1",
    load=lambda device: None,
)
SOUND = Waveform(np.linspace(-1, 1, 800, dtype=np.float32)[None], 8000)
PART = Part("speech", "target", "speech", Chosen(SPEC, "why"))
PLAN = Plan((PART,))


def stems(folder: Path, text: str = "sound") -> list[Path]:
    folder.mkdir(exist_ok=True)
    paths = [folder / "target.wav", folder / "residual.wav"]
    for path in paths:
        path.write_text(path.name + text)
    return paths


@pytest.fixture
def cache(tmp_path: Path) -> StemCache:
    return StemCache(tmp_path / "cache")


def taken(cache: StemCache, key: str, folder: Path, *, own: bool = False) -> Any:
    folder.mkdir(exist_ok=True)
    return cache.take(key, folder, own=own)


@pytest.mark.parametrize("own", [False, True])
def test_what_was_put_is_taken_whole(cache: StemCache, tmp_path: Path, own: bool) -> None:
    assert taken(cache, "a", tmp_path / "early") is None
    cache.put("a", stems(tmp_path / "one"), {"peak": 0.5}, own=own)
    assert taken(cache, "a", tmp_path / "two", own=own) == {"peak": 0.5}
    assert (tmp_path / "two" / "target.wav").read_text() == "target.wavsound"
    assert (tmp_path / "two" / "target.wav").stat().st_nlink == (1 if own else 3)
    assert sorted(path.name for path in (tmp_path / "two").iterdir()) == ["residual.wav", "target.wav"]


def test_files_changed_since_are_not_used(cache: StemCache, tmp_path: Path) -> None:
    first, _ = stems(tmp_path / "one")
    cache.put("a", stems(tmp_path / "one"), {}, own=False)
    with first.open("r+") as file:
        file.write("X")
    os.utime(first, ns=(0, 12345))
    assert taken(cache, "a", tmp_path / "two") is None
    assert list((tmp_path / "two").iterdir()) == []


def test_those_used_last_stay(tmp_path: Path) -> None:
    cache = StemCache(tmp_path / "cache", entries=2)
    for number, key in enumerate("abc"):
        cache.put(key, stems(tmp_path / key), {}, own=False)
        os.utime(tmp_path / "cache" / key, (time.time() - 100 + number,) * 2)
        if key == "b":
            assert taken(cache, "a", tmp_path / "used") == {}
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == ["a", "c"]


def test_bytes_and_age_are_bounded(tmp_path: Path) -> None:
    small = StemCache(tmp_path / "small", limit_bytes=200)
    for key in "ab":
        small.put(key, stems(tmp_path / key), {}, own=False)
        os.utime(tmp_path / "small" / key, (time.time() - 50,) * 2)
    assert [path.name for path in (tmp_path / "small").iterdir()] == ["b"]
    old = StemCache(tmp_path / "small", hours=0.01)
    old.put("c", stems(tmp_path / "c"), {}, own=False)
    assert [path.name for path in (tmp_path / "small").iterdir()] == ["c"]


def test_drafts_of_dead_jobs_go_and_those_at_work_stay(cache: StemCache, tmp_path: Path) -> None:
    for name, age_s in ((".partial-dead", 7200), (".partial-alive", 5)):
        (cache.root / name).mkdir(parents=True)
        os.utime(cache.root / name, (time.time() - age_s,) * 2)
    cache.put("a", stems(tmp_path / "one"), {}, own=False)
    assert sorted(path.name for path in cache.root.iterdir()) == [".partial-alive", "a"]


def test_jobs_at_the_same_time_never_see_half_an_entry(tmp_path: Path) -> None:
    cache = StemCache(tmp_path / "cache", entries=1)
    sources = {key: stems(tmp_path / f"of-{key}", key) for key in "ab"}
    wrong: list[str] = []

    def work(number: int) -> None:
        for turn in range(40):
            key, folder = "ab"[(number + turn) % 2], tmp_path / f"out-{number}-{turn}"
            folder.mkdir()
            cache.put(key, sources[key], {"key": key}, own=False)
            notes = cache.take(key, folder, own=False)
            found = sorted(path.read_text() for path in folder.iterdir())
            if notes is None and found:
                wrong.append(f"{key}: no notes but {found}")
            if notes is not None and (notes["key"], len(found), found[0][-1]) != (key, 2, key):
                wrong.append(f"{key}: {notes} {found}")

    jobs = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert wrong == []
    assert not [path for path in cache.root.iterdir() if path.name.startswith(".")]


def test_a_disk_that_refuses_costs_no_separation(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file is in the way")
    cache = StemCache(tmp_path / "cache")
    cache.put("a", stems(tmp_path / "one"), {}, own=False)
    assert taken(cache, "a", tmp_path / "two") is None


def test_the_key_is_what_makes_the_stems() -> None:
    def key(sound: Waveform = SOUND, made: Plan = PLAN) -> str | None:
        return stem_key(sound, made)

    def with_part(**changed: Any) -> Plan:
        return Plan((replace(PART, **changed),))

    others = [
        key(Waveform(SOUND.samples * 0.5, 8000)),
        key(Waveform(SOUND.samples, 16_000)),
        key(made=replace(PLAN, strength=0.5)),
        key(made=replace(PLAN, foreground=False)),
        key(made=with_part(concept="drums")),
        key(made=with_part(chosen=Chosen(replace(SPEC, version="2"), "why"))),
        key(made=with_part(prompts=(Reference("a.wav", sha256="aa"),))),
        key(made=with_part(prompts=(Reference("a.wav", sha256="bb"),))),
        key(made=Plan((PART,), gates=(Band(0, 1, 100, 200),))),
    ]
    assert len({key(), *others}) == 10
    assert key() == key(Waveform(SOUND.samples.copy(), 8000), with_part(chosen=Chosen(SPEC, "another why")))
    assert others[6] == key(made=with_part(prompts=(Reference("elsewhere/b.wav", sha256="aa"),)))
    assert key(made=with_part(prompts=(Reference("a.wav"),))) is None


def test_what_a_tally_found_is_kept_exactly() -> None:
    tally = Tally(8000)
    noise = np.random.default_rng(1).standard_normal((2, 8000)).astype(np.float32) * 0.1
    tally.add({"mix": noise, "target": noise * 0.25, "residual": noise * 0.75})
    found = tally.measured()
    assert Measured.from_json(found.to_json()) == found
    assert found.shares_db["target"] == pytest.approx(-12.04, abs=0.01) and found.sum_error_dbfs < -140
