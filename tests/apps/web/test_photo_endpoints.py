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
from tests.sam_3d.photos.sfm_sets import COUNT, on_table

QUIET = ("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings(*QUIET)]
OPTIONS = {"cameras": "turntable", "direction": "left", "detail": 40, "previews": False}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(tmp_path_factory.mktemp("page")) as address:
        yield Client(address, verbose=False, download_files=tmp_path_factory.mktemp("downloads"))


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Cut-outs on transparent ground."""
    folder, made = tmp_path_factory.mktemp("photos"), turned(5)
    paths = []
    for photo, mask in zip(made.album.photos, made.masks, strict=True):
        paths.append(folder / photo.name)
        Image.fromarray(np.dstack([photo.image.pixels, mask.astype(np.uint8) * 255])).save(paths[-1])
    return paths


def test_cut_outs_become_one_object(client: Client, photos: list[Path]) -> None:
    files, told = client.predict([handle_file(p) for p in photos], options=OPTIONS, api_name="/reconstruct")
    assert {"object.glb", "masks.png", "manifest.json"} <= {Path(file).name for file in files}
    assert told["facts"]["photos"]["masks"] == {photo.name: "own" for photo in photos}
    assert told["facts"]["mesh"]["watertight"] and told["recipe"]["input"]["file"] == "photos.zip"


@pytest.mark.skipif(find_spec("pycolmap") is None, reason="pycolmap is not installed")
def test_photos_alone_tell_their_cameras(client: Client, tmp_path: Path) -> None:
    """Nothing is known of any camera; outlines come with the photos."""
    made, paths = on_table(COUNT), []
    for photo, mask in zip(made.album.photos, made.masks, strict=True):
        paths += [tmp_path / photo.name, tmp_path / f"{photo.name[:-4]}.mask.png"]
        Image.fromarray(photo.image.pixels).save(paths[-2])
        Image.fromarray(mask).save(paths[-1])
    options = {"cameras": "sfm", "detail": 40, "previews": False}
    files, told = client.predict([handle_file(p) for p in paths], options=options, api_name="/reconstruct")
    assert {"object.glb", "masks.png"} <= {Path(file).name for file in files}
    assert told["facts"]["photos"]["cameras"] == "sfm" and told["facts"]["mesh"]["watertight"]
    assert any(f"{COUNT} of {COUNT} photos were placed" in warning for warning in told["warnings"])
    true = np.ptp(made.mesh.vertices, axis=0)
    width, height, depth = told["facts"]["mesh"]["size_mm"]
    assert np.hypot(width, depth) / height == pytest.approx(np.hypot(true[0], true[2]) / true[1], rel=0.1)
    assert 40 < told["facts"]["mesh"]["seen_percent"] < 99 and told["facts"]["photos"]["doubtful"] == []


def test_the_mat_comes_as_a_pdf(client: Client) -> None:
    assert Path(client.predict("letter", api_name="/marker_mat")).read_bytes().startswith(b"%PDF")
    with pytest.raises(AppError, match="no paper"):
        client.predict("a9", api_name="/marker_mat")


def test_wrong_input_is_explained(client: Client, photos: list[Path]) -> None:
    with pytest.raises(AppError, match="No photos were given"):
        client.predict([], api_name="/reconstruct")
    with pytest.raises(AppError, match="3 to 200 of them, but got 2"):
        client.predict([handle_file(p) for p in photos[:2]], api_name="/reconstruct")
