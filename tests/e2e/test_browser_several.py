"""One person in several photos in a real browser: uploaded, estimated, a joint placed in one of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from sam_body.sampling import random_views
from tests.apps.web.page import served
from tests.e2e.browser import downloaded, needs_browser, new_page, unfold

pytestmark = [pytest.mark.slow, pytest.mark.oracle, needs_browser, pytest.mark.filterwarnings("ignore")]
NAMES = ("front.png", "side.png")


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("person")
    for name, scene in zip(NAMES, random_views(201, size_px=(384, 512)), strict=True):
        Image.fromarray(scene.image.pixels).save(folder / name)
    return [folder / name for name in NAMES]


@pytest.fixture
def page(browser: Any, tmp_path: Path) -> Iterator[Any]:
    with served(tmp_path) as address, new_page(browser, address, width=1280, height=1400) as page:
        page.get_by_role("tab", name="Body").click()
        page.wait_for_selector("#body-canvas .has-picture")
        yield page


def estimated(page: Any) -> list[dict[str, Any]]:
    """Run, and return what the manifest says of each photo."""
    page.click("#several-run")
    page.wait_for_selector("#several-run[disabled]")
    page.wait_for_selector("#several-run:not([disabled])")
    page.wait_for_selector("#several-files .fl-list a")
    return json.loads(downloaded(page, "several-files", "manifest.json"))["facts"]["photos"]


def joint(photo: dict[str, Any], name: str) -> dict[str, Any]:
    return next(mark for mark in photo["keypoints"] if mark["name"] == name)


def test_a_joint_is_placed_in_the_second_photo(page: Any, photos: list[Path]) -> None:
    unfold(page, "several-panel")
    page.set_input_files("#several-upload input[type=file]", photos)
    page.wait_for_selector("#several-canvas .has-picture")
    panel = page.locator("#several-panel")
    panel.get_by_label("Clay", exact=True).check()
    panel.get_by_role("button", name="Camera, other measures and files").click()
    panel.get_by_label("STL", exact=True).uncheck()
    front, side = estimated(page)
    assert joint(front, "left_wrist")["basis"] == "seen"
    unfold(page, "several-joints")
    picture = page.locator("#several-joints-photo img")
    picture.wait_for()
    before = picture.get_attribute("src")
    page.locator("#several-strip label:has(input[value='side.png'])").click()
    page.wait_for_function(
        "(before) => { const img = document.querySelector('#several-joints-photo img');"
        " return img && img.src !== before && img.naturalWidth > 0 }",
        arg=before,
    )
    wanted = np.array(joint(side, "left_wrist")["fitted_px"]) + (0, -20)
    box, size = picture.bounding_box(), picture.evaluate("(img) => [img.naturalWidth, img.naturalHeight]")
    assert size == [384, 512]
    picture.click(
        position={"x": wanted[0] / size[0] * box["width"], "y": wanted[1] / size[1] * box["height"]}
    )
    page.wait_for_selector("#several-joints-list >> text=side.png, left wrist")
    front, side = estimated(page)
    moved = joint(side, "left_wrist")
    assert moved["basis"] == "placed" and joint(front, "left_wrist")["basis"] == "seen"
    assert np.linalg.norm(np.array(moved["seen_px"]) - wanted) < 3
