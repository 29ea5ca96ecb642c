"""Chromium for the tests of the page; skipped where there is none."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from apps.web.network import free_port
from tests.apps.web.page import FIRST_PORT, HOST

TIMEOUT_MS = 240_000  # how long anything may take on a machine that is busy with other things
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# 3D views are drawn by SwiftShader, as there is no graphics card; a whole page drawn by it would take fifteen
# times as long for each frame. And nothing is fetched behind our back.
FLAGS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-gpu-compositing",
    "--disable-gpu-rasterization",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium")


@contextmanager
def started_browser() -> Iterator[Browser]:
    """Run Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


def wait_drawn(page: Page, view: str) -> None:
    """Wait until a 3D view shows something: its middle has many colours, not only those of its backdrop."""
    stage = page.locator(f"{view} canvas")
    stage.wait_for()
    stage.scroll_into_view_if_needed()
    for _ in range(TIMEOUT_MS // 300):
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


def told(page: Page, wanted: Callable[[Any], bool]) -> Any:
    """Wait until Python has told JSON like this in the box "told", and return it."""
    value = None
    for _ in range(TIMEOUT_MS // 50):
        text = page.input_value("#told textarea, #told input")
        value = json.loads(text) if text else None
        if text and wanted(value):
            return value
        page.wait_for_timeout(50)
    raise AssertionError(f"Python told {value}")


@contextmanager
def launched(page: gr.Blocks, **settings: Any) -> Iterator[str]:
    """Serve a page; gives its address."""
    port = free_port(HOST, FIRST_PORT)
    # Gradio waits no longer than three seconds for its own page: too short on a busy machine.
    quiet = {"prevent_thread_lock": True, "quiet": True, "ssr_mode": False, "_frontend": False}
    page.launch(server_name=HOST, server_port=port, **quiet, **settings)
    try:
        yield f"http://{HOST}:{port}"
    finally:
        page.close(verbose=False)


@contextmanager
def new_page(
    browser: Browser,
    address: str,
    *,
    width: int,
    height: int,
    phone: bool = False,
    dark: bool = False,
    script: str = "",
) -> Iterator[Page]:
    """Open a page; fails at the end when a script of it failed or it asked another host for anything.

    Pages share what the browser has read and compiled of Gradio, and nothing that a page keeps.

    Args:
        script: Runs in the page before its own scripts.
    """
    page, wrong = _context(browser, phone=phone).new_page(), []
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
    page.set_default_timeout(TIMEOUT_MS)
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    inside = ("data:", "blob:", address)
    page.on("request", lambda r: None if r.url.startswith(inside) else wrong.append(f"asked {r.url}"))
    kept = {"origin": address, "storageTypes": "cookies,local_storage,indexeddb,service_workers"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", kept)
    page.add_init_script(script)
    page.goto(address)
    try:
        yield page
    finally:
        page.close()
    assert wrong == []


@cache
def _context(browser: Browser, *, phone: bool) -> BrowserContext:
    """Return the context of all phones, or of all other screens."""
    return browser.new_context(has_touch=phone, is_mobile=phone)
