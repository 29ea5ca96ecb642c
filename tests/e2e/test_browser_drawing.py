"""The audio tab in a real browser, with its real engines: a drawn box separates; a session comes back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Page

from apps.cli import main
from sam_audio.axes import to_unit
from tests.apps.web.page import served
from tests.e2e.browser import needs_browser, new_page

pytestmark = [pytest.mark.slow, pytest.mark.oracle, needs_browser, pytest.mark.filterwarnings("ignore")]
RATE_HZ, LENGTH_S = 16_000, 4.0


@pytest.fixture(scope="module")
def tones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two tones all the time, in noise."""
    time_s = np.arange(int(LENGTH_S * RATE_HZ)) / RATE_HZ
    samples = 0.2 * np.sin(2 * np.pi * 500 * time_s) + 0.2 * np.sin(2 * np.pi * 3000 * time_s)
    path = tmp_path_factory.mktemp("tones") / "tones.wav"
    soundfile.write(path, samples + 0.01 * np.random.default_rng(0).standard_normal(len(time_s)), RATE_HZ)
    return path


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("page")) as address:
        yield address


def opened(page: Page, path: Path) -> None:
    page.wait_for_selector("#audio-board .sb-file", state="attached")
    page.set_input_files("#audio-board .sb-file", path)
    page.wait_for_function(
        "document.querySelector('#audio-board .sb-note').textContent.startsWith('tones.wav')"
    )
    page.wait_for_function("document.querySelector('#audio-board .sb-picture').naturalWidth > 0")


