"""The body tab in a real browser: estimate, joints, shape by sliders and centimetres, and a motion."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from apps import bodies
from apps.web import examples
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


def test_people_are_boxed_and_the_box_is_drawn_larger(page: Any) -> None:
    page.click("#body-find")
    page.wait_for_selector("text=One person found.")
    assert page.locator("#body-canvas .pc-chip").all_inner_texts() == ["Person 1"]
    assert page.locator("#body-canvas [data-act=fresh]").inner_text() == "Another person"
    box = page.locator("#body-canvas .mark.keep rect.edge")
    before = float(box.get_attribute("width"))
    corner = page.locator("#body-canvas .mark.keep .handle").nth(2).bounding_box()
    page.mouse.move(corner["x"] + corner["width"] / 2, corner["y"] + corner["height"] / 2)
    page.mouse.down()
    page.mouse.move(corner["x"] + 25, corner["y"], steps=4)
    page.mouse.up()
    page.wait_for_timeout(300)
    assert float(box.get_attribute("width")) > before + 10
    page.click("#body-canvas [data-act=undo]:visible")
    page.click("#body-canvas [data-act=undo]:visible")
    page.wait_for_timeout(300)
    assert box.count() == 0


def test_a_person_is_shaped_and_moved_in_a_second_view(page: Any, motion: Path) -> None:
    unfold(page, "body-shaper")
    set_number(page, "#body-shape-muscle", "0.9")
    set_number(page, "#body-measure-height", "183")
    unfold(page, "body-after-more")
    for field, words in (("rig", "Mixamo"), ("rest", "T-pose")):
        page.click(f"#body-after-{field} input")
        page.get_by_role("option", name=words).click()
    page.click("#body-shape")
    wait_named(page, "after-files", "body.glb")
    address = page.get_attribute("#body-after-files a[href$='body.json']", "href")
    made = page.request.get(address).json()
    assert (made["rig"], made["rest"]) == ("mixamo", "T")
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


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A photo of two people, of whom one is the other in a mirror."""
    with Image.open(examples.people()[0].path) as photo:
        pixels = np.asarray(photo.convert("RGB"))[::2, ::2]
    path = tmp_path / "two.png"
    Image.fromarray(np.concatenate([pixels, pixels[:, ::-1]], axis=1)).save(path)
    return path


def test_of_two_people_the_second_is_seen_and_shaped(page: Any, two: Path) -> None:
    page.set_input_files("#body-canvas .pc-file", two)
    page.wait_for_function("document.querySelector('#body-canvas .pc-picture').naturalHeight == 512")
    unfold(page, "body-rig")
    page.locator("#body-rig").get_by_label("STL", exact=True).uncheck()
    run(page, "body_000.json")
    bodies_told = [json.loads(downloaded(page, "body-files", f"body_00{n}.json")) for n in range(2)]
    facts = page.inner_text("#body-facts")
    assert "Person 2" in facts and "Joints of the photo: 27 seen" in facts
    page.wait_for_selector("#body-side")
    page.click("#body-who input")
    page.get_by_role("option", name="Person 2").click()
    page.wait_for_selector("#body-side", state="hidden")
    wait_drawn(page, "#body-model")
    unfold(page, "body-shaper")
    page.click("#body-shape")
    page.wait_for_selector("#body-after-note:has-text('Person 2 of 2.')")
    wait_named(page, "after-files", "body.json")
    address = page.get_attribute("#body-after-files a[href$='body.json']", "href")
    made = page.request.get(address).json()
    turns = [[joint["rotation_xyzw"] for joint in told["joints"]] for told in (*bodies_told, made)]
    assert [np.allclose(turn, turns[2], atol=1e-3) for turn in turns[:2]] == [False, True]


def settled(page: Any) -> None:
    """Wait until the body has been fitted to what was said of the joints."""
    page.wait_for_function("document.querySelector('#body-canvas [data-act=refit]').disabled")
    page.wait_for_function("!document.querySelector('#body-canvas .is-fitting')")


def handle(page: Any, name: str) -> NDArray[np.float64]:
    """Where the middle of a joint's handle is on the screen."""
    box = page.locator(f"#body-canvas .joint[data-joint={name}] .knob").bounding_box()
    return np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])


def in_photo(page: Any, spot: NDArray[np.float64]) -> NDArray[np.float64]:
    """A place on the screen in pixels of the photo."""
    box = page.locator("#body-canvas .pc-picture").bounding_box()
    share = (spot - [box["x"], box["y"]]) / [box["width"], box["height"]]
    with Image.open(examples.people()[0].path) as photo:
        return share * photo.size


