"""What is missing of a package in another Python, told without importing it."""

from pathlib import Path

import pytest

from shared import hub
from shared.elsewhere import Elsewhere
from shared.errors import EngineUnavailable
from tests.shared.other_python import make_python

MODEL = hub.Model(
    id="thing",
    title="Thing",
    summary="things",
    repo="someone/thing",
    revision="",
    licence="SAM License",
    gated=True,
    setting="SEGSTUDIO_THING",
    files=(),
    layout="sam-audio",
)
PLACE = Elsewhere("Thing", "thing_package", "inner/part.py", MODEL, Path("task.py"), "Install it.")


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "weights"
    (home / "checkpoints").mkdir(parents=True)
    for name in hub.NAMES["sam-audio"]:
        (home / "checkpoints" / name).write_text("x" * 3)
    monkeypatch.setenv("SEGSTUDIO_THING", str(home))
    return home


def package(home: Path) -> Path:
    """A package that must not be imported to be found."""
    (home / "thing_package" / "inner").mkdir(parents=True)
    (home / "thing_package" / "__init__.py").write_text("raise SystemExit('imported')")
    (home / "thing_package" / "inner" / "part.py").write_text("")
    return home


def test_a_package_is_found_where_it_is_installed_or_its_code_lies(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = make_python(tmp_path / "one", package(tmp_path / "site"))
    monkeypatch.setenv("SEGSTUDIO_THING_PYTHON", str(installed))
    assert PLACE.missing() is None
    worker = PLACE.worker({"memory": "Free it."}, more=1)
    assert worker is PLACE.worker({"memory": "Free it."}, more=1) is not PLACE.worker({}, more=2)
    assert worker.job.settings == {
        "folder": str(weights / "checkpoints"),
        "code": "",
        "device": "",
        "more": 1,
    }
    assert PLACE.origin() == {
        "folder": "checkpoints",
        "setting": "SEGSTUDIO_THING",
        "bytes": {"config.json": 3, "checkpoint.pt": 3},
    }
    monkeypatch.setenv("SEGSTUDIO_THING_PYTHON", str(make_python(tmp_path / "two")))
    monkeypatch.setenv("SEGSTUDIO_THING_CODE", str(tmp_path / "site"))
    monkeypatch.setenv("SEGSTUDIO_THING_DEVICE", "cuda:1")
    assert PLACE.missing() is None
    assert PLACE.worker({}).job.settings["code"] == str(tmp_path / "site")
    assert PLACE.worker({}).job.settings["device"] == "cuda:1"


def test_an_interpreter_that_fails_and_a_repository_that_is_not_here(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'no module named encodings' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("SEGSTUDIO_THING_PYTHON", str(broken))
    lacking = PLACE.missing()
    assert lacking and lacking.reason == f"{broken} does not run: no module named encodings."
    with pytest.raises(EngineUnavailable, match="Thing cannot run here: .*encodings.*Install it"):
        PLACE.worker({})
    monkeypatch.setenv("SEGSTUDIO_THING", "someone/thing")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    lacking = PLACE.missing()
    assert lacking and "someone/thing" in lacking.reason and "hf download someone/thing" in lacking.cure
    snapshot = tmp_path / "hub" / "models--someone--thing" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (snapshot.parents[1] / "refs").mkdir()
    (snapshot.parents[1] / "refs" / "main").write_text("abc")
    for name in hub.NAMES["sam-audio"]:
        (snapshot / name).write_text("")
    assert "does not run" in PLACE.missing().reason  # type: ignore[union-attr]
