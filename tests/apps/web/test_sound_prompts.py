"""Words, marks, pan window and references of the audio tab become prompts; saying nothing is told."""

from pathlib import Path

import pytest

from apps.web.sound_extras import PanWindow, pan_of, references_of
from apps.web.sound_prompts import MOST_NAMES, Wish, offered_names, prompts_of
from apps.web.spectrum_board import SpectrumBoard, drawn
from sam_audio.router import route
from shared.errors import InputError, PromptError
from shared.prompts import Band, Example, Noise, NotText, Pan, Reference, Span, Text, parse

BAND = {"kind": "band", "start_s": 1, "end_s": 2, "low_hz": 300, "high_hz": 900, "keep": False}
MARKS = [
    BAND,
    {"kind": "span", "start_s": 0, "end_s": 2.5},
    {"kind": "example", "start_s": 1, "end_s": 2},
    {"kind": "noise", "start_s": 3, "end_s": 4},
]
PAN = {"kind": "pan", "left": -1, "right": -0.2, "keep": True}


@pytest.fixture
def upload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "up"))
    path = tmp_path / "up" / "abc" / "song.wav"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")
    return path


def test_everything_on_the_tab_is_said_at_once(upload: Path) -> None:
    item = {"name": "song.wav", "file": str(upload), "keep": True}
    assert prompts_of(Wish(MARKS, "speech,  drums ,", "hiss", [PAN], [item])) == (
        Text("speech"),
        Text("drums"),
        NotText("hiss"),
        Band(1, 2, 300, 900, False),
        Span(0, 2.5),
        Example(1, 2),
        Noise(3, 4),
        Pan(-1, -0.2),
        Reference(str(upload), True),
    )


@pytest.mark.parametrize("wish", [Wish([BAND]), Wish(pan=[PAN]), Wish(unwanted="music"), Wish(MARKS[3:])])
def test_each_kind_alone_is_enough(wish: Wish) -> None:
    assert len(prompts_of(wish)) == 1


def test_saying_nothing_tells_what_can_be_said() -> None:
    with pytest.raises(PromptError, match="draw a box"):
        prompts_of(Wish(wanted=" , "))
    assert prompts_of(Wish(), some=False) == ()


def test_a_text_that_is_too_long_is_refused_whole() -> None:
    with pytest.raises(PromptError, match="10000 characters"):
        prompts_of(Wish(wanted="x" * 10_000))


@pytest.mark.parametrize(
    "marks", [[{**BAND, "low_hz": 1e4}], [PAN], [{"kind": "text", "text": "dog"}], "[", [3]]
)
def test_the_board_sends_marks_only(marks: object) -> None:
    with pytest.raises(PromptError):
        drawn(marks)


def test_the_pan_control_sends_pan_windows_only() -> None:
    assert pan_of([PAN]) == (Pan(-1, -0.2),) and pan_of(None) == ()
    with pytest.raises(PromptError, match="pan only"):
        pan_of([BAND])
    assert PanWindow().postprocess([PAN, BAND]) == [Pan(-1, -0.2).to_json()]


@pytest.mark.parametrize("path", ["/etc/passwd", "../up/../secret.wav", {"path": "/etc/passwd"}])
def test_a_reference_on_the_server_is_refused(upload: Path, path: object) -> None:
    with pytest.raises(InputError, match="not uploaded here"):
        references_of([{"name": "song.wav", "file": path, "keep": False}])


@pytest.mark.parametrize("item", [{"name": "song.wav", "file": ""}, {"file": None}, "song.wav"])
def test_a_reference_without_its_file_is_asked_for(item: object) -> None:
    with pytest.raises(PromptError):
        references_of([item])


def test_the_board_shows_what_can_be_drawn_and_its_example_reads_back() -> None:
    shown = SpectrumBoard().postprocess([*MARKS, PAN, {"kind": "text", "text": "dog"}])
    assert [mark["kind"] for mark in shown] == ["band", "span", "example", "noise"]
    assert isinstance(parse(SpectrumBoard().example_payload())[0], Band)
    kinds = [form["properties"]["kind"]["const"] for form in SpectrumBoard().api_info()["items"]["oneOf"]]
    assert kinds == ["band", "span", "example", "noise"]


def test_the_names_on_offer_are_those_of_engines_here_and_the_most_wanted_first():
    names = offered_names()
    assert names[:3] == ["speech", "vocals", "drums"]
    assert len(names) == len(set(names)) == MOST_NAMES
    assert all(route(name).concept == name for name in names)
