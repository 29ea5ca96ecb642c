"""A set comes back after a reload with its marks, bounded in size, if its files were uploaded here."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from gradio.utils import get_upload_folder
from PIL import Image

from apps.web import album_memory, photo_strip
from apps.web.album_memory import album_json, recalled
from apps.web.photo_strip import Kept
from shared.errors import InputError

POINT = {"kind": "points", "xy_px": [[3.0, 4.0]], "keep": [True], "object_id": 0}
BOX = {"kind": "box", "xyxy_px": [1.0, 1.0, 9.0, 9.0], "keep": True, "object_id": 0}


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    """Photos that were uploaded, the second one shown, the first one marked."""
    folder = Path(get_upload_folder()) / tmp_path.name
    folder.mkdir(parents=True)
    paths = [folder / name for name in ("a.png", "b.png", "c.png")]
    for number, path in enumerate(paths):
        Image.fromarray(np.full((30, 40, 3), 60 * number, np.uint8)).save(path)
    set_of = {"photos": {path.name: str(path) for path in paths}, "uploads": [str(path) for path in paths]}
    yield {**photo_strip.nothing(), **set_of, "shown": "b.png", "marks": {"a.png": [POINT]}}
    for path in paths:
        path.unlink(missing_ok=True)
    folder.rmdir()


def event(album: Any, prompts: Any = ()) -> Any:
    sent = json.loads(json.dumps({"album": album, "prompts": list(prompts)}))
    return SimpleNamespace(_data=sent)


def test_photos_and_marks_come_back(kept: Kept) -> None:
    kept = {**kept, "ways": {"c.png": "carried"}}
    found, lost = recalled(event(album_json(kept), [BOX]))
    assert found["marks"] == {"a.png": [POINT], "b.png": [BOX]} and lost == ()
    assert [found[key] for key in ("uploads", "shown", "ways")] == [kept["uploads"], "b.png", kept["ways"]]
    assert list(found["photos"]) == ["a.png", "b.png", "c.png"]
    assert all(url.startswith("data:image/jpeg") for url in found["thumbs"].values())


def test_the_marks_on_the_canvas_take_the_place_of_older_ones(kept: Kept) -> None:
    found, _ = recalled(event(album_json({**kept, "shown": "a.png"}), []))
    assert found["marks"] == {}


def test_no_set_is_remembered_of_nothing() -> None:
    assert album_json(photo_strip.nothing()) == {}


def test_marks_that_are_too_large_are_left_out_and_named(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(album_memory, "MOST_LETTERS", 200)
    kept["marks"] = {"a.png": [BOX] * 9, "c.png": [POINT]}
    told = album_json(kept)
    assert len(json.dumps(told["marks"])) < 250
    found, lost = recalled(event(told))
    assert found["marks"] == {"c.png": [POINT]} and lost == ("a.png",)


def test_what_is_gone_foreign_or_no_set_is_refused(kept: Kept) -> None:
    told: Any = album_json(kept)
    wrong = [
        {**told, "photos": {"a.png": "/etc/passwd"}, "shown": "a.png"},
        {**told, "uploads": ["/etc/passwd"]},
        {**told, "shown": "x.png"},
        {**told, "photos": {}},
        {**told, "marks": {"a.png": [{"kind": "box", "xyxy_px": [9, 9, 1, 1]}]}},
        {**told, "marks": 3},
        {"photos": 1},
        None,
        "nonsense",
    ]
    for album in wrong:
        with pytest.raises(InputError, match="not kept here any more"):
            recalled(event(album))
    Path(kept["photos"]["c.png"]).unlink()
    with pytest.raises(InputError, match="not kept here any more"):
        recalled(event(told))
