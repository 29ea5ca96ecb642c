"""The stem mixer in a real browser: what plays is what Python mixes, from one clock, by hand and by keys."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest
import soundfile
from playwright.sync_api import Page

from apps.jobs.queue import JobQueue
from apps.storage.results import ResultStore
from apps.studio import Studio
from apps.web import mix_down
from apps.web.audio_result import mixer_of
from apps.web.mixer import Mixer
from sam_audio.levelling import Level
from sam_audio.mix_settings import settings_from_json
from sam_audio.mixing import mix_down as mixed
from shared.media import Waveform
from tests.apps.web.separations import RATE_HZ, SECONDS, separation, stems_of
from tests.e2e.browser import launched, needs_browser, new_page

pytestmark = [pytest.mark.slow, pytest.mark.oracle, needs_browser, pytest.mark.filterwarnings("ignore")]
STEMS, MONO = stems_of(), stems_of(1)
LEAD = round(0.03 * RATE_HZ)  # frames from the click to the first sample
FADED = round(0.005 * RATE_HZ) + 1
# Renders what would go to the loudspeaker, instead of playing it.
OFFLINE = """
window.AudioContext = function ({ sampleRate }) {
  const context = new OfflineAudioContext(2, 5 * sampleRate, sampleRate);
  context.resume = async () => {};
  context.close = async () => {};
  return (window.offline = context);
};"""
RENDER = """async () => {
  const sound = await offline.startRendering();
  return [0, 1].map((channel) => [...sound.getChannelData(channel)]);
}"""
STARTS = """
window.starts = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (when, offset) {
  window.starts.push([when, offset, this.loop, this.loopStart, this.loopEnd]);
  return start.call(this, when, offset);
};"""

# All keys in one moment: on a slow machine the sound would end by itself between two of them.
PRESS = """keys => keys.forEach((key) => document.activeElement.dispatchEvent(
  new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })))"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("mixer")
    results = {"stereo": separation(folder / "stereo", STEMS), "mono": separation(folder / "mono", MONO)}
    effects = {"wet": STEMS["target"], "remix": STEMS["residual"]}
    results["effects"] = separation(folder / "effects", STEMS | effects)
    queue = JobQueue()
    for name, result in results.items():
        queue.submit(name, lambda progress, result=result: result)
    studio = Studio(ResultStore(folder / "store"), queue)

    def show(name: str) -> dict[str, Any]:
        value = mixer_of(results[name.removesuffix("-long")], name.removesuffix("-long"))
        return {**value, "duration_s": 3600.0} if name.endswith("-long") else value

    with gr.Blocks(css="#mixer > div { container-type: inline-size; }") as page:
        which, mixer, told = (
            gr.Textbox(elem_id="which"),
            Mixer({}, elem_id="mixer"),
            gr.Textbox(interactive=True, elem_id="told"),
        )
        which.submit(show, which, mixer)
        mix_down.listen(mixer, studio)
        gr.Button("ask", elem_id="ask").click(lambda value: json.dumps(value["stems"]), mixer, told)
    with launched(page) as address:
        yield address


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Page]:
    with new_page(browser, address, width=1000, height=1100, script=STARTS) as page:
        yield shown(page)


@pytest.fixture
def offline(browser: Any, address: str) -> Iterator[Page]:
    with new_page(browser, address, width=1000, height=1100, script=OFFLINE) as page:
        yield page


def shown(page: Page, name: str = "stereo") -> Page:
    page.fill("#which input, #which textarea", name)
    page.keyboard.press("Enter")
    page.wait_for_selector("#mixer .mx-row.stem")
    page.wait_for_function("!document.querySelector('#mixer .mx-note').textContent.startsWith('Loading')")
    page.evaluate("document.activeElement.blur()")
    return page


def strip(page: Page, number: int) -> Any:
    return page.locator("#mixer .mx-row.stem").nth(number)


def put(page: Page, number: int, kind: str, value: float) -> None:
    slide = "(input, value) => { input.value = value; input.dispatchEvent(new Event('input')); }"
    strip(page, number).locator(f"input.mx-{kind}").evaluate(slide, value)


def settings(page: Page) -> dict[str, dict[str, Any]]:
    """Ask Python for the faders that it was told."""
    page.fill("#told textarea, #told input", "")
    page.click("#ask")
    page.wait_for_function("document.querySelector('#told textarea, #told input').value")
    return json.loads(page.input_value("#told textarea, #told input"))


