"""What a folder declares is found by listing it, in the order of the file names."""

import sys

import pytest

from shared.discovery import declared


@pytest.fixture
def folder(tmp_path, monkeypatch):
    package = tmp_path / "found_by_listing"
    package.mkdir()
    (package / "__init__.py").write_text("THINGS = ('of the folder itself: not taken',)")
    (package / "b.py").write_text("THINGS = (3,)")
    (package / "a.py").write_text("THINGS = (1, 2)\nOTHERS = ('x',)")
    (package / "plain.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    yield package
    for name in [n for n in sys.modules if n.startswith("found_by_listing")]:
        del sys.modules[name]
    declared.cache_clear()


def test_every_module_is_read_and_those_without_are_skipped(folder):
    assert declared("found_by_listing", "THINGS") == (1, 2, 3)
    assert declared("found_by_listing", "OTHERS") == ("x",)
    assert declared("found_by_listing", "NOTHING") == ()


def test_a_new_file_is_all_that_a_new_entry_takes(folder):
    (folder / "c.py").write_text("THINGS = ('new',)")
    assert declared("found_by_listing", "THINGS") == (1, 2, 3, "new")
