"""The prompt canvas in a real browser: what a hand does is exactly what Python gets."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from PIL import Image
from playwright.sync_api import Page

from apps.web.canvas import PromptCanvas
from apps.web.mark_board import opened
from tests.e2e.browser import launched, needs_browser, new_page, told

pytestmark = [pytest.mark.slow, pytest.mark.oracle, needs_browser, pytest.mark.filterwarnings("ignore")]
WIDE, HIGH = 3000, 2000


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photo") / "phone.jpg"
    Image.new("RGB", (WIDE, HIGH), (90, 120, 150)).save(path)
    return path


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with gr.Blocks() as page, gr.Tabs():
        with gr.Tab("one"):
            canvas = PromptCanvas(elem_id="canvas")
            told = gr.Textbox(elem_id="told")
        with gr.Tab("two"):
            gr.Markdown("elsewhere")
        photo, text = gr.State(""), gr.Textbox(visible=False)
        canvas.upload(opened, None, [photo, canvas, text])
        for changed in (canvas.input, canvas.wipe):
            changed(json.dumps, canvas, told, show_progress="hidden", trigger_mode="always_last")
        gr.Button("set", elem_id="set").click(
            lambda: [{"kind": "box", "xyxy_px": [10, 20, 300, 400], "keep": False}], None, canvas
        )
    with launched(page) as address:
        yield address


class Hand:
    """Clicks at pixels of the picture and reads what Python was told."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.stage = page.locator("#canvas .pc-stage")

    def at(self, x: float, y: float) -> tuple[float, float]:
        box = self.page.locator("#canvas .pc-picture").bounding_box()
        assert box
        return box["x"] + (x + 0.5) / WIDE * box["width"], box["y"] + (y + 0.5) / HIGH * box["height"]

    def near(self, found: Any, *wanted: float) -> None:
        """The screen has fewer pixels than the picture: a click is exact to one of the screen's."""
        box = self.page.locator("#canvas .pc-picture").bounding_box()
        assert box and found == pytest.approx(list(wanted), abs=WIDE / box["width"] + 1)

    def click(self, x: float, y: float, **how: Any) -> None:
        self.page.mouse.click(*self.at(x, y), **how)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.page.mouse.move(*self.at(*start))
        self.page.mouse.down()
        self.page.mouse.move(*self.at(*((a + b) / 2 for a, b in zip(start, end, strict=True))))
        self.page.mouse.move(*self.at(*end))
        self.page.mouse.up()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def do(self, act: str) -> None:
        self.page.click(f"#canvas [data-act={act}]:visible")

    def told(self, wanted: Callable[[list[dict]], bool]) -> list[dict]:
        """Wait until Python was told prompts like these."""
        return told(self.page, wanted)


@pytest.fixture
def hand(browser: Any, address: str, photo: Path) -> Iterator[Hand]:
    with new_page(browser, address, width=1000, height=1100) as page:
        yield opened_hand(page, photo)


def opened_hand(page: Page, photo: Path) -> Hand:
    page.wait_for_selector("#canvas .pc")
    page.set_input_files("#canvas .pc-file", photo)
    page.wait_for_selector("#canvas .has-picture")
    page.wait_for_function("document.querySelector('#canvas .pc-picture').naturalWidth > 0")
    return Hand(page)


def kinds(*wanted: str) -> Callable[[list[dict]], bool]:
    return lambda value: [prompt["kind"] for prompt in value] == list(wanted)


def points(count: int) -> Callable[[list[dict]], bool]:
    return lambda value: sum(len(p.get("xy_px", ())) for p in value) == count


def test_clicks_are_points_in_pixels_of_the_original(hand: Hand) -> None:
    hand.click(1500, 1000)
    hand.click(2900, 40, button="right")
    hand.page.keyboard.down("Shift")
    hand.click(5, 1990)
    hand.page.keyboard.up("Shift")
    hand.do("drop")
    hand.click(700, 700)
    (prompt,) = hand.told(points(4))
    hand.near(prompt["xy_px"][0], 1500, 1000)
    hand.near(prompt["xy_px"][1], 2900, 40)
    assert prompt["keep"] == [True, False, False, False] and prompt["object_id"] == 0
    assert all(0 <= x < WIDE and 0 <= y < HIGH and x == int(x) for x, y in prompt["xy_px"])


