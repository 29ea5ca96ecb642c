"""One person in several photos: through the command line and over HTTP."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from apps.cli import main
from apps.web.several_panel import photos_html
from sam_body.loading import load_body
from sam_body.sampling import random_views
from tests.apps.web.event_loops import closed_event_loops
from tests.apps.web.page import served

QUIET = ("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")
__all__ = ["closed_event_loops"]
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings(*QUIET)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("person")
    for name, scene in zip(("front", "side"), random_views(201, size_px=(384, 512)), strict=True):
        Image.fromarray(scene.image.pixels).save(folder / f"{name}.png")
    return folder


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with served(tmp_path / "page") as address:
        yield Client(address, verbose=False, download_files=tmp_path / "downloads")


def test_front_and_side_make_one_body(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    asked = ["--height-cm", "175", "--formats", "json,bvh", "--rig", "mixamo", "--surface", "clothes"]
    assert main(["body", "photos", str(folder), "--out", str(out), *asked]) == 0
    told = json.loads((out / "manifest.json").read_text())
    front, side = told["facts"]["photos"]
    assert [front["name"], side["name"]] == ["front.png", "side.png"]
    assert 60 < abs(front["azimuth_deg"] - side["azimuth_deg"]) < 120
    assert max(front["landmark_error"], side["landmark_error"]) < 0.03
    names = {item["name"] for item in told["files"]}
    assert {"overlay.png", "overlay_001.png", "overlay_002.png", "side.png", "body.bvh"} <= names
    body = load_body(out / "body.json")
    assert body.rig.name == "mixamo" and body.height_m == pytest.approx(1.75, abs=0.02)
    facts = told["facts"]["bodies"][0]
    assert facts["texture"]["seen_percent"] > 20 and not facts["texture"]["face_blurred"]
    assert facts["clothes"]["outline_iou_after"] > facts["clothes"]["outline_iou_before"]
    assert body.paint is not None and body.clothes_m is not None
    assert "from" in photos_html(told["facts"]["photos"]) and "side.png" in photos_html([side])


def test_flags_correct_the_joints_of_the_photo_named(folder: Path, tmp_path: Path) -> None:
    said = ["--marked", "side.png", "--joint", "right_wrist=150,240", "--hidden", "left_heel"]
    plain = ["--formats", "json", "--texture", "clay", "--no-details", "--no-previews"]
    assert main(["body", "photos", str(folder), "--out", str(tmp_path / "out"), *said, *plain]) == 0
    told = json.loads((tmp_path / "out" / "manifest.json").read_text())["facts"]["photos"]
    front, side = ({mark["name"]: mark for mark in photo["keypoints"]} for photo in told)
    assert (side["right_wrist"]["basis"], side["left_heel"]["basis"]) == ("placed", "hidden")
    assert side["right_wrist"]["seen_px"] == pytest.approx([150, 240])
    assert {"placed", "hidden"}.isdisjoint(mark["basis"] for mark in front.values())


def test_a_photo_twice_is_refused_and_nothing_written(folder: Path, tmp_path: Path, capsys) -> None:
    twice = tmp_path / "twice"
    twice.mkdir()
    for name in ("a.png", "b.png"):
        (twice / name).write_bytes((folder / "front.png").read_bytes())
    assert main(["body", "photos", str(twice), "--out", str(tmp_path / "out")]) == 2
    assert "same picture" in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_over_http(client: Client, folder: Path, tmp_path: Path) -> None:
    photos = [handle_file(str(folder / name)) for name in ("front.png", "side.png")]
    files, manifest = client.predict(
        photos, options={"previews": False, "outline": False}, formats=["json"], api_name="/estimate_several"
    )
    assert [Path(file).name for file in files] == ["body.json", "manifest.json"]
    assert len(manifest["facts"]["photos"]) == 2
    empty = tmp_path / "empty.png"
    Image.fromarray(np.full((300, 200, 3), 120, np.uint8)).save(empty)
    with pytest.raises(AppError, match=r"empty.png: No person"):
        client.predict([photos[0], handle_file(str(empty))], api_name="/estimate_several")
