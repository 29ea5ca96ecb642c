"""The whole page in a real browser: one click runs the example, Cancel stops it, errors leave it alive."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PIL import Image

from apps import task as task_module
from apps.task import Outcome, Work
from shared.errors import InputError
from shared.masks import Masks
from shared.media import Image as Picture
from shared.prompts import Text
from shared.registry import Chosen, engines
from shared.segment import Segmentation
from tests.apps.web.page import served
from tests.e2e.browser import needs_browser, new_page

pytestmark = [pytest.mark.slow, pytest.mark.oracle, needs_browser, pytest.mark.filterwarnings("ignore")]


def halve(work: Work) -> Outcome:
    """Stand in for a separation: quick, and long enough to be cancelled when "forever" is asked for."""
    if work.recipe.prompts == (Text("fail"),):
        raise InputError("The <b>wish</b> cannot be met.", "Wish for something else.")
    while work.recipe.prompts == (Text("forever"),):
        work.progress.step(0.4, "wait for ever")
        time.sleep(0.02)
    samples = np.concatenate(list(work.media.blocks(1 << 16)), axis=1).T / 2
    for name in ("target", "residual"):
        soundfile.write(work.folder / f"{name}.wav", samples, work.media.sample_rate_hz)
    spec = engines("sam_audio.engines")[-1]
    return Outcome((Chosen(spec, "stands in"),), ("<i>halved</i>",), {})


def left_half(work: Work) -> Outcome:
    """Stand in for a segmentation: the left half of the picture."""
    found = left_half_at_once(work.media, work.recipe.prompts)
    Image.fromarray(found.masks.masks[0]).save(work.folder / "mask_000.png")
    facts = [{"object_id": 0, "label": "", "score": 1.0}]
    return Outcome(found.engines, (), {"masks": facts})


def left_half_at_once(image: Picture, *_: Any, **__: Any) -> Segmentation:
    """Stand in for the answer to a click."""
    mask = np.zeros((1, image.height, image.width), bool)
    mask[:, :, : image.width // 2] = True
    return Segmentation(Masks(mask, (1.0,), ("",)), Chosen(engines("shared.engines")[-1], "stands in"))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    known = task_module.tasks()
    stands = {"separate": halve, "segment": left_half}
    kinds = tuple(replace(kind, run=stands.get(name, kind.run)) for name, kind in known.items())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(task_module, "tasks", lambda: {kind.name: kind for kind in kinds})
        patch.setattr("apps.live.segment", left_half_at_once)
        with served(tmp_path_factory.mktemp("page")) as address:
            yield address


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    with new_page(browser, address, width=1280, height=1000) as page:
        page.wait_for_selector("#audio-run")
        yield page


def wish(page: Any, words: str) -> None:
    page.fill("#audio-text textarea, #audio-text input", words)
    page.click("#audio-run")


def test_one_click_on_the_example_gives_players_files_a_zip_and_a_mix(page: Any) -> None:
    page.click("#audio-run")
    page.wait_for_selector("#audio-files .fl-list a")
    assert page.locator("#audio-player .mx-name b").all_inner_texts() == [
        "Original",
        "Target",
        "Everything else",
    ]
    assert "halved" in page.inner_text("#audio-made-by") and page.locator("#audio-made-by i").count() == 0
    names = page.locator("#audio-files .fl-list a").all_inner_texts()
    assert names == ["residual.wav", "target.wav", "manifest.json"]
    with page.expect_download() as download:
        page.click("#audio-files .fl-all")
    assert download.value.suggested_filename == "result.zip"
    assert Path(download.value.path()).read_bytes()[:2] == b"PK"
    page.click("button:has-text('Repeat this run')")
    page.wait_for_selector("text=segstudio audio separate podcast_in_rain.flac")
    the_mixer_plays_what_was_asked_for_and_fetches_a_mix(page)


def the_mixer_plays_what_was_asked_for_and_fetches_a_mix(page: Any) -> None:
    page.wait_for_selector("#audio-player .mx-row.heard")
    assert page.locator("#audio-player .mx-row.heard .mx-name b").all_inner_texts() == ["Target"]
    page.click("#audio-player .mx-play")
    page.wait_for_function(
        "document.querySelector('#audio-player .mx-time b').textContent.startsWith('0:01')"
    )
    page.click("#audio-player .mx-play")
    assert page.locator("#audio-player .playing").count() == 0
    with page.expect_download() as download:
        page.click("#audio-player .mx-down")
    assert download.value.suggested_filename == "mix.wav"  # the stand-in names no song
    mix, rate_hz = soundfile.read(download.value.path(), dtype="float32")
    assert np.abs(mix).max() > 0.01 and rate_hz >= 16_000


def test_after_cancel_and_after_an_error_the_page_goes_on(page: Any) -> None:
    wish(page, "forever")
    page.wait_for_selector("#audio-progress [role=progressbar] >> text=Wait for ever")
    page.click("#audio-cancel")
    page.wait_for_selector("text=Cancelled; nothing was kept.")
    page.wait_for_selector("#audio-run:not([disabled])")
    wish(page, "fail")
    page.wait_for_selector("#audio-progress .run-note.wrong")
    told = page.inner_text("#audio-progress")
    assert "The <b>wish</b> cannot be met. Wish for something else." in told
    page.wait_for_selector(".toast-title.error")
    heading = "getComputedStyle(document.querySelector('.toast-title.error'), '::before').content"
    assert page.evaluate(heading) == '"That did not work"'
    wish(page, "speech")
    page.wait_for_selector("#audio-files .fl-list a")


def test_an_effect_is_added_from_its_declaration(page: Any) -> None:
    page.select_option("#audio-effects select", "reverb")
    page.wait_for_selector("#audio-effects li:has-text('Reverb') input[type=range]")
    page.click("#audio-run")
    page.wait_for_selector("#audio-files .fl-list a")
    page.click("button:has-text('Repeat this run')")
    page.wait_for_selector("text=--effect")


def test_the_tempo_is_told_until_another_recording_is_opened(page: Any) -> None:
    page.get_by_text("A song", exact=True).first.click()
    page.wait_for_selector("#audio-board >> text=song.flac")
    page.click("#audio-music")
    page.wait_for_selector("#audio-music-told >> text=D major, else B minor")
    assert re.search(r"\b(99\.\d|100(\.\d)?) beats a minute", page.inner_text("#audio-music-told"))
    page.get_by_text("A bird in traffic", exact=True).first.click()
    page.wait_for_selector("#audio-music-told", state="hidden")


def test_the_example_has_its_mask_at_once_and_engines_that_are_missing_cannot_be_chosen(page: Any) -> None:
    page.get_by_role("tab", name="3D object").click()
    page.wait_for_selector("#object-canvas .has-mask")
    assert "(" in page.inner_text("#object-canvas .pc-note")
    page.click("#object-only-masks")
    page.wait_for_selector("#object-files .fl-list a:has-text('mask_000.png')")
    page.click("#object-masks summary")
    missing = page.locator("#object-masks .eg-row.missing")
    assert missing.count() >= 1
    assert missing.locator("input:not([disabled])").count() == 0
    assert page.locator("#object-masks .eg-reason").first.inner_text().strip()


@pytest.mark.parametrize("dark", [False, True])
def test_a_phone_shows_every_tab_without_sideways_scrolling_and_goes_to_the_result(
    browser: Any, address: str, dark: bool
) -> None:
    with new_page(browser, address, width=390, height=844, phone=True, dark=dark) as page:
        page.wait_for_selector("#audio-run")
        for name in ("3D object", "Body", "Audio"):
            page.get_by_role("tab", name=name).tap()
            page.wait_for_timeout(300)
            assert page.evaluate("document.documentElement.scrollWidth") == 390, name
        assert page.evaluate("document.body.classList.contains('dark')") is dark
        page.tap("#audio-run")
        page.wait_for_selector("#audio-files .fl-list a", state="attached")
        page.wait_for_function("document.querySelector('#audio-made-by').getBoundingClientRect().top < 300")
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_switch_changes_light_and_dark_and_is_kept(page: Any) -> None:
    page.click(".hd-theme")
    assert page.evaluate("document.body.classList.contains('dark')")
    page.reload()
    page.wait_for_selector("#audio-run")
    page.wait_for_function("document.body.classList.contains('dark')")
