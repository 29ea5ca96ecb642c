"""Our own 3D view in a real browser: it draws what moves, poses a rig, and says what it cannot show."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from apps.web import media_view
from apps.web.stage import Stage, shown_by_three
from shared.exporting import export
from tests.contracts.samples import motion, reconstruction
from tests.e2e.browser import launched, needs_browser, new_page
from tests.sam_body.conftest import strong_body

needs_three = pytest.mark.skipif(not shown_by_three(), reason="three.js is not installed")
pytestmark = [
    *(pytest.mark.slow, pytest.mark.oracle, needs_browser, needs_three),
    pytest.mark.filterwarnings("ignore"),
]
VIEW = "#stage .sg"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("stage")
    made = {
        "body": export(strong_body("game_engine"), folder / "body.glb", package="sam_body.export"),
        "motion": export(motion(), folder / "motion.glb", package="sam_body.export"),
        "thing": export(reconstruction(), folder / "thing.glb", package="sam_3d.export"),
        "again": folder / "again.glb",
        "broken": folder / "broken.glb",
    }
    made["again"].write_bytes(made["body"].read_bytes())
    made["broken"].write_bytes(b"glTF but no more")
    return made


@pytest.fixture(scope="module")
def address(files: dict[str, Path]) -> Iterator[str]:
    with gr.Blocks() as page:
        which = gr.Radio([*files, "none"], elem_id="which")
        view = media_view.model("A body", "stage", 300)
        which.input(
            lambda name: media_view.model_update(files.get(name)), which, view, show_progress="hidden"
        )
    with launched(page, allowed_paths=[str(files["body"].parent)]) as address:
        yield address


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Page]:
    with new_page(browser, address, width=375, height=900, phone=True) as page:
        yield page


def show(page: Page, name: str, state: str = "shown") -> None:
    page.click(f"#which label:has-text('{name}')")
    page.wait_for_selector(f"{VIEW}[data-state={state}]", state="attached")
    page.wait_for_timeout(300)


def said(page: Page, what: str) -> float:
    return float(page.get_attribute(VIEW, f"data-{what}") or 0)


def picture(page: Page) -> np.ndarray:
    page.wait_for_timeout(200)
    return np.asarray(Image.open(BytesIO(page.locator("#stage canvas").screenshot())).convert("RGB")).astype(
        int
    )


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """Return the share of pixels that differ clearly."""
    return float((np.abs(one - other).max(axis=2) > 24).mean())


def turn(page: Page, name: str) -> None:
    page.click(f"#stage [data-turns={name}]")


def test_nothing_is_drawn_while_nothing_moves(page: Page) -> None:
    show(page, "body")
    drawn = said(page, "frames")
    assert drawn > 0 and page.evaluate("document.documentElement.scrollWidth") == 375
    page.wait_for_timeout(1000)
    assert said(page, "frames") == drawn
    turn(page, "turning")
    page.wait_for_timeout(1000)
    assert said(page, "frames") > drawn + 2


def test_a_body_is_at_rest_where_its_clip_begins_and_fitted_where_it_ends(page: Page) -> None:
    show(page, "body")
    page.click("#stage [data-from=front]")
    fitted = picture(page)
    turn(page, "rest")
    rest = picture(page)
    assert apart(rest, fitted) > 0.01
    turn(page, "rest")
    assert apart(picture(page), fitted) < 0.001
    page.fill("#stage .sg-scrub", "0")
    assert said(page, "at") == 0 and apart(picture(page), rest) < 0.001


def test_bones_wires_sides_and_keys_change_what_is_seen(page: Page) -> None:
    show(page, "body")
    seen = [picture(page)]
    for act in ("bones", "wires"):
        turn(page, act)
        seen.append(picture(page))
    page.click("#stage [data-from=top]")
    seen.append(picture(page))
    page.focus("#stage canvas")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("+")
    seen.append(picture(page))
    assert min(apart(a, b) for a, b in zip(seen, seen[1:], strict=False)) > 0.005
    low = [button.bounding_box() for button in page.locator("#stage button:visible").all()]
    assert min(box["height"] for box in low if box) >= 44


def test_another_body_is_seen_from_where_the_last_one_was(page: Page) -> None:
    show(page, "body")
    corner = picture(page)
    page.click("#stage [data-from=top]")
    top = picture(page)
    show(page, "again")
    assert apart(picture(page), top) < 0.001 < apart(corner, top)


def test_a_motion_plays_at_the_speed_chosen_and_stops(page: Page) -> None:
    show(page, "motion")
    page.select_option("#stage .sg-speed", "0.25")
    page.click("#stage .sg-play")
    page.wait_for_function(f"Number(document.querySelector('{VIEW}').dataset.at) > 0")
    page.click("#stage .sg-play")
    stopped = said(page, "at")
    page.wait_for_timeout(500)
    assert said(page, "at") == stopped


def test_a_thing_without_bones_has_no_controls_of_a_rig_and_a_broken_file_is_told(page: Page) -> None:
    show(page, "body")
    show(page, "thing")
    page.wait_for_selector("#stage [data-turns=rest]", state="hidden")
    assert page.is_hidden("#stage .sg-time") and picture(page).std() > 5
    show(page, "broken", "failed")
    assert "could not be shown" in page.inner_text("#stage .sg-note")
    show(page, "none", "empty")
    assert page.is_hidden(VIEW)


def test_a_file_in_a_view_is_known_again(files: dict[str, Path]) -> None:
    view = Stage(title="A body", height=300)
    assert view.api_info() == {"type": "object"}
    update = media_view.model_update(files["body"])
    assert media_view.model_shown(update["value"]) == files["body"]
