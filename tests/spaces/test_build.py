"""A Space is whole by itself: built, started away from this repository, and one job run through it."""

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import soundfile

ROOT = Path(__file__).resolve().parents[2]
# Run app.py as a Space does: its folder first, and nothing of this repository on the way.
START = """
import importlib, runpy, sys
from pathlib import Path
root = sys.argv[1]
sys.path[:] = [str(Path.cwd())] + [p for p in sys.path if p and Path(p).resolve() != Path(root)]
sys.meta_path[:] = [f for f in sys.meta_path if "editable" not in repr(f).lower()]
for name in ("shared", "apps", "sam_audio"):
    assert Path(importlib.import_module(name).__file__).is_relative_to(Path.cwd()), name
import spaces
assert hasattr(spaces, "GPU"), "the helper package must not be hidden by a folder of ours"
runpy.run_path("app.py", run_name="__main__")
"""


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("space_builder", ROOT / "spaces" / "build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def space(builder: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return builder.build("suite", tmp_path_factory.mktemp("space") / "suite")


def test_the_space_holds_what_it_needs_and_nothing_of_ours_that_hides_the_helper(space: Path) -> None:
    names = {path.name for path in space.iterdir()}
    assert names == {
        *("shared", "sam_audio", "sam_3d", "sam_body", "apps", "examples"),
        *("README.md", "app.py", "requirements.txt", "packages.txt", "LICENSE", "NOTICE"),
    }
    assert not list(space.rglob("__pycache__"))


def test_requirements_are_one_flat_file(space: Path) -> None:
    lines = (space / "requirements.txt").read_text("utf8").splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    assert not [line for line in wanted if line.startswith("-")]
    assert any(line.startswith("gradio") for line in wanted)
    assert any(line.startswith("spaces") for line in wanted)


def test_app_is_at_most_fifteen_lines() -> None:
    assert len((ROOT / "spaces/suite/app.py").read_text("utf8").splitlines()) <= 15


def test_a_folder_in_use_is_not_written_over(builder: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x", "utf8")
    with pytest.raises(ValueError, match="not empty"):
        builder.build("suite", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.fixture(scope="module")
def address(space: Path) -> Iterator[str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment = {**kept, "SPACE_ID": "someone/suite", "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore"}
    process = subprocess.Popen(
        [sys.executable, "-c", START, str(ROOT)],
        cwd=space,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"http://[\d.]+:(\d+)", line):
                yield f"http://127.0.0.1:{found[1]}"
                return
        pytest.fail("The Space did not start:\n" + "".join(said))
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_job_runs_through_the_started_space(address: str, tmp_path: Path) -> None:
    from gradio_client import Client, handle_file

    sound, rate = soundfile.read(ROOT / "examples/audio/podcast_in_rain.flac", frames=2 * 48_000)
    soundfile.write(tmp_path / "clip.wav", sound, rate, "FLOAT")
    client = Client(address, verbose=False, download_files=str(tmp_path / "got"))
    files, told = client.predict(
        sound=handle_file(tmp_path / "clip.wav"),
        prompts=[{"kind": "text", "text": "speech"}],
        api_name="/separate",
    )
    stems = {Path(file).name: soundfile.read(file)[0] for file in files if str(file).endswith(".wav")}
    error = np.abs(stems["target.wav"] + stems["residual.wav"] - sound).max()
    assert 20 * np.log10(error + 1e-12) < -90
    assert told["engines"][0]["id"] == "deepfilternet"
