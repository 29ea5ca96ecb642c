"""Whatever a name points to that is not a readable file of fair size is refused before it is opened."""

import os

import pytest

from shared.errors import InputError
from shared.limits import Limits
from shared.loading_file import checked_file

ANY = Limits()


def test_a_good_file_gives_its_path_and_first_bytes(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(range(100)))
    assert checked_file(str(path), ANY) == (path, bytes(range(64)))


def test_links_to_files_are_followed(tmp_path):
    (tmp_path / "a").write_bytes(b"data")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert checked_file(tmp_path / "link", ANY)[1] == b"data"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: None, "does not exist. Check the name"),
        (lambda p: p.mkdir(), "is a folder. Choose a file"),
        (lambda p: p.touch(), "is empty .0 bytes.. Choose another"),
        (lambda p: os.mkfifo(p), "is a device or pipe"),
        (lambda p: p.symlink_to("/dev/zero"), "is a device or pipe"),
        (lambda p: p.symlink_to("gone"), "is a link to a file that is not there"),
        (lambda p: p.symlink_to(p), "cannot be opened .*ymbolic link"),
    ],
    ids=["missing", "folder", "empty", "pipe", "device", "broken_link", "loop"],
)
def test_what_is_no_file_is_refused_at_once(tmp_path, make, message):
    path = tmp_path / "thing.wav"
    make(path)
    with pytest.raises(InputError, match=message):
        checked_file(path, ANY)


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_impossible_names_are_refused(name):
    with pytest.raises(InputError, match="cannot be opened.*Check the name") as caught:
        checked_file(name, ANY)
    assert len(str(caught.value)) < 400


def test_a_file_that_may_not_be_read_is_refused(tmp_path):
    path = tmp_path / "secret"
    path.write_bytes(b"x")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(InputError, match="may not be read.*permission"):
        checked_file(path, ANY)


def test_a_folder_that_may_not_be_entered_is_refused(tmp_path, monkeypatch):
    def stat(self, **_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.stat", stat)
    with pytest.raises(InputError, match="may not be read"):
        checked_file(tmp_path / "a", ANY)


def test_large_files_are_refused_by_their_size_alone(tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(600_000_000)
    with pytest.raises(InputError, match="600 MB; at most 500 megabytes.*SEGSTUDIO_MAX_FILE_MEGABYTES"):
        checked_file(path, ANY)


def test_sound_may_be_larger_as_it_is_never_read_whole(tmp_path):
    path = tmp_path / "hour.wav"
    path.write_bytes(b"RIFF")
    with path.open("r+b") as file:
        file.truncate(1_400_000_000)
    assert checked_file(path, ANY, limit="sound_megabytes")[1][:4] == b"RIFF"
    with path.open("r+b") as file:
        file.truncate(5_100_000_000)
    with pytest.raises(InputError, match="at most 5000 megabytes.*SEGSTUDIO_MAX_SOUND_MEGABYTES"):
        checked_file(path, ANY, limit="sound_megabytes")
