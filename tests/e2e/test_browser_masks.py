"""Masks on the prompt canvas: candidates, brush, objects, things found, zoom, and what a reload keeps."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from apps.web import mark_board
from apps.web.examples import Example
from apps.web.found_masks import found_json
from shared import prompts as prompting
from shared.masks import Masks
from shared.prompts import Everything, MaskHint, Points, Prompts, Text
from tests.e2e.browser import launched, needs_browser, new_page, told

pytestmark = [pytest.mark.slow, pytest.mark.oracle, needs_browser, pytest.mark.filterwarnings("ignore")]
WIDE, HIGH = 900, 600
SLOW_PX = 40  # a first click so near the left edge is answered late
RADII = (40.0, 90.0, 150.0)
BOXES = ((50, 50, 200, 250), (300, 100, 500, 400), (600, 300, 850, 560))
NAMES, SCORES = ("cup", "dog", "cup"), (0.9, 0.6, 0.3)


def disk(x: float, y: float, radius: float) -> np.ndarray:
    rows, columns = np.mgrid[:HIGH, :WIDE]
    return np.hypot(columns - x, rows - y) <= radius


def box(left: int, top: int, right: int, bottom: int) -> np.ndarray:
    mask = np.zeros((HIGH, WIDE), bool)
    mask[top:bottom, left:right] = True
    return mask


def stand_in(wanted: Prompts) -> Masks:
    """Three things by name, three candidates for a click, else the hints and disks around the clicks."""
    if any(isinstance(prompt, Text | Everything) for prompt in wanted):
        return Masks(np.stack([box(*corners) for corners in BOXES]), SCORES, NAMES)
    masks, scores, ids = [], [], []
    for number in dict.fromkeys(getattr(p, "object_id", 0) for p in wanted):
        own = [p for p in wanted if getattr(p, "object_id", 0) == number]
        clicks = [xy for p in own if isinstance(p, Points) for xy in p.xy_px]
        hints = [p.mask for p in own if isinstance(p, MaskHint)]
        if len(clicks) == 1 and not hints:
            masks += [disk(*clicks[0], radius) for radius in RADII]
            scores, ids = [*scores, 0.8, 0.7, 0.5], [*ids, number, number, number]
            continue
        parts = [*hints, *(disk(*xy, RADII[0]) for xy in clicks)] or [disk(450, 300, 99)]
        masks, scores, ids = [*masks, np.logical_or.reduce(parts)], [*scores, 0.9], [*ids, number]
    return Masks(np.stack(masks), tuple(scores), ("",) * len(masks), tuple(ids))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    photo = tmp_path_factory.mktemp("photo") / "plain.png"
    Image.new("RGB", (WIDE, HIGH), (90, 120, 150)).save(photo)
    with gr.Blocks() as page:
        with gr.Tab("one"):
            board = mark_board.render([Example(photo, [], "A plain photo")], name="one", text="cup, dog")
        with gr.Tab("two"):
            gr.Markdown("Nothing.")
        run, told = gr.Button("Run", elem_id="run"), gr.Textbox(elem_id="told", interactive=True)

        def live(_: str, wanted: Prompts) -> dict[str, Any]:
            if any(isinstance(prompt, Points) and prompt.xy_px[0][0] < SLOW_PX for prompt in wanted):
                time.sleep(1)
            return mark_board.answer(found=found_json(stand_in(wanted), wanted), note="Found.")

        def ran(marks: list[dict[str, Any]], text: str) -> str:
            return json.dumps(prompting.to_json(mark_board.prompts_of(marks, text)))

        mark_board.listen(board, live, [])
        run.click(ran, [board.canvas, board.text], told)
    with launched(page, allowed_paths=[str(photo.parent)]) as address:
        yield address


class Hand:
    """Works the canvas and asks what a run would be given."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.wait_for_selector("#one-canvas .has-picture")
        page.wait_for_function("document.querySelector('#one-canvas .pc-picture').naturalWidth > 0")
        self.stand_still()

    def stand_still(self) -> None:
        """Wait until the page has come to rest, so that a click lands where it is aimed at."""
        last, now = None, self.at(0, 0)
        while now != last:
            self.page.wait_for_timeout(250)
            last, now = now, self.at(0, 0)

    def at(self, x: float, y: float) -> tuple[float, float]:
        shown = self.page.locator("#one-canvas .pc-picture").bounding_box()
        assert shown
        return shown["x"] + (x + 0.5) / WIDE * shown["width"], shown["y"] + (y + 0.5) / HIGH * shown["height"]

    def click(self, x: float, y: float, **how: Any) -> None:
        self.page.mouse.click(*self.at(x, y), **how)
        self.settled()

    def stroke(self, *way: tuple[float, float]) -> None:
        self.page.mouse.move(*self.at(*way[0]))
        self.page.mouse.down()
        for xy in way[1:]:
            self.page.mouse.move(*self.at(*xy), steps=6)
        self.page.mouse.up()
        self.settled()

    def do(self, act: str) -> None:
        self.page.click(f"#one-canvas [data-act={act}]:visible")

    def settled(self) -> None:
        self.page.wait_for_timeout(120)
        self.page.wait_for_selector("#one-canvas .pc:not(.is-busy)")

    def name(self, words: str) -> None:
        self.page.fill("#one-text textarea, #one-text input", words)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("#one-canvas .pc-list:not([hidden])")
        self.settled()

    def prompts(self) -> Prompts:
        self.page.fill("#told textarea, #told input", "")
        self.page.click("#run")
        return prompting.parse(told(self.page, lambda value: value is not None))

    def masks(self) -> list[MaskHint]:
        return [prompt for prompt in self.prompts() if isinstance(prompt, MaskHint)]

    def alpha(self, x: float, y: float) -> int:
        """Opacity of the layer of masks at a pixel of the picture."""
        read = (
            "document.querySelector('#one-canvas .pc-layer').getContext('2d').getImageData({},{},1,1).data[3]"
        )
        return self.page.evaluate(read.format(int(x), int(y)))


