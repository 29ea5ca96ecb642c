"""What is written of a shaped or moving body, and of which person of a run."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from apps.bodies import BODY_FORMATS, MOTION_FORMATS
from apps.runner import Result
from apps.web.body_after import QUICK, _body_file, _told, _with_model
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


def test_of_several_people_the_chosen_one_is_shaped_and_the_page_says_so(tmp_path: Path) -> None:
    both = studio(tmp_path, "body_001.json", "body_000.json", "body_000.glb")
    assert _body_file(both, "job", 0) == (tmp_path / "body_000.json", "Person 1 of 2.")
    assert _body_file(both, "job", 1) == (tmp_path / "body_001.json", "Person 2 of 2.")
    assert _body_file(studio(tmp_path), "", 0) == (None, "")
    assert _body_file(studio(tmp_path, "body.json"), "job", 1) == (tmp_path / "body.json", "")


def test_shape_and_measures_told_are_those_of_the_chosen_person() -> None:
    people = [{"shape": {"age": n / 10}, "measures_cm": {"height": 170 + n}} for n in range(2)]
    result = Result(Path(), {"facts": {"bodies": people}})
    jobs: Any = SimpleNamespace(result=lambda job: result)
    assert _told(jobs, "job", 1) == ({"age": 0.1}, [("Height", 171)])
    assert _told(jobs, "job", 5)[0] == {"age": 0.1}


def test_a_run_without_its_bodies_is_no_average_person(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="wrote no JSON"):
        _body_file(studio(tmp_path, "body.glb"), "job", 0)
