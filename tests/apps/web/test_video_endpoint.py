"""People of a video over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import trimesh
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from tests.apps.web.page import served

QUIET = ("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings(*QUIET)]
WALK = Path(__file__).parents[3] / "examples" / "body" / "walk.mp4"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(tmp_path_factory.mktemp("page")) as address:
        yield Client(address, verbose=False, download_files=tmp_path_factory.mktemp("downloads"))


def test_a_walk_comes_back_as_files_and_facts(client: Client) -> None:
    options = {"to_s": 0.4, "overlay": "none"}
    files, manifest = client.predict(handle_file(str(WALK)), [], options, ["glb", "npz"], api_name="/track")
    (person,) = manifest["facts"]["people"]
    assert person["frames"] == 11 and manifest["facts"]["video"]["size_px"] == [640, 480]
    paths = {Path(file).suffix: file for file in files if "manifest" not in file}
    assert len(trimesh.load_scene(paths[".glb"]).geometry) >= 1
    with np.load(paths[".npz"]) as data:
        assert data["joints_m"].shape[0] == 11 and data["seen"].all()


def test_wrong_input_is_explained(client: Client) -> None:
    with pytest.raises(AppError, match="holds nothing; the video lasts"):
        client.predict(handle_file(str(WALK)), [], {"from_s": 9}, api_name="/track")
    with pytest.raises(AppError, match="cannot be read as a video"):
        client.predict(handle_file(str(Path(__file__))), [], {}, api_name="/track")
