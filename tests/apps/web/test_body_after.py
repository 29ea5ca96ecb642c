"""What is written of a shaped or moving body, and of which person of a run."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from apps.bodies import BODY_FORMATS, MOTION_FORMATS
from apps.runner import Result
from apps.web.body_after import QUICK, _body_file, _with_model
from shared.errors import InputError


def studio(folder: Path, *names: str) -> Any:
    for name in names:
        (folder / name).touch()
    result = Result(folder, {"files": [{"name": name} for name in names]})
    return SimpleNamespace(result=lambda job: result)


def test_the_view_s_file_comes_first_and_a_motion_takes_what_it_has() -> None:
    assert _with_model(["stl", "glb", "json"], BODY_FORMATS) == ("glb", "stl", "json")
    assert _with_model([*QUICK, "stl", "usdz"], MOTION_FORMATS) == ("glb", "bvh", "usdz")
    assert _with_model([], BODY_FORMATS) == ("glb",)


def test_of_several_people_the_first_is_shaped_and_the_page_says_so(tmp_path: Path) -> None:
    path, said = _body_file(studio(tmp_path, "body_001.json", "body_000.json", "body_000.glb"), "job")
    assert path == tmp_path / "body_000.json" and "Of 2 people, this is the first." in said
    assert _body_file(studio(tmp_path), "") == (None, "")


def test_a_run_without_its_bodies_is_no_average_person(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="wrote no JSON"):
        _body_file(studio(tmp_path, "body.glb"), "job")
