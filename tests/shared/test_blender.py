"""FBX by a Blender that is a program of its own: one that is made up here, and the real one where it is."""

import stat
import sys
import time
from pathlib import Path

import pytest

from apps.task import task
from shared import blender
from shared.errors import ExportError
from shared.exporting import export, unwritable
from tests.contracts.samples import body, reconstruction
from tests.oracles.blender import blender_named, needs_blender

__all__ = ["blender_named"]


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Make a program that stands in for Blender, from the Python lines that it runs."""

    def make(lines: str) -> Path:
        program = tmp_path / "programs" / "blender"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!{sys.executable}\nimport sys, time\nwords = sys.argv\n{lines}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv(blender.SETTING, str(program))
        return program

    return make


COPY = "open(words[-2], 'wb').write(b'Kaydara ' + open(words[-3], 'rb').read()[:4])"


def test_blender_gets_our_script_the_glb_and_the_frames(fake, tmp_path):
    fake(f"{COPY}; open({str(tmp_path / 'words')!r}, 'w').write(chr(10).join(words))")
    path = export(body(), tmp_path / "out" / "body.fbx", package="sam_body.export")
    assert path.read_bytes() == b"Kaydara glTF"
    words = (tmp_path / "words").read_text().splitlines()
    assert words[1:3] == ["--background", "--factory-startup"] and words[-1] == "30.0"
    assert Path(words[words.index("--python") + 1]).name == "blender_fbx.py"
    assert [p.name for p in path.parent.iterdir()] == ["body.fbx"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("print('RuntimeError: no such operator'); print('bye'); sys.exit(1)", "no such operator"),
        ("pass", "wrote no FBX"),
        ("open(words[-2], 'wb')", "wrote no FBX"),
    ],
)
def test_what_blender_could_not_do_is_told_and_leaves_no_file(fake, tmp_path, lines, words):
    fake(lines)
    with pytest.raises(ExportError, match=words):
        export(reconstruction(), tmp_path / "out" / "a.fbx", package="sam_3d.export")
    assert not (tmp_path / "out").exists()


def test_a_blender_that_hangs_is_ended(fake, tmp_path):
    fake("import subprocess; subprocess.run(['sleep', '600'])")
    started = time.monotonic()
    with pytest.raises(ExportError, match=r"longer than 0\.5 s"):
        blender.write_fbx(lambda path: path.write_bytes(b"glTF"), tmp_path / "a.fbx", limit_s=0.5)
    assert time.monotonic() - started < 100  # the machine may be busy


def test_a_file_that_is_no_program_is_told(fake, tmp_path, monkeypatch):
    program = fake("pass")
    program.write_bytes(b"\x00\x01 no program")
    with pytest.raises(ExportError, match="could not be started"):
        blender.write_fbx(lambda path: path.write_bytes(b"glTF"), tmp_path / "a.fbx")
    monkeypatch.setenv(blender.SETTING, str(tmp_path / "nothing"))
    assert "names" in blender.missing_blender().reason


@pytest.mark.slow
@pytest.mark.oracle
@needs_blender
@pytest.mark.usefixtures("blender_named")
def test_what_the_real_blender_cannot_read_is_told_and_leaves_no_file(tmp_path):
    with pytest.raises(ExportError, match="Blender failed"):
        blender.write_fbx(lambda path: path.write_bytes(b"no glTF at all"), tmp_path / "a.fbx")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def without_blender(monkeypatch, tmp_path):
    monkeypatch.delenv(blender.SETTING, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))


def test_without_blender_fbx_is_listed_and_says_how_to_get_it(without_blender, tmp_path):
    assert "fbx" in task("lift").formats and "fbx" in task("estimate").formats
    assert list(unwritable("sam_body.export", ("glb", "fbx"))) == ["fbx"]
    with pytest.raises(ExportError, match=r"needs Blender.*Install Blender"):
        task("estimate").chosen_formats(("fbx",))
    with pytest.raises(ExportError, match="needs Blender"):
        export(body(), tmp_path / "a.fbx", package="sam_body.export")


def test_without_usd_core_usd_is_listed_and_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setattr("shared.usd.PACKAGE", "no_such_package")
    with pytest.raises(ExportError, match=r"usd-core.*pip install"):
        task("lift").chosen_formats(("glb", "usdz"))
    with pytest.raises(ExportError, match="usd-core"):
        export(body(), tmp_path / "a.usdz", package="sam_body.export")
    assert list(tmp_path.iterdir()) == []
