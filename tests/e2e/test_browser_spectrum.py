"""The drawing board in a real browser: what a hand draws is, in seconds and hertz, what Python gets."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest
import soundfile
from playwright.sync_api import Page

from apps.web import sound_board
from apps.web.sound_view import overview
from sam_audio.axes import Axis, to_hz, to_unit
from tests.e2e.browser import launched, needs_browser, new_page, told

pytestmark = [pytest.mark.slow, pytest.mark.oracle, needs_browser, pytest.mark.filterwarnings("ignore")]
RATE_HZ, LONG_S = 32_000, 8.0
TOP_HZ = RATE_HZ / 2


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A stereo sound with a tone in its middle, and a sensor's table without times."""
    folder = tmp_path_factory.mktemp("sounds")
    time_s = np.arange(int(LONG_S * RATE_HZ)) / RATE_HZ
    tone = 0.3 * np.sin(2 * np.pi * 3000 * time_s) * ((time_s > 3) & (time_s < 5))
    hiss = 0.02 * np.random.default_rng(0).standard_normal(len(time_s))
    soundfile.write(folder / "tone.wav", np.stack([tone + hiss, hiss], axis=1), RATE_HZ)
    rows = "\n".join(f"{np.sin(n / 3):.4f}" for n in range(600))
    (folder / "sensor.csv").write_text(f"wind\n{rows}\n")
    return {"tone": folder / "tone.wav", "sensor": folder / "sensor.csv"}


@pytest.fixture(scope="module")
def address(sounds: dict[str, Path]) -> Iterator[str]:
    overview(sounds["tone"], "mel")  # imports what measures sound, before the clock of a test runs
    with gr.Blocks() as page, gr.Tabs():
        with gr.Tab("one"):
            parts = sound_board.render(None, [], name="audio")
            told = gr.Textbox(elem_id="told")
        with gr.Tab("two"):
            gr.Markdown("elsewhere")
        sound_board.listen(parts, sound_board.render_microphone(), [], lambda info: [])
        parts.board.input(json.dumps, parts.board, told, show_progress="hidden", trigger_mode="always_last")
        gr.Button("set", elem_id="set").click(
            lambda: [{"kind": "span", "start_s": 1, "end_s": 2.5, "keep": False}], None, parts.board
        )
    with launched(page) as address:
        yield address