def rendered(page: Page) -> np.ndarray:
    """Play, and return what reached the loudspeaker from the first frame on, (2, T)."""
    page.click("#mixer .mx-play")
    page.wait_for_selector("#mixer .playing")
    page.wait_for_timeout(200)
    samples = page.evaluate(RENDER)
    return np.array(samples, np.float32)[:, LEAD : LEAD + SECONDS * RATE_HZ]


def by_python(tmp_path: Path, stems: dict[str, np.ndarray], wanted: dict[str, Any]) -> np.ndarray:
    sources = {name: Waveform(samples, RATE_HZ) for name, samples in stems.items()}
    mixed(sources, settings_from_json(wanted), tmp_path / "mix.wav", level=Level("as_is"))
    sound = soundfile.read(tmp_path / "mix.wav", dtype="float32", always_2d=True)[0].T
    return np.broadcast_to(sound, (2, sound.shape[1]))


def error_db(found: np.ndarray, wanted: np.ndarray) -> float:
    return 20 * float(np.log10(np.abs(found - wanted)[:, FADED:].max() + 1e-12))


@pytest.mark.parametrize(("name", "stems"), [("stereo", STEMS), ("mono", MONO)])
def test_what_sounds_is_what_python_mixes(offline: Page, tmp_path: Path, name: str, stems: Any) -> None:
    page = shown(offline, name)
    strip(page, 0).locator(".mx-solo").click()
    put(page, 0, "gain_db", -4.5)
    put(page, 0, "pan", -0.7)
    put(page, 1, "gain_db", 3)
    put(page, 1, "pan", 0.25)
    told = settings(page)
    assert told["target"] == {"gain_db": -4.5, "pan": -0.7, "mute": False, "solo": False}
    assert error_db(rendered(page), by_python(tmp_path, stems, told)) < -90


@pytest.mark.parametrize("name", ["stereo", "mono"])
def test_flat_faders_and_the_original_are_the_recording(offline: Page, name: str) -> None:
    page, stems = shown(offline, name), {"stereo": STEMS, "mono": MONO}[name]
    page.click("#mixer [data-act=reset]")
    recording = np.broadcast_to(sum(stems.values()), (2, SECONDS * RATE_HZ))
    assert error_db(rendered(page), recording) < -90


def test_solo_and_mute_are_exact(offline: Page) -> None:
    page = shown(offline)
    strip(page, 1).locator(".mx-solo").click()
    strip(page, 0).locator(".mx-mute").click()
    assert error_db(rendered(page), STEMS["residual"]) < -90


def test_the_original_plays_as_loud_as_the_mix(offline: Page) -> None:
    page = shown(offline)
    put(page, 0, "gain_db", -12)
    page.click("#mixer [data-hear=original]")
    found = rendered(page)[:, FADED:]
    recording = sum(STEMS.values())[:, FADED:]
    factor = float((found * recording).sum() / (recording**2).sum())
    assert np.abs(found - factor * recording).max() < 1e-4
    said = page.inner_text("#mixer [data-act=match]")
    assert said == f"Match loudness: −{abs(20 * np.log10(factor)):.1f} dB" and factor < 0.5
    page.click("#mixer [data-act=match]")
    assert page.inner_text("#mixer [data-act=match]") == "Match loudness"


def test_all_sounds_start_at_one_moment_of_one_clock(page: Page) -> None:
    page.keyboard.press(" ")
    page.wait_for_selector("#mixer .playing")
    page.wait_for_function("starts.length == 2")
    page.evaluate(PRESS, ["ArrowRight", "Home"])
    page.wait_for_function("starts.length == 6")
    starts = page.evaluate("starts")
    pairs = list(zip(starts[::2], starts[1::2], strict=True))
    assert all(first == second for first, second in pairs)
    assert [pair[0][1] for pair in pairs] == [0, pytest.approx(SECONDS, abs=0.01), 0]


