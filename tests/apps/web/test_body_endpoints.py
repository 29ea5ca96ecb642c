"""Bodies over HTTP: corrected joints, shapes, motions."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import trimesh
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from tests.apps.web.page import served

QUIET = ("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings(*QUIET)]
PHOTO = Path(__file__).parents[3] / "examples" / "body" / "person.jpg"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(tmp_path_factory.mktemp("page")) as address:
        yield Client(address, verbose=False, download_files=tmp_path_factory.mktemp("downloads"))


@pytest.fixture(scope="module")
def estimated(client: Client) -> dict[str, Path]:
    said = {"kind": "keypoints", "names": ["right_wrist"], "xy_px": [[300, 300]], "hidden": ["left_heel"]}
    options = {"previews": False, "rig": "cmu", "rest": "T"}
    files, manifest = client.predict(
        handle_file(str(PHOTO)), [said], options=options, formats=["json", "bvh"], api_name="/estimate"
    )
    assert manifest["facts"]["bodies"][0]["measures_cm"]["height"] > 140
    return {Path(file).suffix: Path(file) for file in files if "manifest" not in file}


def test_people_are_found_before_they_are_estimated(client: Client) -> None:
    (box,) = client.predict(handle_file(str(PHOTO)), api_name="/find_people")
    assert box["kind"] == "box" and box["object_id"] == 0 and box["xyxy_px"][3] > 900
    with pytest.raises(AppError, match="not a picture"):
        client.predict(handle_file(__file__), api_name="/find_people")


def test_a_joint_comes_out_where_it_was_put(estimated: dict[str, Path]) -> None:
    told = json.loads(estimated[".json"].read_text("utf8"))
    marks = {mark["name"]: mark for mark in told["keypoints"]}
    wrist = marks["right_wrist"]
    assert wrist["basis"] == "placed" and marks["left_heel"]["basis"] == "hidden"
    assert abs(wrist["fitted_px"][0] - 300) < 15 and abs(wrist["fitted_px"][1] - 300) < 15


def test_the_body_takes_measures(client: Client, estimated: dict[str, Path]) -> None:
    files, told = client.predict(
        handle_file(str(estimated[".json"])), measures_cm={"height": 185, "waist": 90},
        formats=["stl", "json"], api_name="/shape_body",
    )  # fmt: skip
    assert told["measures_cm"]["height"] == pytest.approx(185, abs=1)
    assert told["measures_cm"]["waist"] == pytest.approx(90, abs=1)
    assert told["rig"] == "cmu" and told["rest"] == "T" and told["warnings"] == []
    assert trimesh.load_mesh(files[0]).is_watertight


def test_a_motion_comes_back_on_another_rig(client: Client, estimated: dict[str, Path]) -> None:
    files, told = client.predict(
        handle_file(str(estimated[".bvh"])), handle_file(str(estimated[".json"])), rig="mixamo",
        api_name="/retarget",
    )  # fmt: skip
    assert told["frames"] == 2 and told["rig"] == "mixamo"
    assert [Path(file).suffix for file in files] == [".glb", ".bvh"]
    assert "ROOT mixamorig:Hips" in Path(files[1]).read_text("ascii")


def test_wrong_input_is_explained(client: Client, estimated: dict[str, Path]) -> None:
    with pytest.raises(AppError, match="line 1: expected HIERARCHY"):
        client.predict(handle_file(str(estimated[".json"])), api_name="/retarget")
    with pytest.raises(AppError, match="height wants 50 to 230 cm"):
        client.predict(measures_cm={"height": 400}, api_name="/shape_body")
