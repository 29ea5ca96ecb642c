"""A mix of a finished separation: the file, its manifest, a job like others, and nothing after a failure."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from apps.jobs.queue import JobQueue
from apps.mixes import stem_files, write_mix
from apps.runner import Result
from apps.storage.results import ResultStore
from apps.studio import Studio
from sam_audio.mix_settings import StemSetting
from shared.errors import InputError
from tests.apps.web.separations import RATE_HZ, separation, stems_of

STEMS = stems_of()
SETTINGS = {"target": StemSetting(gain_db=-6, pan=0), "residual": StemSetting(mute=True)}


@pytest.fixture
def result(tmp_path: Path) -> Result:
    return separation(tmp_path / "result", STEMS)


def test_the_mix_stands_beside_its_manifest(result: Result, tmp_path: Path) -> None:
    mix = write_mix(result, SETTINGS, tmp_path / "mix")
    assert [path.name for path in mix.files] == ["mix.wav", "manifest.json"]
    sound, rate_hz = soundfile.read(mix.files[0], dtype="float32")
    assert rate_hz == RATE_HZ
    np.testing.assert_allclose(sound.T, STEMS["target"] * 10 ** (-6 / 20), atol=1e-6)
    told = json.loads(mix.files[1].read_text("utf8"))
    assert told["mix"]["stems"]["target"] == {"gain_db": -6, "pan": 0, "mute": False, "solo": False}
    assert told["mix"]["mode"] == "gain" and told["warnings"] == [] and len(told["files"][0]["sha256"]) == 64


def test_the_finished_mix_with_effects_can_be_taken_home_in_another_format(tmp_path: Path) -> None:
    remix = np.roll(STEMS["target"], 40, axis=-1) + STEMS["residual"]
    result = separation(tmp_path / "result", {**STEMS, "remix": remix})
    settings = {name: StemSetting(solo=name == "remix") for name in ("target", "residual", "remix")}
    mix = write_mix(result, settings, tmp_path / "mix", format="flac")
    sound, _ = soundfile.read(mix.files[0], dtype="float32")
    np.testing.assert_allclose(sound.T, remix, atol=1e-5)
    with pytest.raises(InputError, match="no stem remix"):
        write_mix(separation(tmp_path / "plain", STEMS), settings, tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_each_stem_counts_once_in_its_best_format(result: Result) -> None:
    for name in ("target.flac", "residual.mp3", "remix.wav"):
        (result.folder / name).write_bytes(b"")
    names = [{"name": path.name} for path in sorted(result.folder.iterdir())]
    whole = Result(result.folder, {"files": names})
    assert [path.name for path in stem_files(whole).values()] == ["target.wav", "residual.wav"]
    assert list(stem_files(whole, others=("remix",))) == ["target", "residual", "remix"]
    with pytest.raises(InputError, match="no stems"):
        stem_files(Result(result.folder, {"files": [{"name": "target.wav"}]}))


def test_the_studio_mixes_a_finished_run_as_a_job(result: Result, tmp_path: Path) -> None:
    queue = JobQueue()
    studio = Studio(ResultStore(tmp_path / "store"), queue)
    queue.submit("run", lambda progress: result)
    done(studio, "run")
    job_id = studio.mix("run", SETTINGS, format="flac")
    assert done(studio, job_id) == "done" and studio.result(job_id).files[0].name == "mix.flac"
    wrong = studio.mix("run", {"drums": StemSetting()})
    assert done(studio, wrong) == "failed"
    with pytest.raises(InputError, match="no stem drums"):
        studio.result(wrong)
    assert [path.name for path in (tmp_path / "store").iterdir()] == [studio.result(job_id).folder.name]
    with pytest.raises(InputError, match="no run"):
        studio.mix("nothing", {})


def done(studio: Studio, job_id: str) -> str:
    while not (job := studio.status(job_id)).ended:
        studio.wait(job_id, timeout_s=10)
    return job.state
