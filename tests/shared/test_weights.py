"""Shipped weights are used only when they are the very file that was shipped."""

import hashlib
import json

import pytest

from shared import weights
from shared.errors import WeightsError

DATA = b"weights" * 100


@pytest.fixture
def folder(tmp_path, monkeypatch):
    row = {
        "file": "net.onnx",
        "bytes": len(DATA),
        "sha256": hashlib.sha256(DATA).hexdigest(),
        "title": "A net",
        "source": "made here",
        "licence": "MIT",
        "made_by": "tools/make.py",
    }
    (tmp_path / "table.json").write_text(json.dumps([row]))
    (tmp_path / "net.onnx").write_bytes(DATA)
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    for cached in (weights.table, weights.path):
        cached.cache_clear()
    yield tmp_path
    for cached in (weights.table, weights.path):
        cached.cache_clear()


def test_a_file_as_shipped_is_given(folder):
    assert weights.path("net.onnx") == folder / "net.onnx"
    assert weights.row("net.onnx").title == "A net"


def test_the_check_is_made_once_a_process(folder, monkeypatch):
    weights.path("net.onnx")
    monkeypatch.setattr(weights.hashlib, "file_digest", None)
    assert weights.path("net.onnx").is_file()


def test_an_altered_file_is_refused(folder):
    (folder / "net.onnx").write_bytes(b"W" + DATA[1:])
    with pytest.raises(WeightsError, match="not the ones that were shipped .*Install the suite again"):
        weights.path("net.onnx")


def test_a_missing_file_is_refused(folder):
    (folder / "net.onnx").unlink()
    with pytest.raises(WeightsError, match="net.onnx are missing. Install the suite again"):
        weights.path("net.onnx")


@pytest.mark.parametrize("name", ["other.onnx", "../net.onnx", ""])
def test_a_file_without_row_is_refused(folder, name):
    with pytest.raises(WeightsError, match="no weights"):
        weights.path(name)
