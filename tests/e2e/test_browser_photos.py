"""Several photos in a real browser: uploaded, one marked, another corrected, made, looked over, printed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh
from PIL import Image as Pillow

from sam_3d.photos.cameras import to_json
from shared.media import Image
from shared.prompts import MaskHint, Prompts
from shared.segment import Segmentation, segment
from tests.apps.web.page import served
from tests.e2e.browser import click_picture, downloaded, needs_browser, new_page, wait_drawn
from tests.sam_3d.photos.sets import Shot, turned

pytestmark = [pytest.mark.slow, pytest.mark.oracle, needs_browser, pytest.mark.filterwarnings("ignore")]
FIRST, OTHER = "00.png", "02.png"


@dataclass
class Set:
    """Photos as files, and how they were taken."""

    shot: Shot
    files: list[Path]

    def middle(self, name: str) -> tuple[float, float]:
        """Where the thing is in a photo, as parts of its width and height."""
        mask = self.shot.masks[[file.name for file in self.files].index(name)]
        rows, columns = np.nonzero(mask)
        return columns.mean() / mask.shape[1], rows.mean() / mask.shape[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Set:
    folder, shot = tmp_path_factory.mktemp("photos"), turned(6)
    names = [photo.name for photo in shot.album.photos]
    for photo in shot.album.photos:
        Pillow.fromarray(photo.image.pixels).save(folder / photo.name)
    (folder / "cameras.json").write_text(json.dumps(to_json(names, shot.views)))
    return Set(shot, [folder / name for name in (*names, "cameras.json")])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, made: Set) -> Iterator[str]:
    def exact(image: Image, prompts: Prompts, **_: Any) -> Segmentation:
        """Stand in for the mask engine on the canvas: the true mask."""
        pairs = zip(made.shot.album.photos, made.shot.masks, strict=True)
        mask = next(m for photo, m in pairs if np.array_equal(photo.image.pixels, image.pixels))
        return segment(image, (MaskHint(mask),))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("apps.live.segment", exact)
        with served(tmp_path_factory.mktemp("page")) as address:
            yield address


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    with new_page(browser, address, width=1280, height=1400) as page:
        page.set_default_timeout(400_000)
        page.get_by_role("tab", name="Photos to 3D").click()
        page.wait_for_selector("#photos-upload")
        yield page


def choose(page: Any, name: str, others: int) -> None:
    """Show a photo of the strip, and wait until the canvas has taken the marks off."""
    page.locator(f"#photos-strip label:has(input[value='{name}'])").click()
    page.wait_for_selector(f"#photos-strip .tl-chip >> nth={others - 1}")


def mark(page: Any, at: tuple[float, float]) -> None:
    click_picture(page, "photos-canvas", *at)
    page.wait_for_selector("#photos-canvas .has-mask")


def test_what_is_missing_is_told_beside_the_button(page: Any, made: Set) -> None:
    assert not page.is_visible("#photos-canvas")
    page.click("#photos-run")
    page.wait_for_selector("#photos-progress .wrong >> text=No photos were given.")
    page.set_input_files("#photos-upload input[type=file]", made.files[:4])
    page.wait_for_selector("#photos-canvas .has-picture")
    assert page.locator("#photos-progress .wrong").count() == 0
    assert not page.is_visible("#photos-canvas [data-act=choose]")  # the photos come from above
    page.click("#photos-run")
    page.wait_for_selector("#photos-progress .wrong >> text=not marked in any photo")


def test_photos_become_an_object_and_a_mask_is_corrected(page: Any, made: Set) -> None:
    page.set_input_files("#photos-upload input[type=file]", made.files)
    page.wait_for_selector("#photos-strip .tl-tile >> nth=5")
    assert page.locator("#photos-strip .tl-name").all_inner_texts() == [f.name for f in made.files[:6]]
    mark(page, made.middle(FIRST))
    choose(page, OTHER, 1)
    page.wait_for_selector("#photos-canvas .pc:not(.has-mask)")
    page.wait_for_timeout(300)
    assert not page.is_visible("#photos-canvas .pc-objects")  # the marks of the first are not those of this
    mark(page, made.middle(OTHER))
    choose(page, FIRST, 2)
    page.wait_for_selector("#photos-canvas .has-mask")
    assert page.locator("#photos-strip .tl-chip").all_inner_texts() == ["Marked", "Marked"]
    page.click("#photos-shape > button.label-wrap")
    page.fill("#photos-shape input[aria-label*='Detail'][type=number]", "48")
    page.press("#photos-shape input[aria-label*='Detail'][type=number]", "Tab")
    page.click("#photos-run")
    page.wait_for_selector("#photos-files .fl-list a, #photos-progress .wrong")
    assert page.locator("#photos-progress .wrong").count() == 0, page.inner_text("#photos-progress")
    chips = page.locator("#photos-strip .tl-chip").all_inner_texts()
    assert len(chips) == 6 and chips.count("Marked") == 2 and "Found" in chips
    for picture in ("preview", "sheet"):
        page.wait_for_function(
            "(id) => document.querySelector(id + ' img')?.naturalWidth > 500", arg=f"#photos-{picture}"
        )
    page.wait_for_selector("#photos-print .verdict")
    wait_drawn(page, "#photos-model")
    mesh: Any = trimesh.load(BytesIO(downloaded(page, "photos-files", "object.stl")), "stl", force="mesh")
    assert mesh.is_watertight and mesh.extents[2] == pytest.approx(100, rel=0.02)  # z is up for printers
    page.click("button:has-text('Repeat this run')")
    page.wait_for_selector("text=segstudio 3d photos")


def test_a_reload_keeps_the_photos_and_all_marks(page: Any, made: Set) -> None:
    page.set_input_files("#photos-upload input[type=file]", made.files)
    page.wait_for_selector("#photos-strip .tl-tile >> nth=5")
    mark(page, made.middle(FIRST))
    choose(page, OTHER, 1)
    page.wait_for_selector("#photos-canvas .pc:not(.has-mask)")
    page.wait_for_timeout(300)
    mark(page, made.middle(OTHER))
    page.reload()
    page.get_by_role("tab", name="Photos to 3D").click()
    page.wait_for_selector("#photos-strip .tl-tile >> nth=5")
    page.wait_for_selector("#photos-canvas .has-mask")
    assert page.locator("#photos-strip input:checked").get_attribute("value") == OTHER
    page.wait_for_selector("#photos-upload >> text=cameras")
    choose(page, FIRST, 2)
    page.wait_for_selector("#photos-canvas .has-mask")
    page.click("#photos-upload button[aria-label='Clear']")
    page.wait_for_function("!document.querySelector('#photos-canvas').offsetParent")
    page.reload()
    page.get_by_role("tab", name="Photos to 3D").click()
    page.wait_for_selector("#photos-upload input[type=file]", state="attached")
    page.wait_for_timeout(1500)
    assert not page.is_visible("#photos-canvas")  # what was taken away stays away
    page.click("#photos-run")
    page.wait_for_selector("#photos-progress .wrong >> text=No photos were given.")


def test_only_what_a_way_of_cameras_takes_is_asked_for_and_the_mat_is_a_pdf(page: Any) -> None:
    page.click("#photos-cameras > button.label-wrap")
    page.wait_for_selector("#photos-mat")
    assert page.locator("#photos-turntable-options, #photos-mat-options").count() == 0
    page.get_by_label("Turntable", exact=True).check()
    page.wait_for_selector("#photos-turntable-options >> text=Angles")
    page.locator("#photos-paper").get_by_label("Letter", exact=True).check()
    page.wait_for_timeout(500)
    with page.expect_download() as started:
        page.click("#photos-mat")
    assert started.value.suggested_filename == "marker_mat_letter.pdf"
    assert Path(started.value.path()).read_bytes()[:5] == b"%PDF-"