class Hand:
    """Points at seconds and hertz on the screen and reads what Python was told."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.stage = page.locator("#audio-board .sb-stage")
        self.axis: Axis = "mel"
        self.shown = (0.0, LONG_S)

    def box(self) -> dict[str, float]:
        found = self.page.locator("#audio-board .sb-spec").bounding_box()
        assert found
        return dict(found)

    def at(self, time_s: float, hz: float) -> tuple[float, float]:
        box, (start, end) = self.box(), self.shown
        across = (time_s - start) / (end - start)
        return box["x"] + across * box["width"], box["y"] + (1 - to_unit(hz, self.axis, TOP_HZ)) * box[
            "height"
        ]

    def seconds(self) -> float:
        """What one pixel of the screen covers."""
        return (self.shown[1] - self.shown[0]) / self.box()["width"]

    def near_hz(self, found: float, wanted: float) -> None:
        """A hand is exact to one pixel of the screen, which covers other hertz at each height and axis."""
        unit, pixel = to_unit(wanted, self.axis, TOP_HZ), 1.2 / self.box()["height"]
        low, high = (
            to_hz(max(unit - pixel, 0), self.axis, TOP_HZ),
            to_hz(min(unit + pixel, 1), self.axis, TOP_HZ),
        )
        assert low <= found <= high, (low, found, high)

    def drag(self, start: tuple[float, float], end: tuple[float, float], **how: Any) -> None:
        mouse = self.page.mouse
        mouse.move(*self.at(*start))
        mouse.down(**how)
        mouse.move(*(np.add(self.at(*start), self.at(*end)) / 2).tolist())
        mouse.move(*self.at(*end))
        mouse.up(**how)

    def do(self, act: str) -> None:
        self.page.click(f"#audio-board [data-act={act}]:visible")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def told(self, wanted: Callable[[list[dict]], bool]) -> list[dict]:
        """Wait until Python was told prompts like these."""
        return told(self.page, wanted)


def opened(page: Page, path: Path) -> Hand:
    page.wait_for_selector("#audio-board .sb")
    page.set_input_files("#audio-board .sb-file", path)
    page.wait_for_function("document.querySelector('#audio-board .sb-picture').naturalWidth > 0")
    return Hand(page)


@pytest.fixture
def hand(browser: Any, address: str, sounds: dict[str, Path]) -> Iterator[Hand]:
    with new_page(browser, address, width=1100, height=1000) as page:
        yield opened(page, sounds["tone"])


def kinds(*wanted: str) -> Callable[[list[dict]], bool]:
    return lambda value: [prompt["kind"] for prompt in value] == list(wanted)


@pytest.mark.parametrize("axis", ["mel", "linear", "log"])
def test_a_drawn_box_is_in_the_seconds_and_hertz_of_the_axis(hand: Hand, axis: Axis) -> None:
    if axis != "mel":
        hand.do(axis)
        hand.page.wait_for_selector(f"#audio-board [data-act={axis}][aria-pressed=true]")
    hand.axis = axis
    hand.drag((3.0, 4000), (5.0, 1500))
    (box,) = hand.told(kinds("band"))
    assert (box["start_s"], box["end_s"]) == pytest.approx((3, 5), abs=1.2 * hand.seconds())
    hand.near_hz(box["low_hz"], 1500)
    hand.near_hz(box["high_hz"], 4000)
    assert box["keep"] is True


def test_the_picture_is_drawn_on_the_same_axis_as_the_marks(hand: Hand) -> None:
    """The bright line of the 3 kHz tone lies where the board's own formula puts 3 kHz."""
    for axis in ("mel", "log", "linear"):
        hand.do(axis)
        hand.page.wait_for_selector(f"#audio-board [data-act={axis}][aria-pressed=true]")
        hand.page.wait_for_timeout(300)
        brightest = hand.page.evaluate(
            """async () => { const image = document.querySelector('#audio-board .sb-picture');
            await image.decode(); const canvas = document.createElement('canvas');
            canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
            const pen = canvas.getContext('2d'); pen.drawImage(image, 0, 0);
            const column = pen.getImageData(Math.floor(canvas.width / 2), 0, 1, canvas.height).data;
            let best = 0; for (let y = 0; y < canvas.height; y++)
              if (column[4 * y] + column[4 * y + 1] > column[4 * best] + column[4 * best + 1]) best = y;
            return 1 - (best + 0.5) / canvas.height; }"""
        )
        assert brightest == pytest.approx(to_unit(3000, axis, TOP_HZ), abs=0.012), axis


def test_a_change_of_axis_leaves_the_marks_as_they_are(hand: Hand) -> None:
    hand.drag((1.0, 6000), (2.0, 800))
    (before,) = hand.told(kinds("band"))
    for axis in ("log", "linear"):
        hand.do(axis)
        hand.page.wait_for_selector(f"#audio-board [data-act={axis}][aria-pressed=true]")
        edge = hand.page.locator("#audio-board .mark .edge").bounding_box()
        hand.axis = axis
        assert edge and edge["y"] == pytest.approx(hand.at(1, before["high_hz"])[1], abs=3)
    hand.do("time")
    hand.drag((6, 3000), (7, 3000))
    after, _ = hand.told(kinds("band", "span"))
    assert after == before