@pytest.fixture
def hand(browser: Any, address: str) -> Iterator[Hand]:
    with new_page(browser, address, width=1000, height=1300) as page:
        yield Hand(page)


def choice_of(prompts: Prompts) -> tuple[int, ...] | None:
    return next((p.numbers for p in prompts if isinstance(p, prompting.Choice)), None)


def test_a_click_offers_three_masks_and_the_chosen_one_is_meant(hand: Hand) -> None:
    hand.click(450, 300)
    picks = hand.page.locator("#one-canvas .pc-pick")
    assert [text.split("\n")[0] for text in picks.all_inner_texts()] == ["Part", "Whole", "Group"]
    assert choice_of(hand.prompts()) == (0,)
    assert hand.alpha(450, 300) > 0 and hand.alpha(450 + 70, 300) == 0
    picks.nth(1).click()
    assert choice_of(hand.prompts()) == (1,)
    assert hand.alpha(450 + 70, 300) > 0 and hand.alpha(450 + 120, 300) == 0
    hand.page.locator("#one-canvas .pc-stage").focus()
    hand.page.keyboard.press("3")
    assert choice_of(hand.prompts()) == (2,)


def test_a_click_before_the_last_one_is_answered_is_answered_too(hand: Hand) -> None:
    for x in (20, 450, 700):
        hand.page.mouse.click(*hand.at(x, 300))
        hand.page.wait_for_timeout(200)
    hand.settled()
    assert hand.alpha(20, 300) > 0 and hand.alpha(450, 300) > 0 and hand.alpha(700, 300) > 0


def test_while_a_photo_is_being_opened_the_answer_to_an_earlier_click_changes_nothing(
    hand: Hand, tmp_path: Path
) -> None:
    Image.new("RGB", (300, 200), (20, 60, 20)).save(tmp_path / "next.png")
    hand.page.evaluate(
        """() => { const own = XMLHttpRequest.prototype.send, late = (call) => setTimeout(call, 2500);
        XMLHttpRequest.prototype.send = function (...all) { late(() => own.apply(this, all)); };
        const get = window.fetch; window.fetch = (url, ...rest) => String(url.url || url).includes('upload')
          ? new Promise((done) => late(() => done(get(url, ...rest)))) : get(url, ...rest); }"""
    )
    hand.page.mouse.click(*hand.at(450, 300))
    hand.page.set_input_files("#one-canvas .pc-file", tmp_path / "next.png")
    hand.page.wait_for_timeout(1500)
    assert hand.page.locator("#one-canvas .is-busy").count() == 1
    hand.settled()
    assert "300 × 200" in hand.page.locator("#one-canvas .pc-note").inner_text()
    assert hand.page.locator("#one-canvas .mark").count() == 0


