"""The rack of effects in a real browser: presets, places in time, bypass and order reach Python."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr
import pytest
from playwright.sync_api import Page

from apps.task import task
from apps.web.step_rack import rack_for
from sam_audio.presets import preset
from tests.e2e.browser import launched, needs_browser, new_page, told

pytestmark = [pytest.mark.slow, pytest.mark.oracle, needs_browser, pytest.mark.filterwarnings("ignore")]
Chain = list[dict[str, Any]]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with gr.Blocks() as page:
        rack, told = rack_for(task("separate"), "Add an effect", name="rack"), gr.Textbox(elem_id="told")
        rack.input(json.dumps, rack, told, show_progress="hidden", trigger_mode="always_last")
    with launched(page) as address:
        yield address


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Page]:
    with new_page(browser, address, width=375, height=1600, phone=True) as page:
        page.wait_for_selector("#rack .rk-presets")
        yield page


def ids(*wanted: str) -> Callable[[Chain], bool]:
    return lambda chain: [step["id"] for step in chain] == list(wanted)


def act(page: Page, number: int, name: str) -> Any:
    return page.locator("#rack li").nth(number).locator(f"[data-act={name}]")


def test_a_preset_is_taken_and_taken_back(page: Page) -> None:
    page.select_option("#rack .rk-menu", "gain")
    told(page, ids("gain"))
    page.select_option("#rack .rk-presets", "giant")
    assert told(page, ids("pitch_shift", "formant", "eq", "reverb")) == list(preset("giant").steps)
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    page.click("#rack .rk-undo")
    told(page, ids("gain"))


def test_a_bypassed_step_stays_and_acts_where_it_is_placed(page: Page) -> None:
    page.select_option("#rack .rk-menu", "gain")
    act(page, 0, "bypass").click()
    told(page, lambda chain: chain[0].get("bypass") is True)
    act(page, 0, "bypass").click()
    act(page, 0, "when").click()
    edges = page.locator("#rack .rk-span input")
    edges.nth(1).fill("5")
    edges.nth(1).press("Tab")
    edges.nth(0).fill("3")
    edges.nth(0).press("Tab")
    act(page, 0, "span").click()
    (step,) = told(page, lambda chain: chain[0].get("spans") == [[3, 5], [6, 7]])
    assert "bypass" not in step
    edges.nth(0).fill("9")
    edges.nth(0).press("Tab")
    assert edges.nth(0).input_value() == "3"
    act(page, 0, "when").click()
    told(page, lambda chain: "spans" not in chain[0])


def test_steps_move_by_drag_and_by_keys_that_keep_the_focus(page: Page) -> None:
    for name in ("gain", "compressor", "delay"):
        page.select_option("#rack .rk-menu", name)
    told(page, ids("gain", "compressor", "delay"))
    grip, first = (page.locator("#rack .rk-grip").nth(number).bounding_box() for number in (2, 0))
    assert grip and first
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    for part in range(1, 11):
        page.mouse.move(grip["x"] + 8, grip["y"] + (first["y"] - grip["y"]) * part / 10)
    page.mouse.up()
    told(page, ids("delay", "gain", "compressor"))
    act(page, 0, "later").focus()
    page.keyboard.press("Enter")
    told(page, ids("gain", "delay", "compressor"))
    page.keyboard.press("Enter")
    told(page, ids("gain", "compressor", "delay"))
    assert page.evaluate("document.activeElement.dataset.act") == "earlier"


def test_frequencies_move_by_ratios_and_a_double_click_resets(page: Page) -> None:
    page.select_option("#rack .rk-menu", "lowpass")
    slider = page.locator("#rack li input[type=range]").first
    told(page, ids("lowpass"))
    before = told(page, bool)[0]
    slider.evaluate("(input) => { input.value = 500; input.dispatchEvent(new Event('change')); }")
    changed = told(page, lambda chain: chain != [before])[0]
    (name,) = [key for key in changed if changed[key] != before[key]]
    declared = {p["name"]: p for k in rack_kinds() if k["id"] == "lowpass" for p in k["parameters"]}
    low, high = declared[name]["low"], declared[name]["high"]
    assert changed[name] == pytest.approx((low * high) ** 0.5, rel=0.01)
    slider.dblclick()
    told(page, lambda chain: chain == [before])


def rack_kinds() -> list[dict[str, Any]]:
    return rack_for(task("separate"), "Add", name="rack").props["declarations"]