def test_a_region_of_the_ruler_loops_without_a_gap(page: Page) -> None:
    drag(page, 1.0, 1.5)
    page.click("#mixer .mx-play")
    page.wait_for_function("starts.length == 2")
    (_, offset, loop, start_s, end_s), second = page.evaluate("starts")
    assert loop and offset == start_s and second[2:] == [loop, start_s, end_s]
    assert (start_s, end_s) == (pytest.approx(1.0, abs=0.02), pytest.approx(1.5, abs=0.02))
    page.wait_for_timeout(1200)
    times = [float(page.get_attribute("#mixer .mx-ruler", "aria-valuenow") or 0) for _ in range(20)]
    assert all(0.9 <= time <= 1.6 for time in times) and page.locator("#mixer .playing").count() == 1
    page.click("#mixer [data-act=noloop]")
    page.wait_for_selector("#mixer .playing", state="detached")


def drag(page: Page, start_s: float, end_s: float) -> None:
    box = page.locator("#mixer .mx-ruler").bounding_box()
    assert box
    left, long = 62 / 1236, 1100 / 1236
    x = [box["x"] + (left + long * s / SECONDS) * box["width"] for s in (start_s, end_s)]
    page.mouse.move(x[0], box["y"] + 10)
    page.mouse.down()
    page.mouse.move((x[0] + x[1]) / 2, box["y"] + 12)
    page.mouse.move(x[1], box["y"] + 12)
    page.mouse.up()


def test_clicks_on_ruler_and_picture_go_there(page: Page) -> None:
    drag(page, 3.0, 3.0)
    assert page.inner_text("#mixer .mx-time b") in ("0:02.9", "0:03.0")
    picture = strip(page, 1).locator(".mx-picture")
    box = picture.bounding_box()
    assert box
    picture.click(position={"x": box["width"] * (62 + 1100 / 4) / 1236, "y": 20})
    assert page.inner_text("#mixer .mx-time b") in ("0:00.9", "0:01.0")