def test_the_next_click_corrects_the_chosen_mask(hand: Hand) -> None:
    hand.click(450, 300)
    hand.page.locator("#one-canvas .pc-pick").nth(1).click()
    shown = hand.prompts()[0]
    assert isinstance(shown, Points)
    hand.click(700, 300)
    points, hint = hand.prompts()
    assert isinstance(points, Points) and len(points.xy_px) == 2
    assert isinstance(hint, MaskHint) and (hint.mask == disk(*shown.xy_px[0], RADII[1])).all()
    assert hand.page.locator("#one-canvas .pc-pick:visible").count() == 0


def test_the_brush_paints_and_erases_exactly_where_it_goes(hand: Hand) -> None:
    hand.do("brush")
    slider = hand.page.locator("#one-canvas .pc-brush input")
    slider.fill("20")  # a part of the longer side: 36 of 900 pixels across
    hand.stroke((200, 200), (400, 200))
    (hint,) = hand.masks()
    wanted = box(200, 182, 400, 218) | disk(200, 200, 18) | disk(400, 200, 18)
    assert np.logical_xor(hint.mask, wanted).sum() < 0.06 * wanted.sum()
    hand.do("drop")
    hand.stroke((300, 150), (300, 250))
    (erased,) = hand.masks()
    assert not erased.mask[200, 300] and erased.mask[200, 220] and erased.mask[200, 380]
    assert (hint.mask | erased.mask == hint.mask).all()
    hand.do("undo")
    hand.settled()
    assert (hand.masks()[0].mask == hint.mask).all()
    hand.do("remove")
    assert hand.prompts() == ()


def test_painting_starts_from_the_mask_that_is_shown(hand: Hand) -> None:
    hand.click(450, 300)
    (point, _) = hand.prompts()
    assert isinstance(point, Points)
    hand.do("brush")
    hand.stroke((450, 300), (560, 300))
    (hint,) = hand.prompts()
    assert isinstance(hint, MaskHint)
    assert hint.mask[disk(*point.xy_px[0], RADII[0])].all() and hint.mask[300, 555]


def test_objects_have_their_own_marks_colours_and_masks(hand: Hand) -> None:
    hand.click(200, 300)
    hand.click(240, 300)
    hand.do("fresh")
    hand.click(700, 300)
    hand.click(720, 320)
    one, two = hand.prompts()
    assert isinstance(one, Points) and isinstance(two, Points)
    assert (one.object_id, two.object_id) == (0, 1) and len(one.xy_px) == len(two.xy_px) == 2
    chips = hand.page.locator("#one-canvas .pc-chip")
    colors = chips.locator("i").evaluate_all("all => all.map((i) => i.style.background)")
    assert chips.count() == 2 and len(set(colors)) == 2
    chips.first.click()
    hand.click(160, 300, button="right")
    one = hand.prompts()[0]
    assert isinstance(one, Points) and one.keep == (True, True, False)


def test_things_found_by_name_are_ticked_and_only_those_are_meant(hand: Hand) -> None:
    hand.click(450, 300)
    hand.name("cup; dog,cup")
    assert [p.text for p in hand.prompts() if isinstance(p, Text)] == ["cup", "dog"]
    assert hand.page.locator("#one-canvas .mark").count() == 0
    assert hand.page.locator("#one-canvas .pc-label").all_inner_texts() == list(NAMES)
    assert choice_of(hand.prompts()) is None
    hand.page.locator("#one-canvas [data-tick='1']").uncheck()
    assert choice_of(hand.prompts()) == (0, 2)
    assert hand.alpha(400, 250) == 0 and hand.alpha(100, 100) > 0
    hand.click(400, 250)
    assert choice_of(hand.prompts()) is None
    hand.page.locator("#one-canvas .pc-least input").fill("0.5")
    assert choice_of(hand.prompts()) == (0, 1)
    hand.page.locator("#one-text textarea, #one-text input").press_sequentially("s")
    hand.page.wait_for_selector("#one-canvas .pc-list", state="hidden")
    assert choice_of(hand.prompts()) is None