def test_every_tool_makes_its_own_kind_with_its_sign(hand: Hand) -> None:
    hand.drag((0.3, 5000), (0.8, 2000), button="right")
    for act, start in (("time", 1.0), ("like", 2.0), ("noise", 6.0)):
        hand.do(act)
        hand.drag((start, 3000), (start + 0.5, 1000))
    hand.do("like")
    hand.do("drop")
    hand.drag((4.0, 3000), (4.5, 1000))
    band, span, like, noise, unlike = hand.told(kinds("band", "span", "example", "noise", "example"))
    assert [mark["keep"] for mark in (band, span, like, unlike)] == [False, True, True, False]
    assert "keep" not in noise and noise["start_s"] == pytest.approx(6.0, abs=1.2 * hand.seconds())
    assert hand.page.locator("#audio-board .sb-list li").count() == 5
    assert hand.page.locator("#audio-board .sb-legend li").count() == 5


def test_a_mark_is_moved_resized_nudged_deleted_and_taken_back(hand: Hand) -> None:
    hand.drag((2.0, 4000), (3.0, 2000))
    (box,) = hand.told(kinds("band"))
    hand.drag((3.0, 2000), (4.0, 1000))
    (wide,) = hand.told(lambda v: kinds("band")(v) and v[0]["end_s"] > 3.5)
    assert (wide["start_s"], wide["high_hz"]) == (box["start_s"], box["high_hz"])
    hand.near_hz(wide["low_hz"], 1000)
    hand.drag((3.0, 2500), (4.0, 2500))
    (moved,) = hand.told(lambda v: v[0]["start_s"] > 2.5)
    assert moved["start_s"] - wide["start_s"] == pytest.approx(1, abs=2 * hand.seconds())
    hand.press("ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown")
    (nudged,) = hand.told(lambda v: v[0]["low_hz"] < moved["low_hz"])
    assert nudged["start_s"] - moved["start_s"] == pytest.approx(11 * hand.seconds(), rel=0.1)
    hand.press("Delete")
    hand.told(lambda v: v == [])
    hand.press("u")
    hand.told(lambda v: v == [nudged])
    hand.press("u", "u", "u", "u")
    hand.told(lambda v: v == [wide])
    hand.press("r")
    hand.told(lambda v: v == [moved])
    hand.do("clear")
    hand.told(lambda v: v == [])


def test_numbers_are_typed_and_wrong_ones_are_refused(hand: Hand) -> None:
    hand.stage.focus()
    hand.press("Enter")
    hand.told(kinds("band"))
    fields = hand.page.locator("#audio-board .sb-fields input")
    for place, value in enumerate(("1.25", "2.5", "440", "880")):
        fields.nth(place).fill(value)
        fields.nth(place).press("Tab")
    wanted = {"kind": "band", "start_s": 1.25, "end_s": 2.5, "low_hz": 440, "high_hz": 880, "keep": True}
    hand.told(lambda v: v == [wanted])
    fields.nth(1).fill("1")
    fields.nth(1).press("Enter")
    hand.page.wait_for_selector("#audio-board .is-wrong >> text=before it ends")
    assert fields.nth(1).input_value() == "2.5"
    hand.page.click("#audio-board .sb-turn")
    hand.told(lambda v: v == [{**wanted, "keep": False}])
    hand.page.click("#audio-board .sb-cross")
    hand.told(lambda v: v == [])


def test_the_view_zooms_and_marks_stay_exact(hand: Hand) -> None:
    x, y = hand.at(4.0, 3000)
    hand.page.mouse.move(x, y)
    hand.page.keyboard.down("Control")
    for _ in range(3):
        hand.page.mouse.wheel(0, -160)
    hand.page.keyboard.up("Control")
    hand.page.wait_for_function("document.querySelector('#audio-board .sb-detail').style.display == 'block'")
    hand.shown = (3.5, 4.5)
    hand.drag((3.75, 4000), (4.25, 2000))
    (box,) = hand.told(kinds("band"))
    assert (box["start_s"], box["end_s"]) == pytest.approx((3.75, 4.25), abs=2 * hand.seconds())
    hand.do("whole")
    hand.page.wait_for_selector("#audio-board .sb:not(.is-zoomed)")