def test_a_point_is_dragged_nudged_deleted_and_taken_back(hand: Hand) -> None:
    hand.click(600, 600)
    hand.drag((600, 600), (1800, 1200))
    (prompt,) = hand.told(lambda v: points(1)(v) and v[0]["xy_px"][0][0] > 1000)
    hand.near(prompt["xy_px"][0], 1800, 1200)
    x, y = prompt["xy_px"][0]
    hand.press("ArrowLeft", "ArrowLeft", "Shift+ArrowDown")
    hand.told(lambda v: points(1)(v) and v[0]["xy_px"] == [[x - 2, y + 10]])
    hand.press("Delete")
    hand.told(lambda v: v == [])
    hand.press("u")
    hand.told(lambda v: points(1)(v) and v[0]["xy_px"] == [[x - 2, y + 10]])
    hand.press("u", "u", "u")
    hand.told(lambda v: points(1)(v) and v[0]["xy_px"] == [[x, y]])
    hand.press("r")
    hand.told(lambda v: points(1)(v) and v[0]["xy_px"] == [[x - 1, y]])


def test_boxes_are_drawn_resized_and_told_apart(hand: Hand) -> None:
    hand.do("box")
    hand.drag((300, 300), (1200, 900))
    hand.drag((2500, 1800), (1700, 1100))
    first, second = hand.told(kinds("box", "box"))
    hand.near(first["xyxy_px"], 300, 300, 1200, 900)
    hand.near(second["xyxy_px"], 1700, 1100, 2500, 1800)
    assert (first["object_id"], second["object_id"]) == (0, 1)
    hand.drag((1200, 900), (1400, 1000))
    first, _ = hand.told(lambda v: kinds("box", "box")(v) and v[0]["xyxy_px"][2] > 1300)
    hand.near(first["xyxy_px"], 300, 300, 1400, 1000)
    hand.do("clear")
    hand.told(lambda v: v == [])


def test_the_keyboard_alone_places_points_and_boxes(hand: Hand) -> None:
    hand.stage.focus()
    hand.press("Enter", "ArrowRight", "-", "Enter", "Escape")
    (prompt,) = hand.told(points(1))
    assert prompt["keep"] == [False] and prompt["xy_px"][0][0] > WIDE / 2
    hand.press("b", "Enter", "Enter", "ArrowRight", "ArrowDown", "Enter")
    _, box = hand.told(kinds("points", "box"))
    left, top, right, bottom = box["xyxy_px"]
    assert right - left > 10 and bottom - top > 10


def test_marks_stay_when_tabs_change_and_when_python_sets_them(hand: Hand) -> None:
    hand.click(1000, 1000)
    hand.told(points(1))
    hand.page.get_by_role("tab", name="two").click()
    hand.page.get_by_role("tab", name="one").click()
    assert hand.page.locator("#canvas .mark").count() == 1
    hand.page.click("#set")
    hand.page.wait_for_selector("#canvas .mark.drop .edge")
    hand.click(2000, 1500)
    marks, box = hand.told(kinds("points", "box"))
    hand.near(marks["xy_px"][0], 2000, 1500)
    assert box["xyxy_px"] == [10, 20, 300, 400] and box["keep"] is False


def test_a_finger_taps_on_a_phone_and_a_long_press_deletes(browser: Any, address: str, photo: Path) -> None:
    with new_page(browser, address, width=390, height=844, phone=True) as page:
        hand = opened_hand(page, photo)
        for act in ("keep", "drop", "box", "undo", "clear"):
            size = page.locator(f"#canvas .pc-bar [data-act={act}]").bounding_box()
            assert size and min(size["width"], size["height"]) >= 44
        hand.do("drop")
        page.touchscreen.tap(*hand.at(1500, 1000))
        (prompt,) = hand.told(points(1))
        hand.near(prompt["xy_px"][0], 1500, 1000)
        assert prompt["keep"] == [False]
        x, y = hand.at(1500, 1000)
        touch = {"pointerId": 7, "pointerType": "touch", "clientX": x, "clientY": y, "bubbles": True}
        hand.stage.dispatch_event("pointerdown", touch)
        hand.told(lambda v: v == [])
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_file_that_is_no_picture_is_told_below_the_canvas(
    browser: Any, address: str, tmp_path: Path
) -> None:
    (tmp_path / "evil.png").write_text("<script>alert(1)</script>")
    with new_page(browser, address, width=1000, height=900) as page:
        page.wait_for_selector("#canvas .pc")
        page.set_input_files("#canvas .pc-file", tmp_path / "evil.png")
        page.wait_for_selector("#canvas .is-wrong")
        assert "evil.png is not a picture" in page.inner_text("#canvas .pc-note")
