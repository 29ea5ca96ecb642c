"""Chromium for the tests of the page; skipped where there is none."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.apps.web.event_loops import closed_event_loops

__all__ = [
    "browser",
    "click_picture",
    "closed_event_loops",
    "downloaded",
    "needs_browser",
    "new_page",
    "unfold",
    "wait_drawn",
]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Software WebGL, so that 3D views draw without a graphics card; and nothing is fetched behind our back.
FLAGS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a module."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


def wait_drawn(page: Page, view: str) -> None:
    """Wait until a 3D view shows something: its middle has many colours, not only those of its backdrop."""
    stage = page.locator(f"{view} canvas")
    stage.wait_for()
    stage.scroll_into_view_if_needed()
    for _ in range(200):
        pixels = np.asarray(Image.open(BytesIO(stage.screenshot())).convert("RGB"))
        high, wide = pixels.shape[:2]
        middle = pixels[high // 3 : -high // 3, wide // 3 : -wide // 3].astype(int)
        if np.ptp(middle, axis=1).max() > 24:  # the backdrop changes from top to bottom alone
            return
        page.wait_for_timeout(300)
    raise AssertionError(f"{view} stays empty")


def unfold(page: Page, part: str) -> None:
    """Open a folded part of the page, given its element's id."""
    page.click(f"#{part} > button.label-wrap")
    page.wait_for_timeout(1500)  # Gradio draws what is folded only now, and fills it in once more


def downloaded(page: Page, files: str, name: str) -> bytes:
    """Download a file from the list of files with this element's id, and return its bytes."""
    with page.expect_download() as started:
        page.click(f"#{files} .fl-list a:has-text('{name}')")
    return Path(started.value.path()).read_bytes()


def click_picture(page: Page, canvas: str, x: float, y: float) -> None:
    """Click on the picture of a canvas, given its element's id, at shares of its width and height."""
    picture = page.locator(f"#{canvas} .pc-picture")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])


@contextmanager
def new_page(
    browser: Any, address: str, *, width: int, height: int, phone: bool = False, dark: bool = False
) -> Iterator[Page]:
    """Open a page; fails at the end when a script of it failed or it asked another host for anything."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=phone,
        is_mobile=phone,
        color_scheme="dark" if dark else "light",
    )
    page, wrong = context.new_page(), []
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    inside = ("data:", "blob:", address)
    page.on("request", lambda r: None if r.url.startswith(inside) else wrong.append(f"asked {r.url}"))
    page.goto(address)
    yield page
    context.close()
    assert wrong == []
