"""Every shipped weight file has a row that says what it is, whence, under which licence, and its sha256."""

import hashlib
import json
import re

import pytest

from shared import weights
from tests.architecture.source import ROOT

MAX_FILE_BYTES = 25 * 2**20
MAX_ALL_BYTES = 100 * 2**20
# Licences that let anyone pass the file on, alone or changed, for any purpose.
LICENCES = {"Apache-2.0", "MIT", "BSD-3-Clause", "BSD-2-Clause", "CC0-1.0", "CC-BY-4.0"}
NOT_WEIGHTS = {"table.json", "README.md"}

ROWS = json.loads((weights.FOLDER / "table.json").read_text("utf8"))
FILES = sorted(
    p for p in weights.FOLDER.rglob("*") if p.is_file() and p.name not in ("table.json", "README.md")
)


def test_each_file_has_one_row_and_each_row_one_file():
    named = [row["file"] for row in ROWS]
    assert sorted(named) == [str(p.relative_to(weights.FOLDER)) for p in FILES]
    assert len(named) == len(set(named)) > 0


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_a_row_tells_the_truth(row):
    data = (weights.FOLDER / row["file"]).read_bytes()
    assert (row["bytes"], row["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    # An SPDX expression, then whose work it is in parentheses.
    expression = row["licence"].partition(" (")[0]
    assert set(re.split(" AND | OR ", expression)) <= LICENCES
    assert len(row["title"]) > 5 and len(row["source"]) > 5
    script = row["made_by"].split()[0]
    assert script.startswith("tools/") and (ROOT / script).is_file()


def test_files_are_small_enough_to_ship():
    sizes = {p.name: p.stat().st_size for p in FILES}
    assert {name: size for name, size in sizes.items() if size > MAX_FILE_BYTES} == {}
    assert sum(sizes.values()) <= MAX_ALL_BYTES


def test_what_the_table_names_can_be_had():
    for row in ROWS:
        assert weights.path(row["file"]).is_file()
        assert weights.row(row["file"]).sha256 == row["sha256"]
