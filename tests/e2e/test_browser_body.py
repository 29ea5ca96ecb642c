"""The body tab in a real browser: estimate, joints, shape by sliders and centimetres, and a motion."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from apps import bodies
from tests.apps.web.page import served
from tests.e2e.browser import downloaded, needs_browser, new_page, unfold, wait_drawn

pytestmark = [pytest.mark.slow, pytest.mark.oracle, needs_browser, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("page")) as address:
        yield address


@pytest.fixture(scope="module")
def motion(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BVH file of one frame, as another tool may write it."""
    made, _ = bodies.shaped(None, {}, {})
    return bodies.written(made, tmp_path_factory.mktemp("motion"), "stand", ("bvh",))[0]


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    with new_page(browser, address, width=1280, height=1400) as page:
        page.set_default_timeout(400_000)
        page.get_by_role("tab", name="Body").click()
        page.wait_for_selector("#body-canvas .has-picture")
        yield page


def set_number(page: Any, field: str, value: str) -> None:
    page.fill(f"{field} input[type=number]", value)
    page.press(f"{field} input[type=number]", "Tab")


def wait_named(page: Any, part: str, name: str) -> None:
    """Wait until a file stands in a list of Gradio's, which writes stem and ending apart."""
    page.wait_for_function(
        "([part, name]) => document.querySelector(part)?.textContent.replace(/\\s/g, '').includes(name)",
        arg=[f"#body-{part}", name],
    )


def test_a_person_is_shaped_and_moved_in_a_second_view(page: Any, motion: Path) -> None:
    unfold(page, "body-shaper")
    set_number(page, "#body-shape-muscle", "0.9")
    set_number(page, "#body-measure-height", "183")
    page.click("#body-shape")
    wait_named(page, "after-files", "body.glb")
    height = page.inner_text("#body-measures tr:has-text('Height') td")
    assert float(height) == pytest.approx(183, abs=0.2)
    wait_drawn(page, "#body-after-model")
    unfold(page, "body-motion")
    page.click("#body-move")
    page.wait_for_selector("text=Choose a BVH file first.")
    page.set_input_files("#body-bvh input[type=file]", motion)
    wait_named(page, "bvh", "stand.bvh")
    page.click("#body-move")
    wait_named(page, "after-files", "motion.glb")
    wait_drawn(page, "#body-after-model")


def test_a_joint_is_put_where_it_is_clicked(page: Any) -> None:
    page.click("#body-run")
    page.wait_for_selector("#body-files .fl-list a")
    wait_drawn(page, "#body-model")
    before = json.loads(downloaded(page, "body-files", "body.json"))["keypoints"]
    photo = page.locator("#body-joints-photo img")
    unfold(page, "body-joints")
    photo.wait_for()
    page.wait_for_function("document.querySelector('#body-joints-photo img').naturalWidth > 0")
    wrist = next(mark for mark in before if mark["name"] == "left_wrist")["fitted_px"]
    box, size = photo.bounding_box(), photo.evaluate("(img) => [img.naturalWidth, img.naturalHeight]")
    wanted = np.array(wrist) + (0, -40)
    photo.click(position={"x": wanted[0] / size[0] * box["width"], "y": wanted[1] / size[1] * box["height"]})
    page.wait_for_selector("#body-joints-list >> text=left wrist")
    told = page.inner_text("#body-joints-list").split("at ")[1]
    assert [float(part) for part in told.split(",")] == pytest.approx(list(wanted), abs=3)
    page.click("#body-run")
    page.wait_for_selector("#body-run[disabled]")
    page.wait_for_selector("#body-run:not([disabled])")
    page.wait_for_function("document.querySelector('#body-files .fl-list a')")
    after = json.loads(downloaded(page, "body-files", "body.json"))["keypoints"]
    moved = next(mark for mark in after if mark["name"] == "left_wrist")
    assert moved["basis"] == "placed"
    assert np.linalg.norm(np.array(moved["fitted_px"]) - wanted) < 15
