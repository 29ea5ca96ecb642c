"""A result stands under its final name whole, or not at all; failures leave nothing behind."""

import errno
import os
import shutil
import subprocess
import types
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile

from shared import exporting
from shared.errors import Cancelled, ExportError
from shared.exporting import Exporter, atomic, export, staged_folder


def everything(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*")}


class TestAtomic:
    def test_the_draft_becomes_the_file(self, tmp_path):
        with atomic(tmp_path / "new" / "a.stl") as draft:
            assert draft.parent == tmp_path / "new" and draft.suffix == ".stl"
            draft.write_bytes(b"solid")
            assert not (tmp_path / "new" / "a.stl").exists()
        assert everything(tmp_path) == {"new", "new/a.stl"}
        assert (tmp_path / "new" / "a.stl").read_bytes() == b"solid"
        assert (tmp_path / "new" / "a.stl").stat().st_mode & 0o777 == 0o644

    def test_an_older_file_is_replaced_only_on_success(self, tmp_path):
        path = tmp_path / "a.txt"
        path.write_text("old")
        with pytest.raises(Cancelled), atomic(path) as draft:
            draft.write_text("half")
            raise Cancelled()
        assert path.read_text() == "old" and everything(tmp_path) == {"a.txt"}
        with atomic(path) as draft:
            draft.write_text("new")
        assert path.read_text() == "new" and everything(tmp_path) == {"a.txt"}

    @pytest.mark.parametrize("error", [ValueError("bug"), KeyboardInterrupt(), Cancelled()])
    def test_any_failure_leaves_nothing(self, tmp_path, error):
        with pytest.raises(type(error)), atomic(tmp_path / "a.txt") as draft:
            draft.write_text("half")
            raise error
        assert everything(tmp_path) == set()

    def test_folders_made_for_a_failed_file_go_too(self, tmp_path):
        with pytest.raises(Cancelled), atomic(tmp_path / "x" / "y" / "a.txt") as draft:
            draft.write_text("half")
            raise Cancelled()
        assert everything(tmp_path) == set()

    @pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS])
    def test_what_the_disk_refuses_is_explained(self, tmp_path, code):
        wanted = pytest.raises(ExportError, match="Cannot write to .*a.txt .*(choose|Choose) ")
        with wanted as caught, atomic(tmp_path / "a.txt") as draft:
            draft.write_text("half")
            raise OSError(code, os.strerror(code))
        assert caught.value.cure
        assert everything(tmp_path) == set()

    def test_a_file_in_the_way_is_explained(self, tmp_path):
        (tmp_path / "file").write_text("x")
        with pytest.raises(ExportError, match="another folder"), atomic(tmp_path / "file" / "a.txt"):
            pass
        assert everything(tmp_path) == {"file"}


class TestStagedFolder:
    def test_all_files_appear_together_and_others_stay(self, tmp_path):
        out = tmp_path / "a" / "b"
        with staged_folder(out) as draft:
            (draft / "one.txt").write_text("1")
            (draft / "two.txt").write_text("2")
            assert not (out / "one.txt").exists()
        assert everything(out) == {"one.txt", "two.txt"}
        with staged_folder(out) as draft:
            (draft / "two.txt").write_text("new")
        assert everything(out) == {"one.txt", "two.txt"}
        assert (out / "two.txt").read_text() == "new"

    @pytest.mark.parametrize("error", [ValueError("bug"), KeyboardInterrupt(), Cancelled()])
    def test_any_failure_leaves_nothing_not_even_folders(self, tmp_path, error):
        with pytest.raises(type(error)), staged_folder(tmp_path / "a" / "b") as draft:
            (draft / "one.txt").write_text("1")
            raise error
        assert everything(tmp_path) == set()

    def test_a_failure_touches_no_older_result(self, tmp_path):
        (tmp_path / "one.txt").write_text("old")
        with pytest.raises(Cancelled), staged_folder(tmp_path) as draft:
            (draft / "one.txt").write_text("new")
            raise Cancelled()
        assert everything(tmp_path) == {"one.txt"} and (tmp_path / "one.txt").read_text() == "old"

    def test_a_file_instead_of_the_folder_is_explained(self, tmp_path):
        (tmp_path / "out").write_text("x")
        for folder in (tmp_path / "out", tmp_path / "out" / "deeper"):
            with pytest.raises(ExportError, match="another folder"), staged_folder(folder):
                pass
        assert everything(tmp_path) == {"out"}

    def test_a_folder_in_the_way_of_a_file_is_explained_before_anything_moves(self, tmp_path):
        (tmp_path / "two").mkdir()
        wanted = pytest.raises(ExportError, match="two: a folder of that name is in the way")
        with wanted, staged_folder(tmp_path) as draft:
            (draft / "one").write_text("1")
            (draft / "two").write_text("2")
        assert everything(tmp_path) == {"two"}

    def test_a_folder_that_may_not_be_written_is_explained(self, tmp_path, monkeypatch):
        def refuse(*_, **__):
            raise PermissionError(errno.EACCES, "Permission denied")

        monkeypatch.setattr(exporting.tempfile, "mkdtemp", refuse)
        wanted = pytest.raises(ExportError, match="Permission denied.*Choose a folder that you may write to")
        with wanted, staged_folder(tmp_path / "new"):
            pass
        assert everything(tmp_path) == set()

    def test_links_in_the_way_are_replaced_not_followed(self, tmp_path):
        (tmp_path / "precious").write_text("keep me")
        out = tmp_path / "out"
        out.mkdir()
        (out / "one.txt").symlink_to(tmp_path / "precious")
        with staged_folder(out) as draft:
            (draft / "one.txt").write_text("new")
        assert (tmp_path / "precious").read_text() == "keep me"
        assert (out / "one.txt").read_text() == "new"


