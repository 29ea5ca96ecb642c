"""The print check on the page, and as an endpoint."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import trimesh
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from apps.recipes import Recipe
from apps.runner import run
from apps.storage.results import ResultStore
from apps.studio import Studio
from apps.web.print_panel import _fitting, mending, report_html
from sam_3d.printing.check import check_print
from sam_3d.printing.printers import PRINTERS
from sam_3d.printing.reading import read_mesh
from shared.prompts import MaskHint
from tests.apps.web.page import served
from tests.sam_3d.shapes import disc, picture

QUIET = ("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")


@pytest.fixture(scope="module")
def open_box(tmp_path_factory: pytest.TempPathFactory) -> Path:
    box = trimesh.creation.box((40, 40, 40))
    box.update_faces(box.face_normals[:, 2] < 0.5)
    path = tmp_path_factory.mktemp("box") / "open.stl"
    box.export(path)
    return path


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(tmp_path_factory.mktemp("page")) as address:
        yield Client(address, verbose=False, download_files=tmp_path_factory.mktemp("downloads"))


def test_the_panel_tells_verdict_problems_and_numbers(open_box: Path) -> None:
    told = report_html(check_print(read_mesh(open_box)).to_json())
    assert 'class="verdict bad">Print check: not printable' in told
    assert "The surface has open edges." in told and "fill_holes" in told
    assert "Weight in PLA" not in told  # unknown for what is open
    assert "hangs over by more than 45°, %" in told


def test_the_panel_tells_which_printers_are_too_small() -> None:
    told = _fitting([PRINTERS[0].name])
    assert f"Fits 1 of {len(PRINTERS)} common printers" in told
    assert told.count("too small") == len(PRINTERS) - 1
    assert told.index(PRINTERS[0].name) < told.index("too small")


@pytest.mark.slow
def test_the_button_runs_the_lift_again_with_the_steps_that_mend_it(tmp_path: Path) -> None:
    mask, photo = disc(60), tmp_path / "ball.png"
    Image.fromarray(picture(mask).pixels).save(photo)
    studio = Studio(ResultStore(tmp_path / "results"))
    options = {"previews": False}
    job = studio.submit(Recipe("lift", str(photo), (MaskHint(mask),), options=options, formats=("stl",)))
    while not studio.wait(job, timeout_s=60).ended:
        continue
    again = mending(studio, job, {"printer": "any", "infill_percent": 15.0})
    assert again.chain == ({"id": "flat_cut", "cut_percent": 4.0},) and again.options["previews"] is False
    facts = run(again, tmp_path / "mended").manifest["facts"]
    assert facts["print"]["mending"] == [] and facts["print"]["printable"]


@pytest.mark.slow
@pytest.mark.filterwarnings(*QUIET)
def test_the_endpoint_checks_and_mends(client: Client, open_box: Path) -> None:
    files, report = client.predict(handle_file(open_box), api_name="/print_check")
    assert report["verdict"] == "not printable" and report["mending"] == [{"id": "fill_holes"}]
    with Image.open(files[0]) as heat:
        assert heat.format == "PNG"
    files, report = client.predict(
        handle_file(open_box), {"height_mm": 20, "fix": True}, api_name="/print_check"
    )
    assert report["printable"] and report["mended_by"] == [{"id": "fill_holes"}]
    assert trimesh.load(files[1]).volume == pytest.approx(8000)
    wish = {"fix": True, "formats": ["glb", "obj"]}
    files, _ = client.predict(handle_file(open_box), wish, api_name="/print_check")
    assert sorted(Path(file).name for file in files) == ["mended.glb", "mended.obj", "walls.png"]
    glb = next(file for file in files if file.endswith(".glb"))
    assert trimesh.load_mesh(glb).volume == pytest.approx(0.04**3)  # metres


@pytest.mark.slow
@pytest.mark.filterwarnings(*QUIET)
def test_wrong_options_are_explained(client: Client, open_box: Path) -> None:
    with pytest.raises(AppError, match="no printer"):
        client.predict(handle_file(open_box), {"printer": "press"}, api_name="/print_check")
    with pytest.raises(AppError, match="cannot write dwg"):
        client.predict(handle_file(open_box), {"fix": True, "formats": "stl,dwg"}, api_name="/print_check")


@pytest.mark.slow
def test_one_press_takes_every_step_that_it_wants(tmp_path: Path) -> None:
    rows, columns = np.mgrid[:120, :120]
    top = (rows > 10) & (rows < 110) & (np.abs(columns - 60) < (110 - rows) / 2)  # stands on its tip
    photo = tmp_path / "top.png"
    Image.fromarray(picture(top).pixels).save(photo)
    studio = Studio(ResultStore(tmp_path / "results"))
    options = {"previews": False}
    job = studio.submit(
        Recipe("lift", str(photo), (MaskHint(top),), "inflate", options=options, formats=("stl",))
    )
    while not studio.wait(job, timeout_s=60).ended:
        continue
    again = mending(studio, job, {"printer": "any", "infill_percent": 15.0})
    assert [step["id"] for step in again.chain] == ["flat_cut", "base_plate"]
    assert run(again, tmp_path / "mended").manifest["facts"]["print"]["mending"] == []