def test_everything_is_found_and_can_be_corrected_by_hand(hand: Hand) -> None:
    hand.do("everything")
    hand.page.wait_for_selector("#one-canvas .pc-list:not([hidden])")
    hand.settled()
    assert hand.prompts() == (Everything(),)
    hand.page.locator("#one-canvas [data-tick='2']").uncheck()
    hand.do("edit")
    hand.settled()
    first, second = hand.masks()
    assert (first.mask == box(*BOXES[0])).all() and (second.mask == box(*BOXES[1])).all()
    assert (first.label, second.label) == NAMES[:2] and (first.object_id, second.object_id) == (0, 1)
    hand.do("undo")
    hand.page.wait_for_selector("#one-canvas .pc-list:not([hidden])")
    assert hand.prompts()[0] == Everything()
    hand.do("clear")
    hand.settled()
    assert hand.prompts() == () and hand.alpha(100, 100) == 0
    assert not hand.page.locator("#one-canvas .pc-list").is_visible()


def test_zoomed_in_a_click_still_means_the_pixel_under_it(hand: Hand) -> None:
    hand.click(450, 300)
    hand.page.mouse.move(*hand.at(700, 400))
    hand.page.mouse.wheel(0, -600)
    hand.page.wait_for_selector("#one-canvas .is-zoomed")
    hand.click(705, 402)
    hand.page.mouse.move(*hand.at(650, 380))
    before = hand.page.locator("#one-canvas .pc-picture").bounding_box()
    hand.stroke((690, 395), (710, 410))
    after = hand.page.locator("#one-canvas .pc-picture").bounding_box()
    assert before and after and after["x"] - before["x"] > 10 and after["y"] - before["y"] > 10
    (points, *_) = hand.prompts()
    assert isinstance(points, Points) and len(points.xy_px) == 2
    assert points.xy_px[1] == pytest.approx((705, 402), abs=1)
    hand.page.locator("#one-canvas .pc-stage").focus()
    hand.page.keyboard.press("0")
    assert hand.page.locator("#one-canvas .is-zoomed").count() == 0


def test_the_part_of_the_photo_that_is_seen_stays_when_the_tab_or_the_window_changes(hand: Hand) -> None:
    def spots() -> list[tuple[float, float]]:
        """Where on the stage, in shares of its size, two pixels of the photo are seen."""
        stage = hand.page.locator("#one-canvas .pc-stage").bounding_box()
        assert stage
        left, top, width, height = (stage[side] for side in ("x", "y", "width", "height"))
        return [((x - left) / width, (y - top) / height) for x, y in (hand.at(700, 400), hand.at(500, 300))]

    hand.page.mouse.click(*hand.at(700, 400))
    hand.settled()
    hand.page.mouse.wheel(0, -600)
    hand.page.wait_for_selector("#one-canvas .is-zoomed")
    before = spots()
    hand.page.get_by_role("tab", name="two").click()
    hand.page.wait_for_selector("#one-canvas .pc-picture", state="hidden")
    hand.page.get_by_role("tab", name="one").click()
    hand.stand_still()
    assert np.allclose(spots(), before, atol=0.005)
    hand.page.set_viewport_size({"width": 640, "height": 1300})
    hand.stand_still()
    assert np.allclose(spots(), before, atol=0.01)


def test_two_fingers_zoom_and_leave_no_mark(browser: Any, address: str) -> None:
    with new_page(browser, address, width=390, height=844, phone=True) as page:
        hand = Hand(page)
        (x, y), send = hand.at(450, 300), page.context.new_cdp_session(page).send
        for kind, spread in (("touchStart", 20), ("touchMove", 40), ("touchMove", 70), ("touchEnd", 0)):
            fingers = (
                [{"x": x - spread, "y": y, "id": 1}, {"x": x + spread, "y": y, "id": 2}] if spread else []
            )
            send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
        page.wait_for_selector("#one-canvas .is-zoomed")
        assert page.locator("#one-canvas .mark").count() == 0
        page.touchscreen.tap(*hand.at(440, 310))
        hand.settled()
        (points, *_) = hand.prompts()
        assert isinstance(points, Points) and points.xy_px[0] == pytest.approx((440, 310), abs=3)


