"""What a browser says it had is taken only when it was uploaded here or is an example, and is a prompt."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from gradio.utils import get_upload_folder

from apps.web.examples import Example
from apps.web.photo_memory import example_name, remembered
from shared.errors import InputError

POINT = {"kind": "points", "xy_px": [[3.0, 4.0]], "keep": [True], "object_id": 0}


def event(**told: Any) -> Any:
    return SimpleNamespace(_data=told)


def test_an_example_and_its_marks_come_back(tmp_path: Path) -> None:
    example = Example(tmp_path / "vase.png", [], "A vase")
    kept = remembered(event(source=example_name(example), prompts=[POINT], words="cup" * 999), [example])
    assert kept.path == example.path and kept.prompts == [POINT] and len(kept.words) == 1000


def test_an_upload_comes_back() -> None:
    path = Path(get_upload_folder()) / "0" / "photo.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    assert remembered(event(source=str(path), prompts=[]), []).path == path.resolve()
    path.unlink()
    with pytest.raises(InputError, match="not kept here any more"):
        remembered(event(source=str(path), prompts=[]), [])


@pytest.mark.parametrize("source", ["/etc/passwd", "example:other.png", "", "../../x.png"])
def test_other_files_are_refused(source: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not kept here any more"):
        remembered(event(source=source, prompts=[]), [Example(tmp_path / "vase.png", [], "A vase")])


def test_prompts_that_are_none_are_refused(tmp_path: Path) -> None:
    example = Example(tmp_path / "vase.png", [], "A vase")
    for prompts in ([{"kind": "box", "xyxy_px": [9, 9, 1, 1]}], "nonsense", [1], None):
        with pytest.raises(InputError):
            remembered(event(source=example_name(example), prompts=prompts), [example])