def draw(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw from seconds and hertz to seconds and hertz, on the mel axis."""
    box = page.locator("#audio-board .sb-spec").bounding_box()
    assert box

    def at(time_s: float, hz: float) -> tuple[float, float]:
        up = to_unit(hz, "mel", RATE_HZ / 2)
        return box["x"] + time_s / LENGTH_S * box["width"], box["y"] + (1 - up) * box["height"]

    page.mouse.move(*at(*start))
    page.mouse.down()
    page.mouse.move(*at(*end), steps=3)
    page.mouse.up()
    page.wait_for_selector("#audio-board .mark")


def separated(page: Page, folder: Path) -> tuple[np.ndarray, dict]:
    page.click("#audio-run")
    page.wait_for_selector("#audio-files .fl-list a:has-text('manifest.json')", timeout=120_000)
    found = {}
    for name in ("target.wav", "manifest.json"):
        with page.expect_download() as download:
            page.click(f"#audio-files .fl-list a:has-text('{name}')")
        download.value.save_as(folder / name)
        found[name] = folder / name
    return soundfile.read(found["target.wav"])[0], json.loads(found["manifest.json"].read_text("utf8"))


def share(samples: np.ndarray, low_hz: float, high_hz: float) -> float:
    """Part of the energy between two frequencies."""
    power, hz = np.abs(np.fft.rfft(samples)) ** 2, np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    return float(power[(hz >= low_hz) & (hz <= high_hz)].sum() / power.sum())


def test_a_drawn_box_alone_separates_and_its_session_comes_back(
    browser: Any, address: str, tones: Path, tmp_path: Path
) -> None:
    with new_page(browser, address, width=1280, height=1000) as page:
        opened(page, tones)
        page.fill("#audio-text textarea, #audio-text input", "")
        draw(page, (1.0, 4000), (3.0, 2200))
        target, manifest = separated(page, tmp_path)
        (band,) = manifest["recipe"]["prompts"]
        assert band["kind"] == "band" and band["start_s"] == pytest.approx(1, abs=0.02)
        assert share(target, 2200, 4000) > 0.99
        inside = target[int(0.97 * RATE_HZ) : int(3.03 * RATE_HZ)]
        assert np.square(inside).sum() > 0.999 * np.square(target).sum()

        page.fill("#audio-not textarea, #audio-not input", "rain, music")
        page.click("#audio-board [data-act=log]")
        page.wait_for_selector("#audio-board [data-act=log][aria-pressed=true]")
        page.wait_for_timeout(800)
        with page.expect_download() as download:
            page.click("#audio-session .sn-save")
        file = tmp_path / "session.json"
        download.value.save_as(file)
    saved = json.loads(file.read_text("utf8"))
    assert saved["recipe"]["input"]["file"] == "tones.wav" and len(file.read_bytes()) < 5000
    assert saved["view"]["axis"] == "log" and saved["mixer"]["target"]["solo"] is True
    assert [p["kind"] for p in saved["recipe"]["prompts"]] == ["not_text", "not_text", "band"]
    _comes_back(browser, address, tones, file, band)
    _runs_from_the_command_line(saved, tones, tmp_path, target)


def _comes_back(browser: Any, address: str, tones: Path, file: Path, band: dict) -> None:
    with new_page(browser, address, width=1280, height=1000) as page:
        page.wait_for_selector("#audio-session .sn-file", state="attached")
        page.set_input_files("#audio-session .sn-file", file)
        page.wait_for_selector("#audio-board .sb-note >> text=This session wants tones.wav")
        assert page.input_value("#audio-not textarea, #audio-not input") == "rain, music"
        opened(page, tones)
        page.wait_for_selector("#audio-board .mark.band.keep")
        page.wait_for_selector("#audio-board [data-act=log][aria-pressed=true]")
        values = [float(v.input_value()) for v in page.locator("#audio-board .sb-fields input").all()]
        assert values == [band[name] for name in ("start_s", "end_s", "low_hz", "high_hz")]


def _runs_from_the_command_line(saved: dict, tones: Path, folder: Path, target: np.ndarray) -> None:
    saved["recipe"]["prompts"] = [p for p in saved["recipe"]["prompts"] if p["kind"] == "band"]
    (folder / "again.json").write_text(json.dumps(saved), "utf8")
    out = folder / "out"
    assert main(["run", str(folder / "again.json"), "--input", str(tones), "--out", str(out)]) == 0
    assert np.abs(soundfile.read(out / "target.wav")[0] - target).max() < 1e-6


def test_nothing_said_is_told_and_another_file_for_a_session_is_noticed(
    browser: Any, address: str, tones: Path, tmp_path: Path
) -> None:
    other = tmp_path / "tones.wav"
    soundfile.write(other, np.zeros(RATE_HZ) + 0.01, RATE_HZ)
    recipe = {"task": "separate", "input": {"file": "tones.wav", "sha256": "0" * 64}, "prompts": []}
    (tmp_path / "s.json").write_text(json.dumps({"session": 1, "recipe": recipe}), "utf8")
    with new_page(browser, address, width=1280, height=1000) as page:
        page.wait_for_selector("#audio-board .sb-file", state="attached")
        page.fill("#audio-text textarea, #audio-text input", "")
        page.click("#audio-run")
        page.wait_for_selector("#audio-progress .run-note.wrong >> text=draw a box")
        page.set_input_files("#audio-session .sn-file", tmp_path / "s.json")
        page.wait_for_selector("#audio-board .sb-note >> text=This session wants tones.wav")
        page.set_input_files("#audio-board .sb-file", other)
        page.wait_for_selector("#audio-board .is-wrong >> text=its sha256 differs")


def test_the_drawn_example_comes_with_its_box(browser: Any, address: str) -> None:
    with new_page(browser, address, width=1280, height=1000) as page:
        page.wait_for_selector("#audio-tries button")
        page.click("#audio-tries button:has-text('A bird in traffic')")
        page.wait_for_selector("#audio-board .mark.band.keep")
        assert page.input_value("#audio-text textarea, #audio-text input") == ""
        page.wait_for_selector("#audio-pan", state="hidden")
        page.click("#audio-tries button:has-text('A voice over a known song')")
        page.wait_for_selector("#audio-references .rf-name >> text=song.flac")
        page.click("#audio-tries button:has-text('A voice in the rain')")
        page.wait_for_selector("#audio-pan", state="visible")
        assert page.locator("#audio-references .rf-name").count() == 0