def test_marks_stay_when_tabs_change_and_when_python_sets_them(hand: Hand) -> None:
    hand.drag((3.0, 4000), (5.0, 1500))
    hand.told(kinds("band"))
    hand.page.get_by_role("tab", name="two").click()
    hand.page.get_by_role("tab", name="one").click()
    assert hand.page.locator("#audio-board .mark").count() == 1
    hand.page.click("#set")
    hand.page.wait_for_selector("#audio-board .mark.span.drop .edge")
    assert hand.page.locator("#audio-board .mark").count() == 1


def test_the_recording_and_one_mark_of_it_are_played(hand: Hand) -> None:
    hand.drag((1.0, 4000), (1.5, 1500))
    hand.do("hear")
    hand.page.wait_for_selector("#audio-board .is-playing")
    hand.page.wait_for_selector("#audio-board .sb:not(.is-playing)")
    assert hand.page.inner_text("#audio-board .sb-time").startswith("1.5")


def test_a_table_of_a_sensor_asks_for_its_rate_and_then_scales_its_axes(
    browser: Any, address: str, sounds: dict[str, Path]
) -> None:
    with new_page(browser, address, width=1100, height=1000) as page:
        page.wait_for_selector("#audio-board .sb")
        assert page.locator("#audio-rate").count() == 0
        page.set_input_files("#audio-board .sb-file", sounds["sensor"])
        page.wait_for_selector("#audio-rate input")
        page.wait_for_selector("#audio-board .is-wrong")
        page.fill("#audio-rate input", "10")
        page.press("#audio-rate input", "Enter")
        page.wait_for_function("document.querySelector('#audio-board .sb-picture').naturalWidth > 0")
        hand = Hand(page)
        box = hand.box()
        page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 1)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.up()
        (mark,) = hand.told(kinds("band"))
        assert (mark["start_s"], mark["end_s"]) == pytest.approx((15, 30), abs=0.2)
        assert mark["low_hz"] == pytest.approx(to_hz(0.5, "mel", 5.0), abs=0.03) and mark["high_hz"] <= 5


def test_a_finger_draws_on_a_phone_and_every_target_is_large_enough(
    browser: Any, address: str, sounds: dict[str, Path]
) -> None:
    with new_page(browser, address, width=375, height=812, phone=True) as page:
        hand = opened(page, sounds["tone"])
        for act in (
            "box",
            "time",
            "like",
            "noise",
            "hand",
            "keep",
            "drop",
            "undo",
            "clear",
            "play",
            "in",
            "log",
        ):
            size = page.locator(f"#audio-board [data-act={act}]").bounding_box()
            assert size and min(size["width"], size["height"]) >= 44, act
        page.tap("#audio-board [data-act=box]")
        page.evaluate("document.querySelector('#audio-board .sb-stage').scrollIntoView()")
        for kind, point in (
            ("down", (3.0, 4000)),
            ("move", (4.0, 2500)),
            ("move", (5.0, 1500)),
            ("up", (5.0, 1500)),
        ):
            x, y = hand.at(*point)
            touch = {"pointerId": 3, "pointerType": "touch", "clientX": x, "clientY": y, "bubbles": True}
            hand.stage.dispatch_event(f"pointer{kind}", touch)
        (mark,) = hand.told(kinds("band"))
        assert (mark["start_s"], mark["end_s"]) == pytest.approx((3, 5), abs=1.5 * hand.seconds())
        assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_a_file_that_is_no_sound_is_told_below_the_board(browser: Any, address: str, tmp_path: Path) -> None:
    (tmp_path / "evil.wav").write_text("<script>alert(1)</script>")
    with new_page(browser, address, width=1000, height=900) as page:
        page.wait_for_selector("#audio-board .sb")
        page.set_input_files("#audio-board .sb-file", tmp_path / "evil.wav")
        page.wait_for_selector("#audio-board .is-wrong")
        told = page.inner_text("#audio-board .sb-note")
        assert told.startswith("evil.wav") and "/" not in told.partition("evil.wav")[0]
