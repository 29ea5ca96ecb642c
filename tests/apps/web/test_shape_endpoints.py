"""Shapes and scenes over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from shared.prompts import MaskHint, to_json
from tests.apps.web.page import served
from tests.sam_3d.cups import cup, cup_photo

QUIET = ("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings(*QUIET)]
MASKS = to_json((MaskHint(cup()[0], 0, "cup"), MaskHint(cup()[1], 1, "handle")))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(tmp_path_factory.mktemp("page")) as address:
        yield Client(address, verbose=False, download_files=tmp_path_factory.mktemp("downloads"))


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photo") / "cup.png"
    Image.fromarray(cup_photo().pixels).save(path)
    return path


def test_shapes_come_with_pictures(client: Client, photo: Path) -> None:
    pictures, offered = client.predict(handle_file(photo), MASKS, api_name="/lift_modes")
    assert offered[0]["mode"] == "parts:inside=vessel" and len(pictures) == len(offered) == 7
    with Image.open(pictures[0]) as picture:
        assert picture.format == "PNG" and picture.size == (200, 200)


def test_a_mode_is_an_option_of_lift(client: Client, photo: Path) -> None:
    options = {"mode": "parts:thickness=1", "previews": False}
    _, manifest = client.predict(handle_file(photo), MASKS, options=options, api_name="/lift")
    assert [engine["id"] for engine in manifest["engines"]] == ["parts"]
    assert manifest["facts"]["mesh"]["watertight"] and manifest["facts"]["mesh"]["bodies"] == 1


def test_a_scene_is_one_call(client: Client, photo: Path) -> None:
    options = {"previews": False}
    files, manifest = client.predict(handle_file(photo), MASKS, options=options, api_name="/scene")
    assert [Path(file).suffix for file in files] == [".glb", ".json"]
    assert [thing["name"] for thing in manifest["facts"]["scene"]["objects"]] == ["cup", "handle"]


def test_wrong_input_is_explained(client: Client, photo: Path) -> None:
    with pytest.raises(AppError, match="not named yet"):
        client.predict(handle_file(photo), [], api_name="/lift_modes")
    with pytest.raises(AppError, match="cannot be used"):
        client.predict(handle_file(photo), MASKS, options={"mode": "parts"}, api_name="/scene")
