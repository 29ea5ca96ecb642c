"""Sound that is odd, damaged or too much for the disk, through Python, the command and the studio.

Each gives a clear result or a clear error; a result holds numbers alone and adds up; an error leaves nothing.
"""

import errno
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile

from apps.cli import main
from apps.jobs.queue import ENDED, Job, JobQueue
from apps.recipes import Recipe
from apps.runner import run
from apps.storage.results import ResultStore
from apps.studio import Studio
from sam_audio.export import wav
from shared.errors import ExportError, InputError, PromptError
from shared.loading import load_audio
from shared.prompts import Span, Text
from tests.architecture.source import ROOT

RATE_HZ = 16_000
DRUMS = (Text("drums"),)
EXPERTS = (Text("speech"), Text("vocals"), Text("drums"))
NOISE = np.random.default_rng(0).normal(0, 0.1, (RATE_HZ, 2)).astype(np.float32)
Make = Callable[[Path], None]


def silence(path: Path) -> None:
    soundfile.write(path, np.zeros((RATE_HZ, 2)), RATE_HZ)


def offset(path: Path) -> None:
    soundfile.write(path, np.full((RATE_HZ, 1), 0.7), RATE_HZ, subtype="FLOAT")


def square(path: Path) -> None:
    wave = np.sign(np.sin(2 * np.pi * 110 * np.arange(RATE_HZ) / RATE_HZ))
    soundfile.write(path, wave * 3, RATE_HZ, subtype="FLOAT")


def one_sample(path: Path) -> None:
    soundfile.write(path, np.full((1, 1), 0.5), 44_100)


def eight_channels(path: Path) -> None:
    soundfile.write(path, np.tile(NOISE[:8000], (1, 4)), 48_000, subtype="PCM_24")


def telephone(path: Path) -> None:
    soundfile.write(path, NOISE[:8000, :1], 8000, subtype="ULAW")


def ultrasound(path: Path) -> None:
    soundfile.write(path, np.tile(NOISE[:, :1], (6, 1)), 384_000, subtype="FLOAT")


def with_nan(path: Path) -> None:
    sound = NOISE.copy()
    sound[8000:8004, 0] = np.nan, np.inf, -np.inf, 1e30
    soundfile.write(path, sound, RATE_HZ, subtype="FLOAT")


def ends_early(path: Path) -> None:
    soundfile.write(path, np.tile(NOISE, (2, 1)), RATE_HZ, subtype="PCM_16")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


# What is made, and a word that the warnings must hold.
ODD: dict[str, tuple[Make, str]] = {
    "silence": (silence, "silent"),
    "dc": (offset, ""),
    "clipped square": (square, ""),
    "one sample": (one_sample, ""),
    "7.1 channels": (eight_channels, ""),
    "8 kHz mu-law": (telephone, ""),
    "384 kHz float": (ultrasound, ""),
    "nan in the middle": (with_nan, "4 of 32000 samples are not finite"),
    "ends early": (ends_early, "ends early: 1.0 of 2.0 s"),
}
every_odd = pytest.mark.parametrize("case", ODD)


def sound_of(case: str, folder: Path) -> Path:
    path = folder / "in" / "sound.wav"
    path.parent.mkdir()
    ODD[case][0](path)
    return path


def read(path: Path) -> np.ndarray:
    return soundfile.read(path, dtype="float32", always_2d=True)[0].T


def expect_whole(folder: Path, path: Path, case: str) -> None:
    """The folder holds what its manifest says, numbers alone, and stems that add up to the sound."""
    told = json.loads((folder / "manifest.json").read_text("utf8"), parse_constant=pytest.fail)
    names = {item["name"] for item in told["files"]}
    assert {p.name for p in folder.iterdir()} - {"result.zip"} == names | {"manifest.json"}
    stems = [read(folder / name) for name in names if name.endswith(".wav") and name != "remix.wav"]
    assert all(np.isfinite(stem).all() for stem in stems)
    mix = np.concatenate(list(load_audio(path).blocks(1 << 16)), axis=1)
    assert np.abs(sum(stems) - mix).max() < 10 ** (-90 / 20) * max(1, np.abs(mix).max())
    assert any(ODD[case][1] in warning for warning in ["", *told["warnings"]])


@every_odd
def test_odd_sound_through_python_and_all_experts(case: str, tmp_path: Path):
    path = sound_of(case, tmp_path)
    run(Recipe("separate", str(path), EXPERTS), tmp_path / "out")
    expect_whole(tmp_path / "out", path, case)


@every_odd
def test_odd_sound_through_the_command_with_effects(case: str, tmp_path: Path, capsys):
    path = sound_of(case, tmp_path)
    flags = [
        "--text",
        "drums",
        "--effect",
        "reverb",
        "--effect",
        "pitch_shift:semitones=3",
        "--level",
        "loudness",
    ]
    code = main(["audio", "separate", str(path), *flags, "--out", str(tmp_path / "out")])
    said = capsys.readouterr()
    assert (code, said.err) == (0, "")
    expect_whole_remix(tmp_path / "out")
    assert ODD[case][1] in said.out


