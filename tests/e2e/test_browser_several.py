"""One person in several photos in a real browser: uploaded, estimated, a joint placed in one of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
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


def test_a_joint_is_dragged_in_the_second_photo(page: Any, photos: list[Path]) -> None:
    unfold(page, "several-panel")
    page.set_input_files("#several-upload input[type=file]", photos)
    page.wait_for_selector("#several-canvas .has-picture")
    panel = page.locator("#several-panel")
    panel.get_by_label("Clay", exact=True).check()
    panel.get_by_role("button", name="Camera, other measures and files").click()
    panel.get_by_label("STL", exact=True).uncheck()
    front, _ = estimated(page)
    assert joint(front, "left_wrist")["basis"] == "seen"
    page.click("#several-canvas [data-act=joint]:visible")
    page.wait_for_selector("#several-canvas .joint[data-joint=left_wrist]")
    front_at = handle(page, "left_wrist")
    page.locator("#several-strip label:has(input[value='side.png'])").click()
    page.wait_for_function(
        "(x) => { const knob = document.querySelector('#several-canvas .joint[data-joint=left_wrist] .knob');"
        " return knob && Math.abs(Number(knob.getAttribute('cx')) - x) > 1 }",
        arg=front_at[0] - page.locator("#several-canvas .pc-marks").bounding_box()["x"],
    )
    picture = page.locator("#several-canvas .pc-picture")
    picture.scroll_into_view_if_needed()
    start = handle(page, "left_wrist")
    outline = page.locator("#several-canvas .skin").get_attribute("d")
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*(start + (0, -10)))
    page.mouse.move(*(start + (0, -25)))
    page.mouse.up()
    box = picture.bounding_box()
    wanted = (start + (0, -25) - [box["x"], box["y"]]) / [box["width"], box["height"]] * [384, 512]
    page.locator("#several-canvas .pc-said button", has_text="Left wrist").wait_for()
    page.wait_for_function(
        "(d) => document.querySelector('#several-canvas .skin')?.getAttribute('d') !== d", arg=outline
    )
    page.wait_for_selector("#several-canvas .skin:not(.old)")
    front, side = estimated(page)
    moved = joint(side, "left_wrist")
    assert moved["basis"] == "placed" and joint(front, "left_wrist")["basis"] == "seen"
    assert np.linalg.norm(np.array(moved["seen_px"]) - wanted) < 2
    assert np.linalg.norm(np.array(moved["fitted_px"]) - wanted) < 6


def handle(page: Any, name: str) -> NDArray[np.float64]:
    """Where the middle of a joint's handle is on the screen."""
    box = page.locator(f"#several-canvas .joint[data-joint={name}] .knob").bounding_box()
    return np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