@pytest.fixture
def tiny_disk(tmp_path):
    """A real file system of 64 KiB; skipped where this user may not mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("needs the right to mount a file system")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("way", [atomic, staged_folder])
def test_a_full_disk_is_explained_and_left_clean(tiny_disk, way):
    wanted = pytest.raises(ExportError, match="Cannot write.*The disk is full: free some space")
    with wanted, way(tiny_disk / "out" / "a.bin") as draft:
        place = draft if way is atomic else draft / "big.bin"
        place.write_bytes(bytes(200_000))
    assert everything(tiny_disk) == set()


def test_a_disk_without_room_is_refused_before_any_work(tmp_path):
    room = shutil.disk_usage(tmp_path).free * 2
    wanted = pytest.raises(ExportError, match="MB are free, but the result takes about .*disk is full")
    with wanted, staged_folder(tmp_path / "out", room_bytes=room):
        raise AssertionError("work was begun")
    assert everything(tmp_path) == set()


def test_a_disk_that_fills_up_during_the_work_is_explained(tmp_path):
    wanted = pytest.raises(ExportError, match="No space left.*The disk is full")
    with wanted, staged_folder(tmp_path / "out") as draft:
        (draft / "one.txt").write_text("1")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert everything(tmp_path) == set()


def test_a_full_disk_is_recognised_behind_an_encoders_own_error(tiny_disk):
    wanted = pytest.raises(ExportError, match="No space left.*The disk is full")
    with wanted, atomic(tiny_disk / "a.wav") as draft:
        soundfile.write(draft, np.zeros(200_000), 8000)
    assert everything(tiny_disk) == set()


def test_other_errors_are_not_taken_for_a_full_disk(tmp_path):
    with pytest.raises(ZeroDivisionError), atomic(tmp_path / "a.txt"):
        1 / 0
    with pytest.raises(OSError, match="strange"), atomic(tmp_path / "a.txt"):
        raise OSError(errno.EPIPE, "strange")


@dataclass(frozen=True)
class Result:
    """Something to export."""

    text: str


def write_text(result: Result, path: Path, *, shout: bool = False) -> None:
    """Write the result's text."""
    path.write_text(result.text.upper() if shout else result.text)


@pytest.fixture
def exporters(monkeypatch):
    entries = (Exporter(Result, ".txt", write_text, "Text"), Exporter(int, ".num", write_text, "Number"))
    monkeypatch.setattr(exporting, "declared", lambda package, attribute: entries)
    return types.SimpleNamespace(package="some.folder")


class TestExport:
    def test_the_suffix_and_the_type_choose_the_exporter(self, tmp_path, exporters):
        path = export(Result("hi"), tmp_path / "a.TXT", package="some.folder", shout=True)
        assert path == tmp_path / "a.TXT" and path.read_text() == "HI"

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("a.num", "no .num form of a Result. Choose from .txt"),
            ("a", "no suffix-less form of a Result"),
        ],
    )
    def test_another_suffix_is_refused_with_the_choice(self, tmp_path, exporters, name, message):
        with pytest.raises(ExportError, match=message):
            export(Result("hi"), tmp_path / name, package="some.folder")
        assert everything(tmp_path) == set()

    def test_a_type_without_exporters_is_refused(self, tmp_path, exporters):
        with pytest.raises(ExportError, match="nothing .no exporter is registered."):
            export(3.5, tmp_path / "a.txt", package="some.folder")