def expect_whole_remix(folder: Path) -> None:
    remix = read(folder / "remix.wav")
    assert np.isfinite(remix).all() and remix.shape == read(folder / "target.wav").shape
    assert np.abs(remix).max() <= 1
    json.loads((folder / "manifest.json").read_text("utf8"), parse_constant=pytest.fail)


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(ResultStore(tmp_path / "store"), JobQueue(workers=2))


def ended(studio: Studio, job_id: str) -> Job:
    job = studio.status(job_id)
    while job.state not in ENDED:
        job = studio.wait(job_id, timeout_s=60)
    return job


@every_odd
def test_odd_sound_through_the_studio(case: str, tmp_path: Path, studio: Studio):
    path = sound_of(case, tmp_path)
    job_id = studio.submit(Recipe("separate", str(path), DRUMS))
    assert ended(studio, job_id).state == "done"
    expect_whole(studio.result(job_id).folder, path, case)
    assert studio.zip(job_id).is_file()


def test_two_jobs_on_one_file_at_once_give_what_each_alone_gives(tmp_path: Path, studio: Studio):
    path = sound_of("nan in the middle", tmp_path)
    alone = run(Recipe("separate", str(path), DRUMS), tmp_path / "alone")
    jobs = [studio.submit(Recipe("separate", str(path), DRUMS)) for _ in range(3)]
    for job_id in jobs:
        assert ended(studio, job_id).state == "done"
        assert studio.result(job_id).manifest["files"] == alone.manifest["files"]
    assert len({studio.result(job_id).folder for job_id in jobs}) == 3


def test_a_file_that_grows_shorter_while_it_is_read_is_an_error(tmp_path: Path, studio: Studio):
    path = sound_of("dc", tmp_path)
    source = load_audio(path)
    soundfile.write(path, np.zeros((100, 1)), RATE_HZ, subtype="FLOAT")
    from sam_audio.separate import separate_to_folder

    with pytest.raises(InputError, match="cut off, or has changed"):
        separate_to_folder(source, DRUMS, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def full_after(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the disk be full after so many blocks of samples."""
    written = 0
    write = wav.WavWriter.write

    def failing(self: wav.WavWriter, block: np.ndarray) -> None:
        nonlocal written
        written += 1
        if written > count:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(self, block)

    monkeypatch.setattr(wav.WavWriter, "write", failing)


@pytest.mark.parametrize("blocks", [0, 1, 5])
@pytest.mark.parametrize("formats", [("wav",), ("flac",)])
def test_a_disk_that_fills_while_writing_leaves_nothing(blocks, formats, tmp_path, studio, monkeypatch):
    path = tmp_path / "long.wav"
    soundfile.write(path, np.tile(NOISE, (12, 1)), RATE_HZ)
    full_after(blocks, monkeypatch)
    job_id = studio.submit(
        Recipe("separate", str(path), DRUMS, formats=formats, chain=({"id": "gain", "gain_db": 1},))
    )
    job = ended(studio, job_id)
    assert job.state == "failed" and isinstance(job.error, ExportError)
    assert "No space" in str(job.error) and "free some space" in str(job.error)
    assert list((tmp_path / "store").iterdir()) == []


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("needs the right to mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("form", ["wav24", "flac", "mp3", "ogg"])
def test_a_disk_that_fills_while_encoding_leaves_nothing(form: str, tmp_path: Path):
    """12 s in stereo: the two working files of 1.5 MB fit on the disk, but not what is encoded from them."""
    path = tmp_path / "long.wav"
    soundfile.write(path, np.tile(NOISE, (12, 1)), RATE_HZ)
    with small_disk(tmp_path / "disk", "3200k") as disk:
        with pytest.raises(ExportError, match="free some space"):
            run(
                Recipe("separate", str(path), DRUMS, formats=(form,)),
                disk / "out",
            )
        assert list(disk.iterdir()) == []


@pytest.mark.slow
def test_a_limit_on_the_size_of_files_is_an_error_that_says_so(tmp_path: Path):
    path = tmp_path / "long.wav"
    soundfile.write(path, np.tile(NOISE, (12, 1)), RATE_HZ)
    command = [sys.executable, "-m", "apps.cli", "audio", "separate", str(path), "--text", "drums"]
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))  # noqa: E731
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "out")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        preexec_fn=limit,
    )
    assert done.returncode == 2 and "smaller format" in done.stderr, done.stderr
    assert {p.name for p in tmp_path.iterdir()} == {"long.wav"}


def test_a_place_after_the_only_sample_is_refused(tmp_path: Path):
    path = sound_of("one sample", tmp_path)
    with pytest.raises(PromptError, match="sound ends"):
        run(Recipe("separate", str(path), (Span(0.5, 0.9),)), tmp_path / "out")
    assert not (tmp_path / "out").exists()