def test_keys_do_what_the_list_says(page: Page) -> None:
    page.keyboard.press("2")
    assert solos(page) == [False, True]
    page.keyboard.press("2")
    assert solos(page) == [False, False]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("s")
    page.keyboard.press("m")
    assert solos(page) == [True, False]
    assert pressed(strip(page, 0).locator(".mx-mute"))
    assert page.locator("#mixer .mx-row.stem.heard").count() == 0
    page.keyboard.press("a")
    assert pressed(page.locator("#mixer [data-hear=original]"))
    page.keyboard.press("a")
    assert pressed(page.locator("#mixer [data-hear=mine]"))
    page.keyboard.down("a")
    page.wait_for_timeout(500)
    assert pressed(page.locator("#mixer [data-hear=original]"))
    page.keyboard.up("a")
    assert pressed(page.locator("#mixer [data-hear=mine]"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowLeft")
    assert page.inner_text("#mixer .mx-time b") == "0:03.0"
    page.keyboard.press("[")
    assert page.inner_text("#mixer .mx-region") == "0:03.0 – 0:04.0"
    page.keyboard.press("l")
    assert not pressed(page.locator("#mixer [data-act=loop]"))
    page.keyboard.press("Home")
    assert page.inner_text("#mixer .mx-time b") == "0:00.0"


def solos(page: Page) -> list[bool]:
    return [pressed(strip(page, number).locator(".mx-solo")) for number in range(2)]


def pressed(button: Any) -> bool:
    return button.get_attribute("aria-pressed") == "true"


def test_who_types_is_left_alone(page: Page) -> None:
    page.click("#which input, #which textarea")
    page.keyboard.type("as 2")
    assert solos(page) == [True, False] and page.locator("#mixer .playing").count() == 0
    strip(page, 0).locator("input.mx-gain_db").focus()
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("#mixer .mx-time b") == "0:00.0"
    assert settings(page)["target"]["gain_db"] == pytest.approx(-0.1)
    strip(page, 0).locator(".mx-solo").focus()
    page.keyboard.press("Tab")
    page.keyboard.press(" ")
    assert pressed(strip(page, 0).locator(".mx-mute")) and page.locator("#mixer .playing").count() == 0


def test_a_double_click_resets_and_zero_is_easy_to_hit(page: Page) -> None:
    fader = strip(page, 0).locator("input.mx-gain_db")
    put(page, 0, "gain_db", -20)
    fader.dblclick()
    assert fader.input_value() == "0" and strip(page, 0).locator(".gain_db output").inner_text() == "0.0 dB"
    box = fader.bounding_box()
    assert box
    zero = 8 + (box["width"] - 16) * 60 / 72
    fader.click(position={"x": zero - 1, "y": box["height"] / 2})
    assert fader.input_value() == "0"
    fader.click(position={"x": zero - 30, "y": box["height"] / 2})
    assert -25 < float(fader.input_value()) < -10


def test_meters_show_what_is_heard(page: Page) -> None:
    page.click("#mixer .mx-play")
    page.wait_for_timeout(600)
    level = "(row) => Number(row.querySelector('.mx-level i').style.getPropertyValue('--level'))"
    heard, silent = (strip(page, number).evaluate(level) for number in range(2))
    assert heard > 0.4 and silent == 0
    page.click("#mixer .mx-play")
    assert strip(page, 0).evaluate(level) == 0


def test_the_mix_that_is_fetched_is_python_s(page: Page, tmp_path: Path) -> None:
    put(page, 0, "gain_db", -9)
    page.keyboard.press("1")
    with page.expect_download() as download:
        page.click("#mixer [data-act=save]")
    assert download.value.suggested_filename == "mix.wav"
    found = soundfile.read(download.value.path(), dtype="float32", always_2d=True)[0].T
    assert error_db(found, by_python(tmp_path, STEMS, settings(page))) < -120
    page.select_option("#mixer .mx-format", "flac")
    with page.expect_download() as download:
        page.click("#mixer [data-act=save]")
    assert download.value.suggested_filename == "mix.flac"


def test_an_empty_mix_says_why(page: Page) -> None:
    strip(page, 0).locator(".mx-mute").click()
    page.click("#mixer [data-act=save]")
    page.wait_for_selector("#mixer .mx-note.wrong >> text=No stem is heard in this mix. Unmute one.")
    assert page.inner_text("#mixer [data-act=save]") == "Download my mix"


def test_the_remix_is_heard_first_and_another_run_starts_anew(page: Page) -> None:
    put(page, 0, "gain_db", -9)
    shown(page, "effects")
    page.wait_for_selector("#mixer [data-hear=remix]")
    assert pressed(page.locator("#mixer [data-hear=remix]"))
    assert strip(page, 0).locator("input.mx-gain_db").input_value() == "0"
    page.keyboard.press("a")
    page.keyboard.press("a")
    assert pressed(page.locator("#mixer [data-hear=remix]"))
    assert page.inner_text("#mixer [data-act=save]") == "Download “All with effects”"
    with page.expect_download() as download:
        page.click("#mixer [data-act=save]")
    found = soundfile.read(download.value.path(), dtype="float32", always_2d=True)[0].T
    assert error_db(found, STEMS["residual"]) < -120
    put(page, 0, "gain_db", -9)  # whoever moves a fader wants to hear it
    assert pressed(page.locator("#mixer [data-hear=mine]"))


def test_long_sound_streams_in_step(page: Page) -> None:
    page.reload()
    shown(page, "stereo-long")
    page.keyboard.press(" ")
    page.wait_for_function("Number(document.querySelector('.mx-ruler').getAttribute('aria-valuenow')) > 0.3")
    assert page.evaluate("starts.length") == 0
    page.keyboard.press(" ")
    assert page.locator("#mixer .playing").count() == 0


def test_every_control_has_a_name(page: Page) -> None:
    nameless = """() => [...document.querySelectorAll('#mixer button, #mixer input, #mixer a, #mixer select')]
      .filter((c) => !(c.ariaLabel || c.innerText.trim() || c.hidden)).map((c) => c.outerHTML)"""
    assert page.evaluate(nameless) == []
    values = page.locator("#mixer input[type=range]").evaluate_all("(all) => all.map((i) => i.ariaValueText)")
    assert values == ["0.0 dB", "middle", "0.0 dB", "middle"]


def test_a_phone_shows_it_all_within_reach_of_a_thumb(browser: Any, address: str) -> None:
    with new_page(browser, address, width=375, height=812, phone=True) as page:
        shown(page)
        assert page.evaluate("document.documentElement.scrollWidth") == 375
        low = """() => [...document.querySelectorAll('#mixer button, #mixer a, #mixer select, #mixer input')]
          .filter((c) => c.offsetParent && c.getBoundingClientRect().height < 43.5).map((c) => c.outerHTML)"""
        assert page.evaluate(low) == []
        page.tap("#mixer .mx-play")
        page.wait_for_selector("#mixer .playing")