def test_every_button_on_a_phone_is_large_enough_for_a_finger(browser: Any, address: str) -> None:
    with new_page(browser, address, width=390, height=844, phone=True) as page:
        hand = Hand(page)
        page.touchscreen.tap(*hand.at(450, 300))
        hand.settled()
        sizes = page.locator("#one-canvas .pc button:visible, #one-canvas .pc summary").evaluate_all(
            "all => all.map((b) => [b.title || b.textContent, b.offsetWidth, b.offsetHeight])"
        )
        assert len(sizes) > 15 and [s for s in sizes if min(s[1:]) < 44] == []
        hand.do("everything")
        page.wait_for_selector("#one-canvas .pc-list:not([hidden])")
        rows = page.locator("#one-canvas .pc-row").evaluate_all("all => all.map((row) => row.offsetHeight)")
        assert len(rows) == 3 and min(rows) >= 44
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("words", ["", "cup, dog"])
def test_a_reload_keeps_marks_choice_words_and_view(browser: Any, address: str, words: str) -> None:
    with new_page(browser, address, width=1000, height=1300) as page:
        hand = Hand(page)
        if words:
            hand.name(words)
            page.locator("#one-canvas [data-tick='1']").uncheck()
        else:
            hand.click(450, 300)
            page.locator("#one-canvas .pc-pick").nth(2).click()
        page.click("#one-canvas [data-look=cut]")
        hand.do("in")
        page.wait_for_selector("#one-canvas .is-zoomed")
        page.locator("#one-canvas .pc-stage").scroll_into_view_if_needed()
        hand.stand_still()
        before, seen = hand.prompts(), page.locator("#one-canvas .pc-plane").get_attribute("style")
        page.reload()
        hand = Hand(page)
        page.wait_for_selector("#one-canvas .has-mask")
        hand.settled()
        assert hand.prompts() == before and choice_of(before) is not None
        assert page.locator("#one-canvas [data-look=cut][aria-pressed=true]").count() == 1
        assert page.input_value("#one-text textarea, #one-text input") == words
        assert page.locator("#one-canvas .pc-plane").get_attribute("style") == seen


def test_a_reload_keeps_the_object_at_work_and_the_threshold(browser: Any, address: str) -> None:
    with new_page(browser, address, width=1000, height=1300) as page:
        hand = Hand(page)
        hand.click(300, 300)
        hand.do("fresh")
        hand.click(700, 300)
        page.wait_for_timeout(500)
        page.reload()
        hand = Hand(page)
        page.wait_for_selector("#one-canvas .has-mask")
        chosen = page.locator("#one-canvas .pc-chip[aria-pressed=true]")
        assert chosen.get_attribute("data-object") == "1"
        hand.name("cup, dog")
        page.locator("#one-canvas .pc-least input").fill("0.5")
        page.wait_for_timeout(500)
        page.reload()
        hand = Hand(page)
        page.wait_for_selector("#one-canvas .pc-list:not([hidden])")
        hand.settled()
        assert page.locator("#one-canvas .pc-least input").input_value() == "0.5"
        assert page.locator("#one-canvas .pc-count").inner_text() == "2 of 3 ticked"


def test_the_cut_out_shows_the_photo_inside_the_mask_only(hand: Hand) -> None:
    hand.click(450, 300)
    hand.page.click("#one-canvas [data-look=cut]")
    assert hand.alpha(450, 300) == 255 and hand.alpha(600, 300) == 0
    assert (
        hand.page.evaluate("getComputedStyle(document.querySelector('#one-canvas .pc-picture')).opacity")
        == "0"
    )
    hand.page.click("#one-canvas [data-look=line]")
    assert hand.alpha(450, 300) == 0 and max(hand.alpha(450 + r, 300) for r in range(36, 43)) > 200


def test_every_listed_key_does_something(hand: Hand) -> None:
    hand.click(450, 300)
    hand.page.locator("#one-canvas .pc-stage").focus()
    hand.page.keyboard.press("?")
    listed = " ".join(hand.page.locator("#one-canvas .pc-keys dt").all_inner_texts()).split()
    keys = [key for key in listed if len(key) == 1]
    assert len(keys) >= 22
    for key in keys:
        hand.page.locator("#one-canvas .pc-stage").focus()
        taken = hand.page.evaluate(
            """key => !document.querySelector('#one-canvas .pc-stage').dispatchEvent(
                new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}))""",
            key,
        )
        assert taken, key
