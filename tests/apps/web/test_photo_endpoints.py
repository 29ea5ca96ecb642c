"""Several photos over HTTP: photos with masks, the mat, and bad input."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from tests.apps.web.page import served
from tests.sam_3d.photos.sets import turned

QUIET = ("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings(*QUIET)]
OPTIONS = {"cameras": "turntable", "direction": "left", "detail": 40, "previews": False}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(tmp_path_factory.mktemp("page")) as address:
        yield Client(address, verbose=False, download_files=tmp_path_factory.mktemp("downloads"))


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Cut-outs on transparent ground, the last as a photo and a mask."""
    folder, made = tmp_path_factory.mktemp("photos"), turned(5)
    paths = []
    for photo, mask in zip(made.album.photos, made.masks, strict=True):
        paths.append(folder / photo.name)
        Image.fromarray(np.dstack([photo.image.pixels, mask.astype(np.uint8) * 255])).save(paths[-1])
    Image.fromarray(photo.image.pixels).save(paths[-1])
    Image.fromarray(mask).save(folder / f"{paths[-1].stem}.mask.png")
    return [*paths, folder / f"{paths[-1].stem}.mask.png"]


def test_cut_outs_become_one_object(client: Client, photos: list[Path]) -> None:
    files, told = client.predict([handle_file(p) for p in photos], options=OPTIONS, api_name="/reconstruct")
    assert {"object.glb", "masks.png", "manifest.json"} <= {Path(file).name for file in files}
    assert told["facts"]["photos"]["masks"] == {photo.name: "own" for photo in photos[:5]}
    assert told["facts"]["mesh"]["watertight"] and told["recipe"]["input"]["file"] == "photos.zip"


@pytest.mark.skipif(find_spec("pycolmap") is None, reason="pycolmap is not installed")
def test_cameras_are_looked_for_in_the_photos_alone(client: Client, tmp_path: Path) -> None:
    """What is found is seen in tests/apps/test_photos.py; here, that the question comes there."""
    paths = [tmp_path / f"{i}.png" for i in range(3)]
    for path, grey in zip(paths, (120, 150, 180), strict=True):
        Image.fromarray(np.full((120, 160, 4), grey, np.uint8)).save(path)
    with pytest.raises(AppError, match="3 of 3 photos show too little texture"):
        client.predict([handle_file(p) for p in paths], options={"cameras": "sfm"}, api_name="/reconstruct")


def test_the_mat_comes_as_a_pdf(client: Client) -> None:
    assert Path(client.predict("letter", api_name="/marker_mat")).read_bytes().startswith(b"%PDF")
    with pytest.raises(AppError, match="no paper"):
        client.predict("a9", api_name="/marker_mat")


def test_wrong_input_is_explained(client: Client, photos: list[Path]) -> None:
    with pytest.raises(AppError, match="No photos were given"):
        client.predict([], api_name="/reconstruct")
    with pytest.raises(AppError, match="3 to 200 of them, but got 2"):
        client.predict([handle_file(p) for p in photos[:2]], api_name="/reconstruct")
