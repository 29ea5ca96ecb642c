"""The named endpoints over HTTP, on the embedded engines; bad input leaves the app alive."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from apps import recipes
from sam_audio.axes import to_unit
from shared import synth_music
from shared.prompts import Band, Reference, Text
from tests.apps.web.page import served

# Warnings of Gradio's own threads (it calls pandas in an old way) are not ours to mend.
QUIET = ("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings(*QUIET),
]
NAMES = [
    "/separate", "/spectrum", "/music", "/segment", "/lift", "/estimate", "/lift_modes", "/scene",
    "/reconstruct", "/marker_mat", "/print_check", "/shape_body", "/retarget",
    "/estimate_several", "/find_people", "/track",
]  # fmt: skip
CLICK = [{"kind": "points", "xy_px": [[60, 50]], "keep": [True]}]
TEXT = [{"kind": "text", "text": "drums"}]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("page")) as address:
        yield address


@pytest.fixture(scope="module")
def client(address: str, tmp_path_factory: pytest.TempPathFactory) -> Client:
    return Client(address, verbose=False, download_files=tmp_path_factory.mktemp("downloads"))


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A red disk on grey: the one object that nobody can miss."""
    rows, columns = np.mgrid[:100, :120]
    disk = (columns - 60) ** 2 + (rows - 50) ** 2 < 30**2
    noise = np.random.default_rng(0).integers(0, 12, (100, 120, 3))
    pixels = np.where(disk[..., None], (200, 30, 30), (150, 150, 150)) + noise
    path = tmp_path_factory.mktemp("photo") / "disk.png"
    Image.fromarray(pixels.astype(np.uint8)).save(path)
    return path


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tone with a click each quarter of a second."""
    time_s = np.arange(2 * 16_000) / 16_000
    samples = 0.3 * np.sin(2 * np.pi * 440 * time_s)
    samples[::4000] += 0.6
    path = tmp_path_factory.mktemp("sound") / "clicks.wav"
    soundfile.write(path, samples, 16_000, "FLOAT")
    return path


def answer(client: Client, name: str, file: Path, *rest: Any, **named: Any) -> tuple[dict[str, Path], dict]:
    files, manifest = client.predict(handle_file(file), *rest, **named, api_name=name)
    return {Path(path).name: Path(path) for path in files}, manifest


def test_the_endpoints_are_public_each_with_a_docstring(client: Client) -> None:
    endpoints = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert sorted(endpoints) == sorted(NAMES)
    assert all(endpoints[name]["description"] for name in NAMES), endpoints
    assert [p["parameter_name"] for p in endpoints["/separate"]["parameters"]] == [
        "sound",
        "prompts",
        "engine",
        "chain",
        "formats",
        "options",
        "references",
    ]


def test_separate_gives_target_and_residual_that_sum_to_the_mix(client: Client, sound: Path) -> None:
    files, manifest = answer(client, "/separate", sound, TEXT)
    target, residual, mix = (
        soundfile.read(path)[0] for path in (files["target.wav"], files["residual.wav"], sound)
    )
    assert np.abs(target + residual - mix).max() < 10 ** (-90 / 20)
    assert manifest["engines"][0]["tier"] == "embedded" and "manifest.json" in files
    assert recipes.from_json(manifest).prompts == (Text("drums"),)
    assert json.loads(files["manifest.json"].read_text("utf8"))["facts"] == manifest["facts"]


def test_segment_finds_the_disk(client: Client, photo: Path) -> None:
    files, manifest = answer(client, "/segment", photo, CLICK)
    mask = np.asarray(Image.open(files["mask_000.png"]).convert("L")) > 127
    rows, columns = np.mgrid[:100, :120]
    disk = (columns - 60) ** 2 + (rows - 50) ** 2 < 30**2
    assert (mask & disk).sum() / (mask | disk).sum() > 0.9
    assert manifest["recipe"]["input"]["file"] == "disk.png"


def test_lift_follows_a_depth_map_that_comes_along(client: Client, photo: Path, tmp_path: Path) -> None:
    rows, columns = np.mgrid[:100, :120]
    bulge = np.sqrt(np.maximum(900 - (columns - 60.0) ** 2 - (rows - 50.0) ** 2, 0))
    Image.fromarray((1000 - 10 * bulge).astype(np.uint16)).save(tmp_path / "far.png")
    more = {"depth": handle_file(tmp_path / "far.png"), "options": {"previews": False}, "formats": ["glb"]}
    files, manifest = answer(client, "/lift", photo, CLICK, **more)
    assert "object.glb" in files and manifest["facts"]["mesh"]["watertight"]
    assert [engine["id"] for engine in manifest["engines"]][-1] == "depth-map"
    told = manifest["recipe"]["prompts"][-1]
    assert (told["kind"], told["file"], len(told["sha256"])) == ("depth", "far.png", 64)
    stolen = [*CLICK, {"kind": "depth", "file": str(photo)}]
    with pytest.raises(AppError, match="not among the files"):
        answer(client, "/lift", photo, stolen)


def test_lift_gives_a_watertight_mesh_of_the_height_asked_for(client: Client, photo: Path) -> None:
    options = {"height_mm": 50, "previews": False}
    files, manifest = answer(client, "/lift", photo, CLICK, options=options, formats=["stl"])
    assert manifest["facts"]["mesh"]["watertight"] is True
    assert manifest["facts"]["mesh"]["size_mm"][1] == pytest.approx(50, rel=0.02)
    assert sorted(files) == ["manifest.json", "object.stl"]


def test_estimate_says_that_nobody_is_there_and_what_to_do(client: Client, photo: Path) -> None:
    with pytest.raises(AppError, match="(?i)person"):
        answer(client, "/estimate", photo)


@pytest.mark.parametrize(
    ("name", "prompts", "more", "words"),
    [
        ("/segment", [], {}, "Give a click, a box"),
        ("/segment", [{"kind": "points", "xy_px": [[500, 5]], "keep": [True]}], {}, "outside the picture"),
        ("/segment", [{"kind": "wish"}], {}, "no prompt kind"),
        ("/segment", [{"kind": "text", "text": "x" * 10_000}], {}, "10000 characters"),
        ("/segment", CLICK, {"engine": "magic"}, "no engine"),
        ("/segment", CLICK, {"formats": ["exe"]}, "cannot write exe"),
        ("/lift", CLICK, {"options": {"height_mm": -3}}, "height_mm wants 1 to 2000"),
        ("/lift", CLICK, {"chain": [{"id": "magic"}]}, "no op"),
    ],
)
def test_a_wrong_wish_is_told_and_the_app_stays_alive(
    client: Client, photo: Path, name: str, prompts: list, more: dict, words: str
) -> None:
    with pytest.raises(AppError, match=words):
        answer(client, name, photo, prompts, **more)
    assert httpx.get(client.src).status_code == 200


def test_a_file_that_is_no_picture_is_told_by_its_name_alone(client: Client, tmp_path: Path) -> None:
    (tmp_path / "notes.png").write_text("no picture at all")
    with pytest.raises(AppError, match="notes.png is not a picture") as error:
        answer(client, "/segment", tmp_path / "notes.png", CLICK)
    assert "/" not in str(error.value).partition("notes.png")[0]


@pytest.mark.parametrize("path", ["/etc/passwd", "../../../etc/passwd", "apps/web/app.py"])
@pytest.mark.parametrize("meta", [{}, {"meta": {"_type": "gradio.FileData"}}])
def test_a_path_of_the_server_opens_nothing(address: str, path: str, meta: dict) -> None:
    data = [{"path": path, **meta}, TEXT, "auto", None, None, None, None]
    posted = httpx.post(f"{address}/gradio_api/call/separate", json={"data": data})
    if posted.status_code == 200:
        told = httpx.get(f"{address}/gradio_api/call/separate/{posted.json()['event_id']}").text
        assert "event: error" in told and "root:" not in told and "event: complete" not in told
    assert httpx.get(f"{address}/gradio_api/file={path}").status_code in (403, 404)


def test_results_of_others_have_no_address(address: str) -> None:
    for path in ("/gradio_api/file=", "/gradio_api/file=/tmp", "/file=/etc/passwd", "/gradio_api/file=/"):
        assert httpx.get(address + path).status_code in (403, 404, 405), path


def test_a_drawn_box_separates_without_any_words(client: Client, sound: Path) -> None:
    """All of the 440 Hz tone lies in the box, most of the clicks beside it."""
    box = {"kind": "band", "start_s": 0.5, "end_s": 1.5, "low_hz": 300, "high_hz": 600}
    files, manifest = answer(client, "/separate", sound, [box], formats=["wav"])
    target, rate_hz = soundfile.read(files["target.wav"])
    power = np.abs(np.fft.rfft(target)) ** 2
    hz = np.fft.rfftfreq(len(target), 1 / rate_hz)
    assert power[(hz > 290) & (hz < 610)].sum() > 0.99 * power.sum()
    assert np.abs(target[: int(0.45 * rate_hz)]).max() < 1e-3 < np.abs(target[rate_hz]).max() + 0.2
    assert recipes.from_json(manifest).prompts == (Band(0.5, 1.5, 300, 600),)


def test_a_reference_is_an_upload_named_by_its_number_or_name(client: Client, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).standard_normal((2, 3 * 16_000)) * 0.1
    soundfile.write(tmp_path / "known.wav", noise[0], 16_000, "FLOAT")
    soundfile.write(tmp_path / "mix.wav", 0.5 * noise[0] + noise[1], 16_000, "FLOAT")
    for wanted in (0, "known.wav"):
        files, manifest = answer(
            client,
            "/separate",
            tmp_path / "mix.wav",
            [{"kind": "reference", "file": wanted}],
            references=[handle_file(tmp_path / "known.wav")],
        )
        target = soundfile.read(files["target.wav"])[0]
        assert np.square(target - noise[1]).mean() < 0.1 * np.square(0.5 * noise[0]).mean()
        (prompt,) = recipes.from_json(manifest).prompts
        assert isinstance(prompt, Reference) and prompt.file == "known.wav" and len(prompt.sha256) == 64


@pytest.mark.parametrize("wanted", ["/etc/passwd", "../../etc/passwd", "mix.wav", 3])
def test_a_reference_of_the_server_is_refused(client: Client, sound: Path, wanted: object) -> None:
    with pytest.raises(AppError, match="not among the files"):
        answer(client, "/separate", sound, [{"kind": "reference", "file": wanted}])


def test_the_spectrum_tells_where_a_tone_lies(client: Client, sound: Path) -> None:
    picture, scale = client.predict(handle_file(sound), "log", 300, api_name="/spectrum")
    assert scale == {"axis": "log", "low_hz": 8.0, "high_hz": 8000.0, "duration_s": 2.0}
    levels = np.asarray(Image.open(picture).convert("L"))
    row = levels[:, 150].argmax()
    assert 1 - (row + 0.5) / len(levels) == pytest.approx(to_unit(440, "log", 8000), abs=0.01)
    assert levels.shape[1] == 300
    with pytest.raises(AppError, match="no frequency axis"):
        client.predict(handle_file(sound), "bark", 300, api_name="/spectrum")


def test_the_music_of_a_recording_is_told(client: Client, sound: Path, tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    drums = synth_music.drums(8, sample_rate_hz=16_000, bpm=100)
    soundfile.write(path, drums.T, 16_000)
    told = client.predict(handle_file(path), api_name="/music")
    assert told["tempo_bpm"] == pytest.approx(100, rel=0.03) and len(told["beats_s"]) > 10
    assert told["lengths_ms"]["1/4"] == pytest.approx(60_000 / told["tempo_bpm"], abs=0.1)
    with pytest.raises(AppError, match="a tempo wants 3 s"):
        client.predict(handle_file(sound), api_name="/music")


def sent(address: str, index: int, data: list, **more: Any) -> str:
    """Send a private event as the page would, and return what the page would be told."""
    with httpx.Client(base_url=f"{address}/gradio_api", timeout=120) as web:
        session = f"sneaky{index}{len(str(data))}"
        body = {"data": data, "fn_index": index, "session_hash": session, **more}
        assert web.post("/queue/join", json=body).status_code in (200, 403, 422)
        return web.get("/queue/data", params={"session_hash": session}).text


def dependency(address: str, component: str, event: str) -> tuple[int, list[str]]:
    """Return the number of a private event and the ids of the components that it reads."""
    config = httpx.get(f"{address}/config").json()
    ids = {part["id"]: part["props"].get("elem_id") or part["type"] for part in config["components"]}
    for found in config["dependencies"]:
        if any(ids.get(target) == component and name == event for target, name in found["targets"]):
            assert found["api_visibility"] == "private"
            return found["id"], [ids[part] for part in found["inputs"]]
    raise AssertionError(f"{component} has no event {event}")


@pytest.mark.parametrize("meta", [{}, {"meta": {"_type": "gradio.FileData"}}])
def test_the_page_s_own_events_take_no_path_of_the_server(address: str, sound: Path, meta: dict) -> None:
    """Events of the page are private, but anybody can send what the page would send."""
    number, inputs = dependency(address, "audio-run", "click")
    file = {"path": str(sound), **meta} if meta else str(sound)
    given = {"audio-references": [{"name": "x", "file": file, "keep": False}], "audio-text": ""}
    given |= {"audio-board": [], "audio-pan": [], "audio-effects": [], "audio-engine": "auto"}
    given |= {"audio-formats": ["wav"], "audio-not": ""}
    told = sent(address, number, [given.get(name) for name in inputs])
    assert "process_completed" in told and "target.wav" not in told and '"success":true' not in told


def test_the_board_opens_no_path_of_the_server(address: str, sound: Path) -> None:
    number, inputs = dependency(address, "audio-board", "upload")
    told = sent(address, number, [None] * len(inputs), event_data={"path": str(sound)})
    assert "process_completed" in told and "sample_rate_hz" not in told and "data:image" not in told