def drag(page: Any, name: str, by: tuple[float, float]) -> NDArray[np.float64]:
    """Drag a joint by so much of the screen with the mouse; gives where it was let go, in the photo."""
    page.locator("#body-canvas .pc-picture").scroll_into_view_if_needed()
    start = handle(page, name)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*(start + np.array(by) / 2))
    page.mouse.move(*(start + by))
    page.mouse.up()
    settled(page)
    return in_photo(page, start + by)


def run(page: Any, name: str = "body.json") -> dict[str, dict[str, Any]]:
    """Run, and return what a body's JSON says of each joint."""
    page.click("#body-run")
    page.wait_for_selector("#body-run[disabled]")
    page.wait_for_selector("#body-run:not([disabled])")
    page.wait_for_selector("#body-files .fl-list a")
    told = json.loads(downloaded(page, "body-files", name))
    return {mark["name"]: mark for mark in told["keypoints"]}


def test_joints_are_dragged_moved_by_keys_and_taken_back_and_the_run_takes_them_there(page: Any) -> None:
    wanted = by_mouse(page)
    by_keys(page)
    assert said(page) == 3
    page.get_by_role("tab", name="Audio").click()
    page.get_by_role("tab", name="Body").click()
    assert said(page) == 3  # another tab does not forget them
    page.reload()
    page.get_by_role("tab", name="Body").click()
    page.click("#body-canvas [data-act=joint]:visible")
    page.wait_for_selector("#body-canvas .joint.hidden")
    settled(page)
    placed = page.locator("#body-canvas .joint.placed").evaluate_all("all => all.map(j => j.dataset.joint)")
    assert sorted(placed) == ["left_wrist", "right_wrist"]
    page.click("#body-canvas [data-act=clear]:visible")
    settled(page)
    assert said(page) == 0
    page.click("#body-canvas [data-act=undo]:visible")
    settled(page)
    assert said(page) == 3
    marks = run(page)
    assert marks["left_wrist"]["basis"] == marks["right_wrist"]["basis"] == "placed"
    assert marks["left_ankle"]["basis"] == "hidden"
    assert marks["left_wrist"]["seen_px"] == pytest.approx(list(wanted), abs=2)
    assert np.linalg.norm(np.array(marks["left_wrist"]["fitted_px"]) - wanted) < 15
    recipe = json.loads(downloaded(page, "body-files", "manifest.json"))["recipe"]
    assert sorted(recipe["prompts"][0]["names"]) == ["left_wrist", "right_wrist"]
    wait_drawn(page, "#body-model")
    for look, name in (("Skeleton", "overlay_skeleton.png"), ("Side by side", "overlay_beside.png")):
        page.click(f"#body-look label:has-text('{look}')")
        page.wait_for_selector(f"#body-overlay img[src$='{name}']")


def said(page: Any) -> int:
    """How many joints the list says something of."""
    return page.locator("#body-canvas .pc-said button").count()


def by_mouse(page: Any) -> NDArray[np.float64]:
    """Drag the left wrist; gives where it was let go, in the photo."""
    page.focus("#body-canvas .pc-stage")
    page.keyboard.press("j")
    page.wait_for_selector("#body-canvas .joint")
    settled(page)
    assert page.locator("#body-canvas .joint.seen").count() > 15
    outline = page.locator("#body-canvas .skin").get_attribute("d")
    wanted = drag(page, "left_wrist", (30, -40))
    assert page.locator("#body-canvas .skin").get_attribute("d") != outline  # the body has followed
    assert page.input_value("#body-canvas .pc-joint") == "left_wrist"
    assert page.locator("#body-canvas .joint.placed").get_attribute("data-joint") == "left_wrist"
    return wanted


def by_keys(page: Any) -> None:
    """Move the right wrist by arrows, say that it is farther, and hide an ankle by the list."""
    page.select_option("#body-canvas .pc-joint", "right_wrist")
    page.focus("#body-canvas .pc-stage")
    start = handle(page, "right_wrist")
    for key in ("Shift+ArrowDown", "Shift+ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    settled(page)
    moved = in_photo(page, handle(page, "right_wrist"))
    assert moved == pytest.approx(in_photo(page, start) + [-1, 20], abs=1.5)
    page.keyboard.press("-")
    settled(page)
    assert page.get_attribute("#body-canvas [data-act=farther]", "aria-pressed") == "true"
    assert "farther than the right elbow" in page.inner_text("#body-canvas .pc-hint")
    page.select_option("#body-canvas .pc-joint", "left_ankle")
    page.click("#body-canvas [data-act=hide]")
    settled(page)
    assert page.locator("#body-canvas .joint.hidden").get_attribute("data-joint") == "left_ankle"
    page.locator("#body-canvas .pc-said button", has_text="Right wrist").wait_for()
