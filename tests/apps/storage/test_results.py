"""The store of results: zip with exactly the files, and old folders removed."""

import os
import zipfile
from pathlib import Path

from apps.runner import Result
from apps.storage.results import ResultStore


def make_result(folder: Path) -> Result:
    folder.mkdir(parents=True)
    (folder / "a.bin").write_bytes(bytes(range(256)))
    (folder / "manifest.json").write_text("{}", "utf8")
    return Result(folder, {"files": [{"name": "a.bin"}]})


def test_zip_holds_each_file_as_it_is(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    path = store.zip(make_result(store.new_folder()))
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["a.bin", "manifest.json"]
        assert archive.read("a.bin") == bytes(range(256))


def test_files_in_the_zip_have_their_download_names(tmp_path: Path) -> None:
    result = make_result(tmp_path / "one")
    result.manifest["files"][0]["download_name"] = "song_drums_hpss.bin"
    with zipfile.ZipFile(ResultStore(tmp_path).zip(result)) as archive:
        assert sorted(archive.namelist()) == ["manifest.json", "song_drums_hpss.bin"]


def test_only_old_folders_are_removed(tmp_path: Path) -> None:
    store = ResultStore(tmp_path, keep_hours=1)
    old, young = store.new_folder(), store.new_folder()
    make_result(old), make_result(young)
    os.utime(old, (0, 0))
    store.new_folder()
    assert not old.exists()
    assert young.exists()
